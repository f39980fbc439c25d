"""Where the budget is time, a training job that gains as much in fewer seconds comes first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from selftune.model.history import History, Observation, Outcome, TimeSpent
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange
from selftune.search import suggest
from selftune.search.duration import duration_model, is_time_short
from selftune.search.encoder import Encoder
from selftune.search.gaussian_process import ParameterPrior

SPACE = (("rate", ContinuousRange(low=0.0, high=1.0)), ("size", ContinuousRange(low=0.0, high=1.0)))
ENCODER = Encoder(SPACE)
HOUR = TimeSpent(total_seconds=3_600.0, spent_seconds=600.0)


def seconds(size):
    return float(10 * np.exp(3 * size))


def timed_history(time=HOUR, count=16, max_jobs=1_000):
    """The size costs time and changes nothing."""
    points = np.random.default_rng(2).random((count, 2))
    ended = tuple(
        Observation(
            number=number,
            values=(("rate", float(rate)), ("size", float(size))),
            outcome=Outcome.COMPLETED,
            loss=float((rate - 0.6) ** 2),
            duration_seconds=seconds(size),
        )
        for number, (rate, size) in enumerate(points, start=1)
    )
    return History(space=SPACE, ended=ended, max_jobs=max_jobs, time=time)


def sizes(history):
    return [dict(made.values)["size"] for made in suggest(Strategy.BAYESIAN, history, 6)]


def test_durations_are_predicted_from_those_of_other_training_jobs():
    model = duration_model(ENCODER, timed_history(), ParameterPrior())
    assert model is not None
    predicted = model.log_seconds(np.array([[0.5, 0.1], [0.2, 0.9]]))
    assert predicted == pytest.approx([np.log(seconds(0.1)), np.log(seconds(0.9))], abs=0.2)


def cost(size, time, weight):
    model = duration_model(ENCODER, timed_history(), ParameterPrior())
    assert model is not None
    return float(model.cost(np.array([[0.5, size]]), time, weight)[0])


def test_short_training_jobs_come_first_where_time_is_the_budget():
    in_time, by_count = sizes(timed_history()), sizes(replace(timed_history(), time=None))
    assert np.mean(in_time) < np.mean(by_count)
    (made,) = suggest(Strategy.BAYESIAN, timed_history(), 1)
    assert made.reason.startswith("Highest expected improvement for its time")


def test_seconds_count_less_as_the_time_runs_out():
    early, late = (
        TimeSpent(total_seconds=3_600.0, spent_seconds=0.0),
        TimeSpent(total_seconds=3_600.0, spent_seconds=2_700.0),
    )
    saved = [cost(0.9, time, 0.5) - cost(0.1, time, 0.5) for time in (early, late)]
    assert saved[0] == pytest.approx(4 * saved[1])
    assert saved[1] > 0


def test_what_would_come_after_the_end_is_avoided():
    soon_over = TimeSpent(total_seconds=3_600.0, spent_seconds=3_560.0)
    assert cost(0.9, soon_over, 0.0) > 8.0
    assert cost(0.1, soon_over, 0.0) == 0.0
    assert max(sizes(timed_history(time=soon_over))) < 0.6


def test_seconds_do_not_count_where_there_is_time_for_all_training_jobs():
    assert sizes(timed_history(max_jobs=18)) == sizes(replace(timed_history(), time=None))


def test_time_is_short_where_the_training_jobs_left_would_take_longer():
    assert is_time_short(timed_history())
    assert not is_time_short(timed_history(max_jobs=18))
    assert not is_time_short(replace(timed_history(), time=None))


def test_durations_of_stopped_or_failed_training_jobs_and_of_few_say_nothing():
    history = timed_history()
    stopped = tuple(replace(job, outcome=Outcome.STOPPED) for job in history.ended)
    assert duration_model(ENCODER, replace(history, ended=stopped), ParameterPrior()) is None
    assert duration_model(ENCODER, replace(history, ended=history.ended[:4]), ParameterPrior()) is None
