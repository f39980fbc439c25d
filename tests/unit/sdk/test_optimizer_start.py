"""What an optimizer suggests before anything of its own: start values, what is queued, and the best of its parents."""

from __future__ import annotations

import pytest

from selftune import Optimizer
from selftune.model.errors import UsageError

LINE = {"x": (0.0, 1.0)}


def test_start_values_that_were_told_before_their_turn_are_not_suggested():
    optimizer = Optimizer(LINE, seed=1, first=[{"x": 0.5}, {"x": 0.25}, {"x": 0.75}])
    optimizer.tell({"x": 0.5}, 1.0)
    optimizer.tell({"x": 0.75}, failed=True)
    assert [dict(made) for made in optimizer.ask(1)] == [{"x": 0.25}]
    assert optimizer.ask().strategy != "start values"


def test_start_values_that_are_given_twice_are_suggested_once_and_that_is_said():
    with pytest.warns(UserWarning, match=r"\{'x': 0.1\} were given twice"):
        optimizer = Optimizer(LINE, seed=1, first=[{"x": 0.1}, {"x": 0.1}])
    made = optimizer.ask(2)
    assert [suggestion.strategy for suggestion in made] == ["start values", "sobol"]
    assert made[1]["x"] != 0.1


def test_start_values_that_differ_only_in_what_does_not_act_are_given_twice():
    ranges = {"booster": ["tree", "dart"], "drop": (0.0, 1.0)}
    first = [{"booster": "tree"}, {"booster": "tree", "drop": 0.3}]
    with pytest.warns(UserWarning, match="given twice"):
        optimizer = Optimizer(ranges, seed=1, first=first, conditions={"drop": "booster == dart"})
    assert [made.strategy for made in optimizer.ask(2)] == ["start values", "sobol"]


def test_values_can_be_queued_at_any_time_and_come_next_in_their_order():
    optimizer = Optimizer(LINE, seed=1, first=[{"x": 0.9}])
    optimizer.enqueue({"x": 0.3})
    optimizer.tell(optimizer.ask(), 1.0)
    optimizer.enqueue({"x": 0.2})
    restored = Optimizer.from_json(optimizer.to_json())
    assert [dict(made) for made in restored.ask(2)] == [{"x": 0.3}, {"x": 0.2}]


def test_what_is_known_already_is_not_queued_and_that_is_said():
    optimizer = Optimizer(LINE, seed=1, first=[{"x": 0.9}])
    suggestion = optimizer.ask()
    with pytest.warns(UserWarning, match=r"\{'x': 0.9\} are those of number 1"):
        optimizer.enqueue({"x": 0.9})
    assert len(optimizer.warnings) == 1
    optimizer.discard(suggestion)
    optimizer.enqueue({"x": 0.9})
    assert optimizer.ask() == {"x": 0.9}


@pytest.mark.parametrize("values", [{"x": 2.0}, {}, {"y": 1.0}, {"x": 0.6}])
def test_values_that_may_not_run_are_not_queued(values):
    optimizer = Optimizer(LINE, seed=1, constraints=["x < 0.5"])
    with pytest.raises(UsageError):
        optimizer.enqueue(values)
    assert optimizer.ask().strategy == "sobol"


def test_a_constraint_on_what_does_not_act_forbids_no_start_values():
    ranges = {"booster": ["tree", "dart"], "drop": (0.0, 1.0)}
    optimizer = Optimizer(
        ranges,
        seed=1,
        conditions={"drop": "booster == dart"},
        constraints=["drop <= 0.3"],
        first=[{"booster": "tree"}],
    )
    assert optimizer.ask() == {"booster": "tree"}
    with pytest.raises(UsageError, match=r"break what must hold: drop <= 0\.3"):
        optimizer.enqueue({"booster": "dart", "drop": 0.4})


def parents(count):
    """Parents whose best values lie at 0.05, 0.15 ..."""
    return [[({"x": best + step / 100}, step) for step in range(5)] for best in (0.05 + k / 10 for k in range(count))]


@pytest.mark.parametrize(("max_jobs", "tried"), [(None, 5), (30, 5), (10, 5), (8, 4), (3, 1), (1, 1)])
def test_the_best_values_of_all_parents_are_tried_in_no_more_than_half_of_the_suggestions(max_jobs, tried):
    optimizer = Optimizer(LINE, seed=1, max_jobs=max_jobs, parents=parents(5))
    made = optimizer.ask(6)
    best = [parent[0][0] for parent in parents(5)]
    assert [dict(suggestion) for suggestion in made if suggestion.strategy == "portfolio"] == best[:tried]


def test_reasons_speak_of_no_tuning_job_where_there_is_none():
    optimizer = Optimizer(LINE, seed=1, strategy="Random", parents=parents(2))
    optimizer.run(lambda values: -values["x"], jobs=12)
    reasons = [result.why for result in optimizer.results]
    assert reasons[0] == "Values that were good elsewhere, from parent 1."
    assert any("What parent 1" in reason for reason in reasons)
    assert not any("tuning job" in reason for reason in reasons)
