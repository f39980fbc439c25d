"""The history that search and stopping see."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.engine.history import history_of
from selftune.engine.outcomes import TIME_LIMIT_REASON
from selftune.model.budget import JobBudget, TimeBudget
from selftune.model.history import BASELINE, Outcome
from selftune.model.jobs import TrainingJobStatus
from selftune.model.objective import Direction
from selftune.model.plan import EarlierValues, Learning
from selftune.testing.factories import a_plan, a_state, a_training_job, a_tuning_job, an_objective, decided


def test_a_maximised_objective_becomes_a_loss():
    state = a_state([a_training_job(1, objective=0.9)], objective=an_objective("acc", Direction.MAXIMIZE))
    (observation,) = history_of(a_tuning_job(), state).ended
    assert observation.loss == -0.9
    assert observation.outcome is Outcome.COMPLETED


def test_what_made_the_values_of_a_training_job_is_seen():
    history = history_of(a_tuning_job(), a_state([a_training_job(1, objective=0.5), a_training_job(2, objective=0.4)]))
    assert [job.strategy for job in history.ended] == [BASELINE, "random"]


@pytest.mark.parametrize("objective", [0.1, math.nan, None])
def test_what_a_failed_training_job_printed_is_no_evidence(objective):
    failed = a_training_job(1, objective=objective, status=TrainingJobStatus.FAILED)
    (observation,) = history_of(a_tuning_job(), a_state([failed])).ended
    assert observation.loss is None
    assert observation.outcome is Outcome.FAILED


def test_a_stopped_training_job_is_evidence_as_such():
    stopped = a_training_job(1, objective=0.5, status=TrainingJobStatus.STOPPED)
    (observation,) = history_of(a_tuning_job(), a_state([stopped])).ended
    assert (observation.loss, observation.outcome) == (0.5, Outcome.STOPPED)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": TrainingJobStatus.STOPPED, "stop_reason": "Stopped by the user."}, Outcome.UNKNOWN),
        ({"status": TrainingJobStatus.STOPPED, "stop_reason": TIME_LIMIT_REASON}, Outcome.FAILED),
        ({"status": TrainingJobStatus.FAILED, "is_lost": True}, Outcome.UNKNOWN),
        ({"status": TrainingJobStatus.FAILED, "is_lost": True, "objective": 0.3}, Outcome.UNKNOWN),
        ({"status": TrainingJobStatus.FAILED, "failure_reason": "CUDA out of memory"}, Outcome.FAILED),
    ],
)
def test_a_training_job_that_others_ended_before_it_showed_anything_is_no_evidence(changes, expected):
    history = history_of(a_tuning_job(), a_state([a_training_job(1, objective=0.5), a_training_job(2, **changes)]))
    assert history.ended[1].outcome is expected
    assert history.ended[1].loss is None
    assert [job.number for job in history.evidence] == ([1] if expected is Outcome.UNKNOWN else [1, 2])


def test_running_training_jobs_are_seen_with_their_curves():
    state = a_state([a_training_job(1, objective=0.5), a_training_job(2, {"lr": 0.3})])
    history = history_of(a_tuning_job(), state, {2: (0.9, 0.8)})
    assert [job.number for job in history.ended] == [1]
    assert [(job.number, job.curve) for job in history.running] == [(2, (0.9, 0.8))]


def test_seconds_measured_stay_out():
    slow = a_state([a_training_job(1, objective=0.5, seconds=1.0)])
    fast = a_state([a_training_job(1, objective=0.5, seconds=99.0)])
    assert history_of(a_tuning_job(), slow) == history_of(a_tuning_job(), fast)


@pytest.mark.parametrize(
    ("status", "by_rule", "expected"),
    [
        (TrainingJobStatus.STOPPED, True, True),
        (TrainingJobStatus.STOPPED, False, False),
        (TrainingJobStatus.COMPLETED, True, False),
    ],
)
def test_only_what_the_early_stopping_rule_really_stopped_counts_as_stopped_early(status, by_rule, expected):
    job = a_training_job(1, objective=0.5, status=status, is_stopped_early=by_rule)
    (observation,) = history_of(a_tuning_job(), a_state([job])).ended
    assert observation.is_stopped_early is expected


def test_what_was_good_elsewhere_is_completed_with_the_values_of_today():
    learning = Learning(tuning_jobs=("first",), values=(EarlierValues(values=(("lr", 0.3),), tuning_job="first"),))
    plan = a_plan(portfolio=((("batch-size", 64),),), learning=decided(learning))
    earlier, known = history_of(a_tuning_job(plan=plan), a_state()).portfolio
    assert (dict(earlier.values), earlier.source, earlier.is_earlier) == (
        {"lr": 0.3, "batch-size": 32},
        "tuning job first",
        True,
    )
    assert (dict(known.values), known.is_earlier) == ({"lr": 0.01, "batch-size": 64}, False)


def test_the_priors_before_learning_are_at_hand():
    learning = Learning(priors_before=(("lr", None),))
    history = history_of(a_tuning_job(plan=a_plan(learning=decided(learning))), a_state())
    assert history.priors_before_learning == (("lr", None),)


@pytest.mark.parametrize(
    ("settings", "is_time"),
    [
        ({"max_runtime_seconds": 600.0}, True),
        ({"max_runtime_seconds": 600.0, "max_jobs": 5}, False),
        ({"budget": TimeBudget(600.0)}, True),
        ({"budget": JobBudget(5)}, False),
        ({}, False),
    ],
)
def test_seconds_are_seen_only_where_the_budget_is_time(settings, is_time):
    ended = a_training_job(1, objective=0.5, started_at=10.0, ended_at=17.0, status=TrainingJobStatus.COMPLETED)
    job = a_tuning_job()
    job = replace(job, request=replace(job.request, settings=replace(job.request.settings, **settings)))
    history = history_of(job, a_state([ended]), now=job.created_at + 60.0)
    assert history.ended[0].duration_seconds == (7.0 if is_time else None)
    assert (None if history.time is None else history.time.spent_seconds) == (60.0 if is_time else None)
    assert history_of(job, a_state([ended])).time is None
