"""A search in virtual time."""

from __future__ import annotations

import math

from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange
from selftune.testing.simulate import simulate

LINE = {"x": ContinuousRange(low=0.0, high=1.0)}


def test_the_baseline_runs_first():
    run = simulate(lambda v: v["x"], LINE, baseline={"x": 0.25}, strategy=Strategy.RANDOM, max_jobs=4)
    assert run.values[0] == {"x": 0.25}
    assert run.suggestions[0].strategy == "baseline"
    assert len(run.objectives) == 4


def test_the_best_so_far_follows_the_direction():
    run = simulate(
        lambda v: v["x"], LINE, strategy=Strategy.RANDOM, max_jobs=8, direction=Direction.MAXIMIZE, max_parallel=3
    )
    assert run.best_so_far == tuple(max(run.objectives[: number + 1]) for number in range(8))


def test_the_last_value_of_a_curve_is_the_objective():
    run = simulate(lambda v: [9.0, v["x"]], LINE, strategy=Strategy.RANDOM, max_jobs=2)
    assert list(run.objectives) == [values["x"] for values in run.values]


def test_failed_training_jobs_are_not_the_best():
    def objective(values):
        if values["x"] < 0.5:
            raise ValueError("out of memory")
        return values["x"]

    run = simulate(objective, LINE, strategy=Strategy.RANDOM, max_jobs=8, seed=1)
    assert sum(map(math.isnan, run.objectives)) == 4
    assert run.best_so_far[-1] >= 0.5


def test_a_finite_space_ends_the_search():
    run = simulate(
        lambda v: len(v["c"]), {"c": CategoricalRange(values=("a", "bb"))}, strategy=Strategy.GRID, max_jobs=9
    )
    assert run.is_exhausted
    assert run.objectives == (1.0, 2.0)


def test_the_same_seed_gives_the_same_search():
    runs = [simulate(lambda v: (v["x"] - 0.4) ** 2, LINE, max_jobs=9, max_parallel=2, seed=6) for _ in range(2)]
    assert runs[0].values == runs[1].values
    assert runs[0].values != simulate(lambda v: (v["x"] - 0.4) ** 2, LINE, max_jobs=9, max_parallel=2, seed=7).values
