"""Random search: repeatable, even, and drawn towards priors."""

from __future__ import annotations

import numpy as np
import pytest

from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, Prior
from selftune.search import suggest
from selftune.search.random import sobol

SPACE = (("x", ContinuousRange(low=0.0, high=1.0)), ("y", ContinuousRange(low=0.0, high=1.0)))


def test_points_are_the_same_one_by_one_and_all_at_once():
    together = sobol(3, seed=7, first=0, count=9)
    alone = np.vstack([sobol(3, seed=7, first=number, count=1) for number in range(9)])
    np.testing.assert_array_equal(together, alone)


def test_another_seed_gives_other_points():
    assert not np.allclose(sobol(2, seed=1, first=0, count=4), sobol(2, seed=2, first=0, count=4))


def test_sixteen_points_fill_the_sixteen_cells_of_each_axis():
    made = suggest(Strategy.RANDOM, History(space=SPACE, seed=3), 16)
    for name in ("x", "y"):
        assert sorted(int(dict(suggestion.values)[name] * 16) for suggestion in made) == list(range(16))


def test_a_negative_seed_is_allowed():
    assert len(suggest(Strategy.RANDOM, History(space=SPACE, seed=-3), 2)) == 2


def test_the_point_of_a_training_job_follows_from_its_number_alone():
    first = suggest(Strategy.RANDOM, History(space=SPACE, seed=3), 5)
    running = tuple(Running(number=i, values=made.values) for i, made in enumerate(first[:3], start=1))
    failed = tuple(
        Observation(number=job.number, values=job.values, outcome=Outcome.FAILED, loss=None) for job in running
    )
    fourth = [suggest(Strategy.RANDOM, History(space=SPACE, seed=3, running=running), 1)[0].values]
    fourth.append(suggest(Strategy.RANDOM, History(space=SPACE, seed=3, ended=failed), 1)[0].values)
    assert fourth == [first[3].values] * 2


def test_draws_crowd_where_good_values_are_expected_and_each_third_lies_anywhere():
    space = (("x", ContinuousRange(low=0.0, high=1.0, prior=Prior(center=0.8, spread=0.05))),)
    made = suggest(Strategy.RANDOM, History(space=space), 48)
    xs = np.array([dict(suggestion.values)["x"] for suggestion in made])
    hedges = xs[2::3]
    assert (np.delete(xs, np.arange(2, 48, 3)) > 0.6).all()
    assert (hedges < 0.5).sum() == pytest.approx(8, abs=2)
    assert "expected" in made[0].reason


def test_the_last_untried_choice_is_found():
    space = (("x", CategoricalRange(values=tuple(range(200)))),)
    made = suggest(Strategy.RANDOM, History(space=space), 200)
    assert {dict(suggestion.values)["x"] for suggestion in made} == set(range(200))
