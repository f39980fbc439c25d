"""Where too many training jobs run at once for a model to learn between them, the space is filled."""

from __future__ import annotations

import pytest

from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange
from selftune.sdk.optimizer import Optimizer
from selftune.search import suggest

SPACE = (("x", ContinuousRange(low=0.0, high=1.0)), ("y", ContinuousRange(low=0.0, high=1.0)))
ENDED = tuple(
    Observation(number=n, values=(("x", n / 20), ("y", n / 30)), outcome=Outcome.COMPLETED, loss=float(n))
    for n in range(1, 21)
)


def made_by(max_parallel, max_jobs, running):
    pending = tuple(Running(number=n, values=(("x", n / 200), ("y", 0.5))) for n in range(21, 21 + running))
    history = History(space=SPACE, ended=ENDED, running=pending, max_jobs=max_jobs, max_parallel=max_parallel)
    return suggest(Strategy.BAYESIAN, history, 2)


def test_more_than_a_third_at_once_fill_the_space_until_as_many_have_ended_as_run():
    made = made_by(max_parallel=40, max_jobs=100, running=38)
    assert {suggestion.strategy for suggestion in made} == {"sobol"}
    assert made[0].reason.startswith("40 training jobs of 100 run at once, and more run now than have shown something:")
    assert {suggestion.strategy for suggestion in made_by(40, 100, running=20)} == {"gp: log expected improvement"}


def test_up_to_a_third_at_once_follow_the_model():
    assert {suggestion.strategy for suggestion in made_by(33, 100, running=31)} == {"gp: log expected improvement"}


def test_one_at_a_time_follows_the_model_however_few_there_are():
    assert {suggestion.strategy for suggestion in made_by(1, 1, running=0)} == {"gp: log expected improvement"}


@pytest.mark.parametrize(("max_jobs", "made_by"), [(18, "sobol"), (100, "gp: log expected improvement")])
def test_an_optimizer_counts_what_is_pending_against_the_jobs_that_it_was_told_of(max_jobs, made_by):
    optimizer = Optimizer({"x": (0.0, 1.0), "y": (0.0, 1.0)}, seed=1, max_jobs=max_jobs)
    for suggestion in optimizer.ask(12)[:5]:
        optimizer.tell(suggestion, suggestion["x"])
    assert optimizer.ask().strategy == made_by
