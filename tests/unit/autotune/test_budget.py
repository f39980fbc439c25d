"""A budget in jobs, time or money, and the plan that fits it."""

from __future__ import annotations

import pytest

from selftune.autotune.budget import budget_text, parse_budget
from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.autotune.rules import bound_of, limits_for
from selftune.model.budget import Budget, JobBudget, MoneyBudget, TimeBudget
from selftune.model.errors import UsageError
from selftune.model.plan import Chooser, Plan
from selftune.model.ranges import ContinuousRange
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

VALUES = {
    "learning_rate": 0.1,
    "max_depth": 6,
    "num_round": 100,
    "subsample": 1.0,
    "min_child_weight": 1.0,
    "gamma": 0.1,
}


def plan(budget: Budget | None = None, *, slots: int = 4, **settings: object) -> Plan:
    request = TuningJobRequest(
        name="job",
        program=CommandRequest(argv=("train",), folder=""),
        settings=UserSettings(objective_name="rmse", budget=budget, **settings),  # type: ignore[arg-type]
    )
    return plan_of_reading(request, reading_of_values(VALUES, "xgboost"), slots=slots)


def test_a_budget_is_jobs_time_or_money() -> None:
    assert parse_budget("20jobs") == JobBudget(20)
    assert parse_budget("1 job") == JobBudget(1)
    assert parse_budget("2h") == TimeBudget(7200)
    assert parse_budget("5usd") == MoneyBudget(5)
    assert parse_budget("$2.50") == MoneyBudget(2.5)


@pytest.mark.parametrize("text", ["0jobs", "0usd", "lots", "5 eur", "", "-2h"])
def test_what_is_no_budget_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="is not a budget") as caught:
        parse_budget(text)
    assert "20jobs" in caught.value.hint


@pytest.mark.parametrize("text", ["20jobs", "1h30m", "45s", "5usd", "0.05usd"])
def test_a_budget_written_reads_back_equal(text: str) -> None:
    assert parse_budget(budget_text(parse_budget(text))) == parse_budget(text)


def test_a_budget_of_jobs_decides_how_many_hyperparameters_are_tuned_and_how_many_jobs_run_at_once() -> None:
    few, many = plan(JobBudget(12), slots=8), plan(JobBudget(60), slots=8)
    assert (few.max_jobs.value, few.max_jobs.by, few.bound.jobs) == (12, Chooser.USER, 12)
    assert len(few.tuned) < len(many.tuned)
    assert few.max_parallel.value < many.max_parallel.value
    assert "budget of 12 training jobs" in few.max_jobs.reason


def test_a_budget_of_time_bounds_the_run_time_and_leaves_room_for_more_jobs() -> None:
    without, timed = plan(), plan(TimeBudget(7200))
    assert (timed.max_runtime_seconds.value, timed.bound.seconds) == (7200, 7200)
    assert timed.max_runtime_seconds.reason == "Your budget of 2 h."
    assert timed.max_jobs.value > without.max_jobs.value
    assert timed.max_parallel == without.max_parallel
    assert [h.name for h in timed.tuned] == [h.name for h in without.tuned]
    assert timed.completion.value.complete_on_convergence


def test_money_buys_run_time_shared_by_the_jobs_that_run_at_once() -> None:
    paid = plan(MoneyBudget(5), slots=2, price_per_hour=2.0)
    assert paid.max_parallel.value == 2
    assert paid.max_runtime_seconds.value == 2.5 * 3600 / 2
    assert paid.bound.price == pytest.approx(5)
    assert "2 h 30 min of computing at 2 an hour, which 2 training jobs at once use up in 1 h 15 min" in (
        paid.max_runtime_seconds.reason
    )


@pytest.mark.parametrize("amount", [0.01, 0.5, 5, 1e6])
@pytest.mark.parametrize("slots", [1, 3, 8])
def test_the_bound_never_costs_more_than_the_money(amount: float, slots: int) -> None:
    price = plan(MoneyBudget(amount), slots=slots, price_per_hour=0.7).bound.price
    assert price is not None
    assert price <= amount * (1 + 1e-9)


def test_a_shorter_run_time_of_the_users_holds_beside_money() -> None:
    assert plan(MoneyBudget(500), price_per_hour=1.0, max_runtime_seconds=60.0).max_runtime_seconds.value == 60


def test_a_longer_run_time_than_the_money_buys_gives_way() -> None:
    paid = plan(MoneyBudget(1), slots=1, price_per_hour=1.0, max_runtime_seconds=90_000.0)
    assert paid.max_runtime_seconds.value == 3600


def test_a_budget_in_money_needs_a_price() -> None:
    with pytest.raises(UsageError) as caught:
        plan(MoneyBudget(5))
    assert "--price-per-hour" in caught.value.hint


@pytest.mark.parametrize(
    ("budget", "setting", "option"),
    [(JobBudget(5), {"max_jobs": 3}, "--max-jobs"), (TimeBudget(5), {"max_runtime_seconds": 3.0}, "--max-runtime")],
)
def test_a_limit_given_twice_is_refused(budget: Budget, setting: dict[str, float], option: str) -> None:
    request = TuningJobRequest(
        name="job",
        program=CommandRequest(argv=("train",), folder=""),
        settings=UserSettings(budget=budget, **setting),  # type: ignore[arg-type]
    )
    with pytest.raises(UsageError, match=f"--budget and {option}"):
        limits_for(request, {"x": ContinuousRange(low=0, high=1)}, slots=1)


def test_without_money_the_bound_has_a_price_where_an_hour_has_one() -> None:
    request = TuningJobRequest(name="job", program=CommandRequest(argv=("train",), folder=""))
    limits = limits_for(request, {"x": ContinuousRange(low=0, high=1)}, slots=1)
    assert bound_of(limits, 1.0).price == pytest.approx(48)
