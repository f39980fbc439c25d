"""A tuning job in virtual time."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from selftune.model.errors import UsageError
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, ScalingType
from selftune.testing import simulate

LINE = {"x": ContinuousRange(low=0.0, high=1.0)}


def on_a_line(objective, **settings):
    """A random search over `x` from today's 0.25, eight training jobs unless said otherwise."""
    defaults = {"hyperparameters": {"x": 0.25}, "ranges": LINE, "strategy": Strategy.RANDOM, "max_jobs": 8}
    return simulate(objective, **{**defaults, **settings})


def test_todays_values_run_first():
    run = on_a_line(lambda v: v["x"], max_jobs=4)
    assert run.training_jobs[0].hyperparameters == {"x": 0.25}
    assert run.training_jobs[0].suggested_by == "baseline"
    assert len(run.training_jobs) == 4


def test_without_autotune_todays_values_are_not_tried():
    run = on_a_line(lambda v: v["x"], autotune=False)
    assert {job.suggested_by for job in run.training_jobs} == {"sobol"}


@pytest.mark.parametrize(("objective_type", "best"), [("Minimize", min), ("Maximize", max)])
def test_the_best_is_that_of_the_objective_type(objective_type, best):
    run = on_a_line(lambda v: v["x"], objective_type=objective_type, max_parallel=3)
    assert run.best.objective == best(job.objective for job in run.training_jobs)


def test_a_curve_is_kept_and_its_last_value_is_the_objective():
    run = on_a_line(lambda v: [9.0, v["x"]], max_jobs=2)
    for job in run.training_jobs:
        assert job.curve == (9.0, job.hyperparameters["x"])
        assert job.objective == job.hyperparameters["x"]


def test_what_the_objective_raises_fails_that_training_job_alone():
    def objective(values):
        if values["x"] < 0.2:
            raise ValueError("out of memory")
        return values["x"]

    run = on_a_line(objective)
    assert {job.status for job in run.training_jobs if job.hyperparameters["x"] < 0.2} == {"Failed"}
    assert run.best.objective >= 0.2
    assert run.status == "Completed"


def test_nan_is_a_failure():
    run = on_a_line(lambda v: math.nan if v["x"] != 0.25 else 1.0, max_jobs=3)
    assert [job.status for job in run.training_jobs] == ["Completed", "Failed", "Failed"]


def test_a_finite_space_ends_the_search():
    space = {"c": CategoricalRange(values=("a", "bb"))}
    run = simulate(lambda v: len(v["c"]), hyperparameters={"c": "a"}, ranges=space, strategy="grid", max_jobs=9)
    assert [job.objective for job in run.training_jobs] == [1.0, 2.0]
    assert "2 combinations" in run.status_reason


def test_a_grid_over_real_numbers_is_refused_before_anything_runs():
    calls = []
    with pytest.raises(UsageError, match="'x' is the continuous range"):
        on_a_line(calls.append, strategy=Strategy.GRID)
    assert calls == []


def test_the_same_seed_gives_the_same_search():
    def values(seed):
        settings = {"strategy": Strategy.BAYESIAN, "max_jobs": 9, "max_parallel": 2, "seed": seed}
        run = on_a_line(lambda v: (v["x"] - 0.4) ** 2, **settings)
        return [job.hyperparameters for job in run.training_jobs]

    assert values(6) == values(6)
    assert values(6) != values(7)


def test_values_have_the_types_of_their_ranges():
    seen = []

    def objective(values):
        seen.append({name: type(value) for name, value in values.items()})
        return 1.0

    space = {
        "depth": IntegerRange(low=1, high=9),
        "rate": ContinuousRange(low=1e-3, high=1.0, scaling=ScalingType.LOG),
        "bagging": CategoricalRange(values=(True, False)),
    }
    start = {"depth": 3, "rate": 1.0, "bagging": True, "name": "net"}
    simulate(objective, hyperparameters=start, ranges=space, keep_static=["name"], max_jobs=6)
    assert len(seen) == 6
    assert all(types == {"depth": int, "rate": float, "bagging": bool, "name": str} for types in seen)


def test_costs_are_seconds_and_parallel_training_jobs_overlap():
    run = on_a_line(lambda v: v["x"], max_jobs=4, max_parallel=2, cost=lambda _: 10.0)
    assert max(job.ended_seconds for job in run.training_jobs) == pytest.approx(20.0, abs=0.1)


def test_a_number_of_training_jobs_that_was_asked_for_is_run_whole():
    run = on_a_line(lambda _: 1.0, max_jobs=45)
    assert len(run.training_jobs) == 45


def test_a_simulation_learns_from_an_earlier_one():
    def loss(values):
        return (math.log10(values["lr"]) + 0.7) ** 2

    first = simulate(loss, hyperparameters={"lr": 0.01}, max_jobs=8)
    assert first.to_learn_from is not None
    second = simulate(loss, hyperparameters={"lr": 0.01}, max_jobs=8, seed=1, earlier=[first.to_learn_from])
    early = second.training_jobs[1]
    assert early.suggested_by == "portfolio"
    assert early.hyperparameters == first.best.hyperparameters
    assert second.plan.learning.value.tuning_jobs == ("simulation",)


def test_soft_ranges_stay_inside_their_own_hard_bounds():
    bounds = HardBounds(low=1e-5, high=0.5)
    space = ContinuousRange(low=1e-4, high=1e-2, scaling=ScalingType.LOG, hard_bounds=bounds)
    run = simulate(
        lambda values: -values["lr"],
        hyperparameters={"lr": 1e-3},
        soft_ranges={"lr": space},
        autotune=False,
        max_jobs=25,
    )
    tried = [job.hyperparameters["lr"] for job in run.training_jobs]
    assert run.range_moves, "what is better lies beyond the range"
    assert max(tried) > 1e-2
    assert max(tried) <= 0.5


def test_a_simulation_leaves_no_descriptor_open():
    on_a_line(lambda v: v["x"], max_jobs=2)
    before = _open_descriptors()
    for _ in range(3):
        on_a_line(lambda v: v["x"], max_jobs=2)
    assert _open_descriptors() <= before


def _open_descriptors():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
