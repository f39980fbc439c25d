"""How many suggestions there will be, how long they may take, and what an optimizer does about it."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import pytest

from selftune import Optimizer
from selftune.model.errors import UsageError
from selftune.model.history import TimeSpent
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange
from selftune.sdk.optimizer_record import OptimizerOutcome
from selftune.sdk.optimizer_state import Job, OptimizerState
from selftune.search import surrogate
from selftune.search.gaussian_process import FitFailed

LINE = {"x": (0.0, 1.0)}
MODEL = "gp: log expected improvement"


def told_of_a_line(count=6, **more):
    optimizer = Optimizer(LINE, seed=1, **more)
    for k in range(count):
        optimizer.tell({"x": k / count}, (k / count - 0.4) ** 2)
    return optimizer


def test_many_at_once_fill_the_space_until_as_many_have_shown_something():
    made = told_of_a_line(max_jobs=20).ask(14)
    assert {suggestion.strategy for suggestion in made} == {MODEL}
    optimizer = told_of_a_line(max_jobs=20)
    optimizer.ask(7)
    (another,) = optimizer.ask(1)
    assert another.strategy == "sobol"
    assert "8 training jobs of 20 run at once" in another.why


def test_one_after_another_or_few_of_many_do_not_fill_the_space():
    optimizer = told_of_a_line(max_jobs=100)
    optimizer.ask(7)
    assert optimizer.ask().strategy == MODEL
    assert told_of_a_line(max_jobs=7).ask().strategy == MODEL


def test_a_discarded_suggestion_keeps_no_other_away():
    discarding, failing = told_of_a_line(), told_of_a_line()
    for optimizer, give_up in (
        (discarding, discarding.discard),
        (failing, lambda made: failing.tell(made, failed=True)),
    ):
        for made in optimizer.ask(5):
            give_up(made)
    near, away = discarding.ask(), failing.ask()
    assert abs(near["x"] - 0.4) < 0.05 < abs(away["x"] - 0.4)
    assert "fails" not in near.why


def seconds_told(seconds_at, jobs=14, **more):
    """An optimizer of a flat objective with a slight slope, whose training jobs take `seconds_at(x)`."""
    optimizer = Optimizer(LINE, seed=3, **more)
    for k in range(jobs):
        x = (k + 0.5) / jobs
        optimizer.tell({"x": x}, 0.01 * math.sin(20 * x), seconds=seconds_at(x))
    return optimizer


def grows(x):
    return 100.0**x


def test_with_a_budget_of_seconds_what_is_cheap_is_preferred():
    timed, free = seconds_told(grows, max_seconds=330).ask(4), seconds_told(grows).ask(4)
    assert "for its time" in timed[0].why
    assert "for its time" not in free[0].why
    assert sum(grows(made["x"]) for made in timed) < 0.5 * sum(grows(made["x"]) for made in free)


def test_a_budget_of_seconds_too_large_to_end_the_search_makes_no_difference():
    assert seconds_told(grows, max_seconds=1e6).ask(4) == seconds_told(grows).ask(4)


def test_what_runs_at_once_shares_the_seconds_of_the_budget():
    jobs = tuple(
        Job(number=n, values=(("x", n / 9),), strategy="", why="", outcome=outcome, seconds=seconds)
        for n, (outcome, seconds) in enumerate(
            [
                (OptimizerOutcome.COMPLETED, 20.0),
                (OptimizerOutcome.FAILED, 10.0),
                (OptimizerOutcome.COMPLETED, None),
                (OptimizerOutcome.PENDING, None),
            ],
            start=1,
        )
    )
    space = (("x", ContinuousRange(low=0.0, high=1.0)),)
    state = OptimizerState(
        space=space, direction=Direction.MINIMIZE, strategy=Strategy.BAYESIAN, seed=1, max_seconds=90.0, jobs=jobs
    )
    assert state.history(2).time == TimeSpent(total_seconds=30.0, spent_seconds=10.0)
    assert [job.duration_seconds for job in state.history().ended] == [20.0, 10.0, None]
    untimed = replace(state, max_seconds=None).history()
    assert untimed.time is None
    assert [job.duration_seconds for job in untimed.ended] == [None, None, None]


def test_seconds_change_nothing_without_a_budget_of_them():
    assert seconds_told(lambda x: 1 + x).ask(3) == seconds_told(lambda x: 5 - x).ask(3)


def test_seconds_are_kept_with_the_result():
    optimizer = Optimizer(LINE, seed=1)
    assert optimizer.tell(optimizer.ask(), 1.0, seconds=2).seconds == 2.0
    assert Optimizer.from_json(optimizer.to_json()).results[0].seconds == 2.0


def test_a_run_ends_where_the_seconds_are_used_up_and_its_calls_are_timed():
    optimizer = Optimizer(LINE, seed=1, max_seconds=1e-9)
    optimizer.run(lambda values: values["x"], jobs=5)
    assert len(optimizer.results) == 1
    assert optimizer.results[0].seconds > 0
    plenty = Optimizer(LINE, seed=1, max_seconds=1e9)
    plenty.run(lambda values: values["x"], jobs=5)
    assert len(plenty.results) == 5
    with pytest.raises(ZeroDivisionError):
        plenty.run(lambda values: values["x"] / 0, jobs=1)
    assert plenty.results[5].seconds > 0
    untimed = Optimizer(LINE, seed=1)
    untimed.run(lambda values: values["x"], jobs=2)
    assert [result.seconds for result in untimed.results] == [None, None]


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf, "2", None])
def test_what_is_no_number_of_seconds_is_refused(seconds):
    with pytest.raises(UsageError, match="max_seconds is"):
        Optimizer(LINE, seed=1, max_seconds="soon" if seconds is None else seconds)
    optimizer = Optimizer(LINE, seed=1)
    suggestion = optimizer.ask()
    if seconds is not None:
        with pytest.raises(UsageError, match="seconds is"):
            optimizer.tell(suggestion, 1.0, seconds=seconds)
        assert optimizer.pending == (suggestion,)


def grid_warnings(**more):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        optimizer = Optimizer({"a": ["x", "y"], "b": (1, 3), "c": [True, False]}, strategy="Grid", **more)
    return optimizer, [str(warning.message) for warning in told]


def test_of_a_grid_only_combinations_that_differ_and_keep_the_constraints_count():
    conditions, constraints = {"b": "a == x", "c": "a == x"}, ["b <= 2"]
    assert grid_warnings(max_jobs=7, conditions=conditions)[1] == []
    assert "more than 6 combinations, but max_jobs=6" in grid_warnings(max_jobs=6, conditions=conditions)[1][0]
    assert grid_warnings(max_jobs=8, constraints=constraints)[1] == []
    optimizer, told = grid_warnings(max_jobs=7, constraints=constraints)
    assert "more than 7 combinations, but max_jobs=7" in told[0]
    assert len(optimizer.ask(12)) == 8
    assert "12 combinations, but max_jobs=11" in grid_warnings(max_jobs=11)[1][0]


def test_a_grid_that_is_cut_says_no_count_that_does_not_hold():
    optimizer, _ = grid_warnings(constraints=["b <= 1"])
    assert [made.why for made in optimizer.ask(2)] == [
        "Combination 1 of the grid.",
        "Combination 2 of the grid.",
    ]
    assert grid_warnings()[0].ask().why == "Combination 1 of 12 of the grid."


def test_a_failed_fit_is_a_warning_on_the_record(monkeypatch):
    def fail(*_args, **_settings):
        raise FitFailed("the covariance is singular")

    optimizer = told_of_a_line()
    monkeypatch.setattr(surrogate, "fit", fail)
    with pytest.warns(UserWarning, match=r"Suggestion 7: No model could be fitted.*the covariance is singular"):
        optimizer.ask(2)
    monkeypatch.undo()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.ask()
    assert len(optimizer.warnings) == 1
    assert Optimizer.from_json(optimizer.to_json()).warnings == optimizer.warnings
