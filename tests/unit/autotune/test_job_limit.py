"""The limit of one training job, lowered by what the first took and never by what others may well need."""

from __future__ import annotations

import pytest

from selftune.autotune.job_limit import allowed_seconds, lowered_job_limit
from selftune.model.plan import Chooser, Plan
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.testing.factories import a_plan, a_tuned_hyperparameter, decided

DAY = 86_400.0
KNOWN = {"source": "knowledge: xgboost.eta (Probst 2019)"}
HYPERPARAMETERS = (
    a_tuned_hyperparameter("lr", 0.1, **KNOWN),
    a_tuned_hyperparameter(
        "rounds", 100, IntegerRange(low=10, high=2000, scaling=ScalingType.LOG), affects_cost=True, **KNOWN
    ),
    a_tuned_hyperparameter("depth", 4, IntegerRange(low=2, high=12), affects_cost=True, **KNOWN),
    a_tuned_hyperparameter("act", "relu", CategoricalRange(values=("relu", "tanh")), **KNOWN),
    a_tuned_hyperparameter("x3", 2.0, ContinuousRange(low=1.0, high=8.0), source="its value"),
)
TODAY = {"lr": 0.1, "rounds": 100, "depth": 4, "act": "relu", "x3": 2.0}


def plan(limit: float = DAY, by: Chooser = Chooser.AUTOTUNE) -> Plan:
    return a_plan(HYPERPARAMETERS, job_max_runtime_seconds=decided(limit, by=by))


def test_the_limit_is_five_times_what_the_first_took() -> None:
    lowered = lowered_job_limit(plan(), 100.0)
    assert lowered is not None
    seconds, reason = lowered
    assert seconds == 500.0
    assert reason == (
        "The first training job took 2 min, so the others may take 8 min, 5 times as long; "
        "more where rounds, depth may make it slower."
    )


def test_a_quick_first_one_leaves_a_minute_to_the_others() -> None:
    lowered = lowered_job_limit(plan(), 0.1)
    assert lowered is not None
    assert lowered[0] == 60.0
    assert "no less than 60 s" in lowered[1]


def test_the_limit_that_the_user_set_stays() -> None:
    assert lowered_job_limit(plan(by=Chooser.USER), 1.0) is None


def test_the_limit_never_rises() -> None:
    assert lowered_job_limit(plan(limit=300.0), 100.0) is None
    assert allowed_seconds(plan(limit=300.0), TODAY | {"rounds": 2000}, 200.0) == 300.0


@pytest.mark.parametrize(
    ("change", "times"),
    [
        ({}, 1),
        ({"lr": 0.5}, 1),
        ({"rounds": 200}, 4),
        ({"rounds": 50}, 4),
        ({"depth": 8}, 16),
        ({"act": "tanh"}, 2),
        ({"x3": 4.0}, 4),
        ({"depth": 5, "rounds": 200}, 2 * 4),
    ],
)
def test_what_may_make_a_training_job_slower_raises_its_limit(change: dict[str, object], times: float) -> None:
    assert allowed_seconds(plan(), TODAY | change, 100.0) == pytest.approx(100.0 * times)  # type: ignore[operator]


def test_before_anything_is_measured_the_plans_limit_holds() -> None:
    assert allowed_seconds(plan(), TODAY, None) == DAY


def test_a_value_of_zero_gives_no_ratio_and_leaves_room() -> None:
    hyperparameters = (a_tuned_hyperparameter("warmup", 0, IntegerRange(low=0, high=9), affects_cost=True, **KNOWN),)
    roomy = a_plan(hyperparameters, job_max_runtime_seconds=DAY)
    assert allowed_seconds(roomy, {"warmup": 1}, 100.0) == 400.0
