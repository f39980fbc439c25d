"""What an optimizer gives out, as an ordinary Python program uses it."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

import selftune
from selftune import Optimizer

RANGES = {"lr": (1e-5, 0.1), "kernel": ["rbf", "poly"], "degree": (2, 5)}
CONDITIONS = {"degree": "kernel == poly"}


def an_optimizer(**more):
    return Optimizer(RANGES, "Maximize", 1, conditions=CONDITIONS, **more)


def test_direction_and_seed_may_stand_without_their_names():
    assert Optimizer(RANGES, "Maximize", 7).seed == 7
    with pytest.raises(TypeError):
        Optimizer(RANGES, "Maximize", 7, "Random")


def test_a_suggestion_is_equal_to_a_dict_of_its_values_and_has_their_json():
    suggestion = an_optimizer().ask()
    assert suggestion == dict(suggestion)
    assert dict(suggestion) == suggestion
    assert suggestion != {**suggestion, "lr": 1.0}
    assert json.loads(json.dumps(suggestion)) == suggestion
    assert suggestion | {"epochs": 3} == {**suggestion, "epochs": 3}


def test_suggestions_and_results_can_be_keys():
    optimizer = an_optimizer()
    one, other = optimizer.ask(2)
    workers = {one: "first", other: "second"}
    assert workers[optimizer.pending[1]] == "second"
    result = optimizer.tell(one, 0.5)
    assert {result, *optimizer.results} == {result}


@pytest.mark.parametrize("made_anew", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_of_a_suggestion_can_be_told(made_anew):
    optimizer = an_optimizer()
    suggestion = optimizer.ask()
    again = made_anew(suggestion)
    assert (again, again.number, again.strategy, again.why) == (suggestion, 1, suggestion.strategy, suggestion.why)
    assert optimizer.tell(again, 0.5).number == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(lr=1.0),
        lambda s: s.__setitem__("lr", 1.0),
        lambda s: s.pop("lr"),
        lambda s: s.setdefault("new", 1.0),
        lambda s: s.clear(),
        lambda s: setattr(s, "number", 2),
    ],
)
def test_a_suggestion_cannot_be_changed(change):
    suggestion = an_optimizer().ask()
    before = dict(suggestion)
    with pytest.raises(TypeError, match=r"Change a copy: dict\(suggestion\)"):
        change(suggestion)
    assert (suggestion, suggestion.number) == (before, 1)


def test_a_suggestion_shows_its_number_its_values_and_what_made_it():
    suggestion = Optimizer({"x": [1]}, seed=0).ask()
    assert repr(suggestion) == "OptimizerSuggestion(1, {'x': 1}, strategy='sobol')"


def test_results_are_rows_of_a_table_with_the_same_columns():
    optimizer = an_optimizer(first=[{"lr": 0.01, "kernel": "rbf"}, {"lr": 0.001, "kernel": "poly", "degree": 3}])
    one, other = optimizer.ask(2)
    optimizer.tell(one, 0.5, seconds=2)
    optimizer.tell(other, failed=True)
    shared = {"strategy": "start values"}
    assert optimizer.table == [
        {"number": 1, "outcome": "completed", "objective": 0.5, "seconds": 2.0, **shared,
         "value_lr": 0.01, "value_kernel": "rbf", "value_degree": None},
        {"number": 2, "outcome": "failed", "objective": None, "seconds": None, **shared,
         "value_lr": 0.001, "value_kernel": "poly", "value_degree": 3},
    ]  # fmt: skip
    assert json.loads(json.dumps(optimizer.table)) == optimizer.table


def test_ranges_as_an_optimizer_shows_them_can_be_searched_again():
    first = Optimizer(RANGES, soft_ranges={"wd": (1e-4, 1e-2)}, hard_bounds={"wd": (1e-6, 1.0)}, seed=1)
    as_walls = Optimizer(first.ranges, seed=1).ranges
    assert {name: str(range_) for name, range_ in as_walls.items()} == {
        name: str(range_) for name, range_ in first.ranges.items()
    }
    assert not as_walls["wd"].may_expand
    assert Optimizer(soft_ranges={"wd": first.ranges["wd"]}, seed=1).ranges["wd"] == first.ranges["wd"]


def test_errors_and_what_is_given_out_have_names_in_the_package():
    optimizer = Optimizer({"x": [1]}, seed=1)
    suggestion = optimizer.ask()
    assert isinstance(suggestion, selftune.OptimizerSuggestion)
    with pytest.raises(selftune.SpaceExhausted):
        optimizer.ask()
    with pytest.raises(selftune.UsageError):
        optimizer.tell(9, 1.0)
    assert isinstance(optimizer.tell(suggestion, 1.0), selftune.OptimizerResult)
    with pytest.raises(selftune.InvalidRange):
        Optimizer({})
    with pytest.raises(selftune.UnreadableInput):
        Optimizer.from_json("no optimizer")
    assert issubclass(selftune.UsageError, selftune.SelftuneError)


def test_a_move_of_a_soft_range_says_after_how_many_results_it_came():
    optimizer = Optimizer(soft_ranges={"lr": (1e-4, 1e-3)}, hard_bounds={"lr": (None, 0.01)}, seed=0)
    moved_after = []
    for number in range(1, 26):
        suggestion = optimizer.ask()
        before = len(optimizer.range_moves)
        optimizer.tell(suggestion, -suggestion["lr"])
        moved_after += [number] * (len(optimizer.range_moves) - before)
    assert moved_after
    assert [move.results for move in optimizer.range_moves] == moved_after
    again = Optimizer.from_json(optimizer.to_json())
    assert again.range_moves == optimizer.range_moves
    optimizer.tell({"lr": 1e-6}, 0.0)
    assert optimizer.range_moves[len(moved_after)].results == 25
