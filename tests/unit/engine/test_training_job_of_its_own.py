"""A training job of its own is a tuning job of one that needs no objective and ends as its process did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.engine.lifecycle import initial_state, step
from selftune.model.events import (
    EndedHow,
    Event,
    MetricsReported,
    TrainingJobEnded,
    TrainingJobStarted,
    TuningJobCreated,
)
from selftune.model.jobs import TrainingJobStatus, TuningJob, TuningJobStatus, TuningState
from selftune.model.objective import MetricPoint
from selftune.model.plan import EarlyStopping
from selftune.model.request import JobKind
from selftune.testing.factories import T0, a_plan, a_request, a_tuning_job


def a_job_of_one(**plan) -> TuningJob:
    plan = a_plan([], objective=None, max_jobs=1, max_parallel=1, early_stopping=EarlyStopping.OFF, **plan)
    request = a_request("one", kind=JobKind.TRAINING)
    return a_tuning_job("training.one", plan=replace(plan, baseline=()), request=request)


def ended(how: EndedHow = EndedHow.EXITED, exit_code: int | None = 0, **changes) -> TrainingJobEnded:
    return TrainingJobEnded(at=T0 + 9, number=1, attempt=1, how=how, exit_code=exit_code, **changes)


def after(job: TuningJob, *events: Event) -> TuningState:
    """The state of a job whose first training job has started, after more events."""
    state = initial_state(job)
    for event in (TuningJobCreated(at=T0), TrainingJobStarted(at=T0, number=1, attempt=1), *events):
        state, _ = step(job, state, event)
    return state


def test_a_training_job_of_its_own_completes_without_an_objective():
    state = after(a_job_of_one(), ended())
    assert (state.status, state.training_job(1).status) == (TuningJobStatus.COMPLETED, TrainingJobStatus.COMPLETED)
    assert state.training_job(1).name == "one"


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (ended(exit_code=3), TuningJobStatus.FAILED),
        (ended(EndedHow.TIMED_OUT, None), TuningJobStatus.STOPPED),
        (ended(EndedHow.STOPPED, None), TuningJobStatus.STOPPED),
        (ended(results_failure="the disk is full"), TuningJobStatus.FAILED),
        (ended(EndedHow.STOPPED, None, results_failure="the disk is full"), TuningJobStatus.FAILED),
    ],
)
def test_a_training_job_of_its_own_ends_as_its_process_did(event, status):
    state = after(a_job_of_one(), event)
    assert state.status is status
    if event.results_failure:
        assert state.status_reason == state.training_job(1).failure_reason == "the disk is full"


def test_a_training_job_of_its_own_is_started_again_after_a_fault_of_the_machine():
    state = after(a_job_of_one(retry=1), ended(EndedHow.LOST, None))
    assert (state.status, state.training_job(1).attempt) == (TuningJobStatus.IN_PROGRESS, 2)


def test_results_that_are_not_kept_fail_a_training_job_of_a_search_too():
    point = MetricPoint(name="validation:rmse", value=1.0, step=0)
    told = MetricsReported(at=T0, number=1, attempt=1, points=(point,), objective_values=(1.0,), log_offset=9)
    state = after(a_tuning_job(plan=a_plan(max_jobs=1)), told, ended(results_failure="no bucket"))
    assert state.training_job(1).failure_reason == "no bucket"
    assert state.status is TuningJobStatus.FAILED
