"""Values that were good elsewhere come right after the baseline: inside, new, and few enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.model.constraints import Constraint
from selftune.model.history import History, KnownGood, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.search import suggest
from selftune.search.portfolio import most_from_portfolio

SPACE = (
    ("lr", ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG)),
    ("depth", IntegerRange(low=1, high=12)),
)
LEARNERS = [Strategy.RANDOM, Strategy.BAYESIAN]
TODAY = (("lr", 0.01), ("depth", 6))
BASELINE = Observation(number=1, values=TODAY, outcome=Outcome.COMPLETED, loss=1.0, strategy="baseline")


def good(lr, depth, source="the knowledge base", **more):
    return KnownGood(values=(("lr", lr), ("depth", depth)), source=source, **more)


def history(*portfolio, ended=(BASELINE,), max_jobs=20, **more):
    return History(space=SPACE, ended=ended, max_jobs=max_jobs, seed=1, portfolio=portfolio, **more)


def lrs(suggestions):
    return [dict(made.values)["lr"] for made in suggestions]


@pytest.mark.parametrize("strategy", LEARNERS)
def test_the_portfolio_comes_after_the_baseline_in_its_order_and_says_where_it_is_from(strategy):
    made = suggest(strategy, history(good(0.3, 4), good(0.1, 3)), 2)
    assert lrs(made) == [0.3, 0.1]
    assert {suggestion.strategy for suggestion in made} == {"portfolio"}
    assert made[0].reason == "Values that were good elsewhere, from the knowledge base."


@pytest.mark.parametrize("strategy", LEARNERS)
def test_what_was_tried_or_runs_is_not_tried_again(strategy):
    started = replace(
        history(good(0.3, 4), good(0.1, 3), good(0.01, 6), good(0.02, 2)),
        running=(Running(number=2, values=(("lr", 0.3), ("depth", 4))),),
    )
    assert lrs(suggest(strategy, started, 2)) == [0.1, 0.02]


@pytest.mark.parametrize("strategy", LEARNERS)
def test_values_outside_a_range_or_without_a_name_are_passed_over(strategy):
    lacking = KnownGood(values=(("lr", 0.2),), source="the knowledge base")
    (made,) = suggest(strategy, history(good(3.0, 4), good(0.3, 99), lacking, good(0.1, 3)), 1)
    assert dict(made.values) == {"lr": 0.1, "depth": 3}


@pytest.mark.parametrize("strategy", LEARNERS)
def test_values_that_break_a_constraint_are_passed_over(strategy):
    shallow = Constraint(text="depth < 4", reason="A test says so.", source="a test")
    (made,) = suggest(strategy, history(good(0.3, 4), good(0.1, 3), constraints=(shallow,)), 1)
    assert dict(made.values)["depth"] == 3


@pytest.mark.parametrize("strategy", LEARNERS)
@pytest.mark.parametrize("max_jobs", [3, 10, 20])
def test_most_training_jobs_are_left_to_the_strategy(strategy, max_jobs):
    many = [good(0.001 * n, 3) for n in range(1, 10)]
    made = suggest(strategy, history(*many, max_jobs=max_jobs), 9)
    assert sum(suggestion.strategy == "portfolio" for suggestion in made) == most_from_portfolio(max_jobs)
    assert most_from_portfolio(max_jobs) == {3: 1, 10: 2, 20: 4}[max_jobs]


def ended(number, lr, depth, loss):
    outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
    return Observation(number=number, values=(("lr", lr), ("depth", depth)), outcome=outcome, loss=loss)


@pytest.mark.parametrize("strategy", LEARNERS)
@pytest.mark.parametrize("loss", [1.0, 1.5, None], ids=["no better", "worse", "failed"])
def test_beyond_a_step_that_did_not_help_no_longer_one_is_tried(strategy, loss):
    portfolio = [good(0.003, 6), good(0.001, 6), good(0.03, 6)]
    tried = history(*portfolio, ended=(BASELINE, ended(2, 0.003, 6, loss)))
    assert lrs(suggest(strategy, tried, 2))[0] == 0.03
    assert 0.001 not in lrs(suggest(strategy, tried, 3))


@pytest.mark.parametrize("strategy", LEARNERS)
def test_beyond_a_step_that_helped_the_longer_one_is_tried(strategy):
    portfolio = [good(0.003, 6), good(0.001, 6)]
    (made,) = suggest(strategy, history(*portfolio, ended=(BASELINE, ended(2, 0.003, 6, 0.9))), 1)
    assert (dict(made.values)["lr"], made.strategy) == (0.001, "portfolio")


@pytest.mark.parametrize("strategy", LEARNERS)
@pytest.mark.parametrize("other", [(0.001, 3), (0.1, 6), (0.006, 6)], ids=["another line", "other way", "shorter"])
def test_a_step_that_did_not_help_says_nothing_of(strategy, other):
    tried = history(good(0.003, 6), good(*other), ended=(BASELINE, ended(2, 0.003, 6, 2.0)))
    (made,) = suggest(strategy, tried, 1)
    assert (dict(made.values)["lr"], made.strategy) == (other[0], "portfolio")


def test_a_step_from_values_that_are_not_those_of_today_says_nothing():
    tried = history(good(0.001, 6), ended=(replace(BASELINE, strategy="elsewhere"), ended(2, 0.003, 6, 2.0)))
    (made,) = suggest(Strategy.BAYESIAN, tried, 1)
    assert (dict(made.values)["lr"], made.strategy) == (0.001, "portfolio")


def test_a_choice_is_no_step_on_the_way_to_another():
    space = (("opt", CategoricalRange(values=("adam", "sgd", "lion"))), ("depth", IntegerRange(low=1, high=12)))
    rows = [(("opt", opt), ("depth", 6)) for opt in ("adam", "sgd", "lion")]
    made_by = {1: "baseline", 2: "portfolio"}
    jobs = [
        Observation(number=n, values=rows[n - 1], outcome=Outcome.COMPLETED, loss=float(n), strategy=strategy)
        for n, strategy in made_by.items()
    ]
    lion = KnownGood(values=rows[2], source="the knowledge base")
    (made,) = suggest(Strategy.BAYESIAN, History(space=space, ended=tuple(jobs), max_jobs=20, portfolio=(lion,)), 1)
    assert made.strategy == "portfolio"


def test_a_grid_goes_its_own_way():
    space = (("depth", IntegerRange(low=1, high=3)),)
    depth_three = KnownGood(values=(("depth", 3),), source="the knowledge base")
    (made,) = suggest(Strategy.GRID, History(space=space, portfolio=(depth_three,)), 1)
    assert (dict(made.values)["depth"], made.strategy) == (1, "grid")


def test_values_get_the_type_of_their_range_and_keep_all_their_digits():
    (made,) = suggest(Strategy.RANDOM, history(good(0.1234567891, 4.0)), 1)
    assert made.values == (("lr", 0.1234567891), ("depth", 4))
    assert type(dict(made.values)["depth"]) is int


@pytest.mark.parametrize("strategy", LEARNERS)
def test_one_by_one_and_all_at_once_give_the_same(strategy):
    portfolio = [good(0.3, 4), good(0.1, 3), good(0.02, 2)]
    together = suggest(strategy, history(*portfolio), 3)
    first = Observation(number=2, values=together[0].values, outcome=Outcome.COMPLETED, loss=0.5)
    alone = suggest(strategy, history(*portfolio, ended=(BASELINE, first)), 2)
    assert [made.values for made in alone] == [made.values for made in together[1:]]
