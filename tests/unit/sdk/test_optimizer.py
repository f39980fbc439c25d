"""Ask and tell: what comes back, what is refused, what is remembered."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
import warnings

import numpy as np
import pytest

from selftune import CategoricalParameter, ContinuousParameter, IntegerParameter, Optimizer
from selftune.model.errors import InvalidRange, SpaceExhausted, UnknownName, UnreadableInput, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.sdk.optimizer_record import OptimizerOutcome

RANGES = {"lr": (1e-5, 0.1), "layers": (1, 6), "kernel": ["rbf", "poly"]}
LINE = {"x": (0.0, 1.0)}


def bowl(values):
    return (math.log10(values["lr"]) + 3) ** 2 + abs(values["layers"] - 3) + (values["kernel"] == "poly")


def test_a_loop_of_ask_and_tell_finds_the_optimum():
    optimizer = Optimizer(RANGES, seed=1)
    for _ in range(25):
        suggestion = optimizer.ask()
        optimizer.tell(suggestion, bowl(suggestion))
    assert optimizer.best.objective < 0.1
    assert optimizer.best.values["kernel"] == "rbf"
    assert [result.number for result in optimizer.results] == list(range(1, 26))


def test_what_is_to_grow_grows():
    optimizer = Optimizer(RANGES, "Maximize", seed=1)
    best = optimizer.run(lambda values: -bowl(values), jobs=20)
    assert best == optimizer.best
    assert best.objective == max(result.objective for result in optimizer.results) > -0.3


def test_a_suggestion_is_a_mapping_with_a_number_and_a_reason():
    suggestion = Optimizer(RANGES, seed=0).ask()
    assert list(suggestion) == ["lr", "layers", "kernel"]
    assert dict(**suggestion) == {name: suggestion[name] for name in RANGES}
    assert (suggestion.number, suggestion.strategy) == (1, "sobol")
    assert suggestion.why.endswith(".")
    with pytest.raises(KeyError):
        suggestion["missing"]


def test_ranges_are_read_as_people_write_them():
    optimizer = Optimizer(
        {
            "a": (1e-4, 1e-1),
            "b": (1, 1000),
            "c": (0.5, 0.99, "ReverseLogarithmic"),
            "d": ["1", 2, True],
            "e": ContinuousParameter(0, 5),
            "f": IntegerParameter(1, 3),
            "g": CategoricalParameter(["x", "y"]),
            "h": (np.float64(0.1), np.float64(0.2)),
        }
    )
    assert optimizer.ranges == {
        "a": ContinuousRange(low=1e-4, high=1e-1, scaling=ScalingType.LOG),
        "b": IntegerRange(low=1, high=1000, scaling=ScalingType.LOG),
        "c": ContinuousRange(low=0.5, high=0.99, scaling=ScalingType.REVERSE_LOG),
        "d": CategoricalRange(values=("1", 2, True)),
        "e": ContinuousRange(low=0.0, high=5.0),
        "f": IntegerRange(low=1, high=3),
        "g": CategoricalRange(values=("x", "y")),
        "h": ContinuousRange(low=0.1, high=0.2),
    }
    assert optimizer.ask()["d"] in ("1", 2, True)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({}, "no range was given"),
        ({"lr": []}, "'lr'.*at least one value"),
        ({"lr": (0.5, 0.1)}, "'lr'.*Low 0.5 is above high 0.1"),
        ({"lr": (math.nan, 0.1)}, "'lr'.*finite number, but it is nan"),
        ({"lr": (0.1, math.inf)}, "'lr'.*finite number, but it is inf"),
        ({"lr": (0.0, 0.1, "Logarithmic")}, "'lr'.*log scale cannot start at 0"),
        ({"lr": ("rbf", "poly")}, "'lr'.*finite number, but it is 'rbf'"),
        ({"lr": [None, 1]}, "'lr'.*A choice must be"),
        ({"lr": ["a", "a"]}, "'lr'.*lists a value twice"),
        ({"lr": 0.1}, "'lr'.*no range"),
    ],
)
def test_a_range_that_is_none_is_refused_by_name(ranges, message):
    with pytest.raises(InvalidRange, match=f"(?s){message}"):
        Optimizer(ranges)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"objective_type": "Minimise"}, "Did you mean 'Minimize'"),
        ({"strategy": "Hyperband"}, "No strategy 'Hyperband'"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"max_jobs": 0}, "max_jobs is 0"),
        ({"priors": {"y": 0.5}}, "No hyperparameter 'y'"),
        ({"priors": {"x": 7.0}}, "its centre must lie in 0..1"),
        ({"constraints": ["x"]}, "is no constraint"),
        ({"constraints": ["z < 1"]}, "No hyperparameter 'z'"),
        ({"conditions": {"x": "y == 1"}}, "No hyperparameter 'y'"),
        ({"conditions": {"x": "sometimes"}}, "cannot be read"),
        ({"first": [{"x": 2.0}]}, "lies outside its range 0..1"),
        ({"first": [{}]}, "lack 'x'"),
        ({"first": [{"x": 0.9}], "constraints": ["x < 0.5"]}, "break what must hold: x < 0.5"),
        ({"soft_ranges": {"x": (0.0, 1.0)}}, "'x' has a range and a soft range"),
        ({"hard_bounds": {"x": (0.0, 1.0)}}, "No hyperparameter 'x'"),
        ({"soft_ranges": {"y": (0.1, 1.0)}, "hard_bounds": {"y": (0.5, None)}}, "partly outside its hard bounds"),
        ({"soft_ranges": {"y": (0.1, 1.0)}, "hard_bounds": {"y": (math.nan, None)}}, "NaN is no bound"),
        ({"soft_ranges": {"y": ["a"]}}, "no end to move"),
        ({"parents": [3]}, "holds no pairs"),
        ({"parents": [[({"x": 0.1}, 1.0)]] * 6}, "at most 5 parents"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        Optimizer(LINE, **arguments)


def test_a_suggestion_of_another_optimizer_is_unknown():
    theirs, ours = Optimizer(LINE, seed=1), Optimizer(LINE, seed=2)
    suggestion = theirs.ask()
    with pytest.raises(UsageError, match="Suggestion 1 is not of this optimizer"):
        ours.tell(suggestion, 1.0)
    ours.ask()
    with pytest.raises(UsageError, match="Suggestion 1 is not of this optimizer") as caught:
        ours.tell(suggestion, 1.0)
    assert "Pending: 1." in caught.value.hint
    with pytest.raises(UsageError, match="Suggestion 9"):
        ours.tell(9, 1.0)
    with pytest.raises(UsageError, match="not a list"):
        ours.tell([0.5], 1.0)


def test_a_suggestion_is_told_once():
    optimizer = Optimizer(LINE, seed=1)
    suggestion = optimizer.ask()
    optimizer.tell(suggestion, 0.5)
    with pytest.raises(UsageError, match=r"Suggestion 1 has been told already: 0\.5"):
        optimizer.tell(suggestion, 0.4)
    again = optimizer.tell(dict(suggestion), 0.4)
    assert (again.number, optimizer.best.objective) == (2, 0.4)


@pytest.mark.parametrize("objective", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_what_is_no_number_has_failed(objective):
    optimizer = Optimizer(LINE, seed=1)
    result = optimizer.tell(optimizer.ask(), objective)
    assert (result.objective, result.outcome, optimizer.best) == (None, OptimizerOutcome.FAILED, None)


@pytest.mark.parametrize("arguments", [{}, {"objective": "good"}, {"objective": 1.0, "failed": True}])
def test_a_tell_says_either_an_objective_or_a_failure(arguments):
    optimizer = Optimizer(LINE, seed=1)
    suggestion = optimizer.ask()
    with pytest.raises(UsageError):
        optimizer.tell(suggestion, **arguments)
    assert optimizer.pending == (suggestion,)


def test_a_failure_is_evidence_and_its_values_are_not_tried_again():
    optimizer = Optimizer({"x": [1, 2, 3]}, seed=0)
    failed = optimizer.ask()
    optimizer.tell(failed, failed=True)
    assert {made["x"] for made in optimizer.ask(2)} == {1, 2, 3} - {failed["x"]}
    with pytest.raises(SpaceExhausted):
        optimizer.ask()


def test_values_from_elsewhere_are_results_with_numbers_of_their_own():
    optimizer = Optimizer(RANGES, seed=1)
    pending = optimizer.ask()
    told = optimizer.tell({"kernel": "poly", "lr": np.float64(0.01), "layers": 2.0}, 3.0)
    assert (told.number, told.values) == (2, {"lr": 0.01, "layers": 2, "kernel": "poly"})
    assert optimizer.tell(dict(pending), 1.0).number == pending.number


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            {"lr": 0.5, "layers": 2, "kernel": "rbf"},
            UsageError,
            "The value 0.5 of 'lr' lies outside its range 1e-05..0.1",
        ),
        ({"lr": math.nan, "layers": 2, "kernel": "rbf"}, UsageError, "of 'lr' lies outside"),
        ({"lr": 0.01, "layers": 2.5, "kernel": "rbf"}, UsageError, "The value 2.5 of 'layers'"),
        ({"lr": 0.01, "layers": 2, "kernel": "sigmoid"}, UsageError, "sigmoid"),
        ({"lr": 0.01, "layers": 2}, UsageError, "lack 'kernel'"),
        ({"lr": 0.01, "layer": 2, "kernel": "rbf"}, UnknownName, "Did you mean 'layers'"),
    ],
)
def test_values_from_elsewhere_must_lie_inside_the_ranges(values, error, message):
    optimizer = Optimizer(RANGES, seed=1)
    with pytest.raises(error, match=message):
        optimizer.tell(values, 1.0)
    assert optimizer.results == ()


def test_start_values_come_first_in_their_order():
    first = [{"x": 0.9}, {"x": 0.1}]
    optimizer = Optimizer(LINE, seed=1, first=first)
    made = optimizer.ask(3)
    assert [dict(suggestion) for suggestion in made[:2]] == first
    assert [suggestion.strategy for suggestion in made] == ["start values", "start values", "sobol"]


def test_pending_suggestions_keep_others_away():
    optimizer = Optimizer(LINE, seed=1)
    for value in (0.1, 0.4, 0.6, 0.9):
        optimizer.tell({"x": value}, abs(value - 0.5))
    places = sorted(suggestion["x"] for suggestion in optimizer.ask(6))
    assert min(b - a for a, b in itertools.pairwise(places)) > 1e-3


def test_a_discarded_suggestion_says_nothing_and_does_not_come_back():
    optimizer = Optimizer({"x": [1, 2]}, seed=0)
    suggestion = optimizer.ask()
    optimizer.discard(suggestion)
    assert (optimizer.pending, optimizer.results) == ((), ())
    assert optimizer.ask()["x"] != suggestion["x"]
    with pytest.raises(UsageError, match="was discarded"):
        optimizer.tell(suggestion, 1.0)
    with pytest.raises(UsageError, match="not values"):
        optimizer.discard({"x": 1})


def test_what_a_function_raises_passes_on_and_counts_as_a_failure():
    optimizer = Optimizer(LINE, seed=0)
    with pytest.raises(ZeroDivisionError):
        optimizer.run(lambda values: values["x"] / 0, jobs=3)
    assert [result.outcome for result in optimizer.results] == [OptimizerOutcome.FAILED]


def test_a_run_ends_where_nothing_is_left():
    optimizer = Optimizer({"x": [1, 2, 3]}, "Maximize", seed=0)
    assert optimizer.run(lambda values: values["x"], jobs=10).values == {"x": 3}
    assert len(optimizer.results) == 3


def test_a_hyperparameter_that_does_not_act_is_left_out_and_makes_no_difference():
    ranges = {"booster": ["tree", "dart"], "drop": (0.0, 1.0), "skip": (0.0, 1.0)}
    optimizer = Optimizer(ranges, seed=0, conditions={"drop": "booster == dart", "skip": "drop > 0.5"})
    optimizer.run(lambda values: values.get("drop", 0.3), jobs=14)
    tried = [result.values for result in optimizer.results]
    assert sum(values == {"booster": "tree"} for values in tried) == 1
    assert all(("skip" in values) == (values.get("drop", 0) > 0.5) for values in tried)
    with pytest.raises(UsageError, match="lack 'drop'"):
        optimizer.tell({"booster": "dart"}, 1.0)
    assert optimizer.tell({"booster": "tree"}, 0.3).values == {"booster": "tree"}


@pytest.mark.parametrize("strategy", ["Bayesian", "Random"])
def test_no_two_suggestions_differ_only_in_what_does_not_act(strategy):
    ranges = {"booster": ["tree", "dart", "linear"], "depth": (1, 4), "drop": [0.1, 0.2], "skip": (0, 1)}
    conditions = {"depth": "booster != linear", "drop": "booster == dart", "skip": "drop == 0.2 and depth > 2"}
    optimizer = Optimizer(ranges, seed=0, strategy=strategy, conditions=conditions)
    made = []
    while len(made) < 15:
        for suggestion in optimizer.ask(3):
            made.append(dict(suggestion))
            optimizer.tell(suggestion, abs(suggestion.get("depth", 1) - 3) + (suggestion["booster"] != "dart"))
    assert sorted(map(str, made)) == sorted(set(map(str, made)))
    assert len(made) == 4 + 4 + 4 + 2 + 1  # trees, dart with drop 0.1, dart with drop 0.2, those that skip too, linear
    with pytest.raises(SpaceExhausted):
        optimizer.ask()


def test_a_constraint_is_kept():
    optimizer = Optimizer({"leaves": (2, 256), "depth": (1, 8)}, seed=0, constraints=["leaves <= 2 ** depth"])
    assert all(made["leaves"] <= 2 ** made["depth"] for made in optimizer.ask(20))


def test_a_prior_draws_the_first_suggestions_but_for_each_third():
    made = Optimizer({"x": (0.0, 1.0)}, seed=0, priors={"x": (0.8, 0.05)}).ask(4)
    assert all(0.6 < made[place]["x"] < 1.0 for place in (0, 1, 3))


def test_a_soft_range_goes_further_within_its_hard_bounds_and_says_why():
    optimizer = Optimizer(soft_ranges={"lr": (1e-4, 1e-3)}, hard_bounds={"lr": (None, 0.01)}, seed=0)
    best = optimizer.run(lambda values: -values["lr"], jobs=25)
    assert 1e-3 < best.values["lr"] <= 0.01
    assert optimizer.ranges["lr"].high <= 0.01
    assert "best training jobs have lr at the high end" in optimizer.range_moves[0].reason


def test_a_soft_range_holds_what_is_told_beyond_it_but_not_beyond_its_hard_bounds():
    optimizer = Optimizer(soft_ranges={"lr": (1e-4, 1e-3)}, hard_bounds={"lr": (1e-6, 0.01)}, seed=0)
    optimizer.tell({"lr": 0.005}, 1.0)
    assert optimizer.ranges["lr"].high == 0.005
    with pytest.raises(UsageError, match="outside its range"):
        optimizer.tell({"lr": 0.05}, 1.0)


def test_a_grid_runs_each_combination_once_numbers_among_them():
    optimizer = Optimizer({"lr": [0.1, 0.01], "depth": (1, 2)}, strategy="Grid")
    made = optimizer.ask(9)
    assert [tuple(suggestion.values()) for suggestion in made] == [(0.1, 1), (0.1, 2), (0.01, 1), (0.01, 2)]
    with pytest.raises(SpaceExhausted, match="Every combination"):
        optimizer.ask()


def test_a_grid_over_real_numbers_is_refused_in_words_of_python():
    with pytest.raises(InvalidRange, match="'x' is the continuous range") as caught:
        Optimizer(LINE, strategy="Grid")
    assert "--" not in str(caught.value)


def test_a_grid_of_more_combinations_than_jobs_is_a_recorded_warning():
    with pytest.warns(UserWarning, match="6 combinations, but max_jobs=4"):
        optimizer = Optimizer({"a": [1, 2, 3], "b": [1, 2]}, strategy="Grid", max_jobs=4)
    assert len(optimizer.warnings) == 1
    assert Optimizer.from_json(optimizer.to_json()).warnings == optimizer.warnings


def distance(values, at=0.73):
    return sum((value - at) ** 2 for value in values.values())


CUBE = dict.fromkeys("abc", (0.0, 1.0))


def test_a_parent_of_another_direction_and_unit_brings_the_search_to_the_optimum():
    parent = Optimizer(CUBE, "Maximize", seed=9)
    parent.run(lambda values: 5 - 1000 * distance(values), jobs=25)
    warm, cold = Optimizer(CUBE, seed=0, parents=[parent]), Optimizer(CUBE, seed=0)
    assert warm.run(distance, jobs=1).values == parent.best.values
    assert warm.run(distance, jobs=4).objective < 0.02 < cold.run(distance, jobs=4).objective
    assert Optimizer.from_json(warm.to_json()).ask() == warm.ask()


def test_a_parent_that_misleads_is_overcome():
    points = np.random.default_rng(1).random((25, 3)).tolist()
    rows = [(dict(zip("abc", point, strict=True)), -distance(dict(zip("abc", point, strict=True)))) for point in points]
    assert Optimizer(CUBE, seed=0, parents=[rows]).run(distance, jobs=20).objective < 0.02


def test_a_parent_without_a_common_hyperparameter_is_refused_and_one_with_gaps_is_noted():
    with pytest.raises(UsageError, match=r"no hyperparameter in common.*it has lr.*here are x"):
        Optimizer(LINE, parents=[[({"lr": 0.1}, 1.0)] * 5])
    rows = [({"a": at / 10, "b": at / 10}, at) for at in range(5)]
    with pytest.warns(UserWarning, match="says nothing of c"):
        assert "says nothing of c" in Optimizer(CUBE, parents=[rows]).warnings[0]
    with pytest.warns(UserWarning, match="Only 1 of 2 results"):
        Optimizer(LINE, parents=[[({"x": 0.5}, 1.0), ({"x": 9.0}, 0.0)]])
    with pytest.warns(UserWarning, match="has no results"):
        Optimizer(LINE, parents=[Optimizer(LINE)])


def test_a_chosen_seed_repeats_the_search():
    one = Optimizer(LINE)
    assert Optimizer(LINE, seed=one.seed).ask(3) == one.ask(3)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"version": 99}', '{"space": 3}'])
def test_text_that_is_no_optimizer_is_refused(text):
    with pytest.raises(UnreadableInput):
        Optimizer.from_json(text)


def test_an_optimizer_of_another_version_is_refused_by_its_version():
    document = {**json.loads(Optimizer(LINE).to_json()), "version": 99}
    with pytest.raises(UnreadableInput, match="version 99"):
        Optimizer.from_json(json.dumps(document))


def test_its_representation_tells_how_far_it_is():
    optimizer = Optimizer(LINE, seed=1)
    optimizer.tell(optimizer.ask(), 0.25)
    optimizer.ask()
    assert repr(optimizer) == "Optimizer(x; Minimize, Bayesian, seed=1; 1 told, 1 pending, best=0.25)"


def test_no_warning_is_given_where_all_is_well():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        Optimizer(RANGES, seed=1).run(bowl, jobs=6)
    assert told == []


def test_an_optimizer_loads_neither_the_engine_nor_numpy_before_it_is_asked():
    code = "import selftune, sys; selftune.Optimizer({'x': (0, 9)}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "selftune.sdk.optimizer" in loaded
    assert not {name for name in loaded if name.startswith(("selftune.engine", "selftune.store", "selftune.backends"))}
    assert not loaded & {"numpy", "scipy", "sqlite3"}
