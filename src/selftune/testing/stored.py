"""Small steps with a store for its tests: create a tuning job, take its lease, let a training job report."""

from __future__ import annotations

from dataclasses import replace

from selftune.model.events import Event, MetricsReported, TuningJobCreated
from selftune.model.jobs import TrainingJob, TuningState
from selftune.model.objective import MetricPoint
from selftune.store.store import Lease, Store, Transition
from selftune.testing.factories import NAME, T0, a_state, a_training_job, a_tuning_job


def create(store: Store, name: str = NAME, created_at: float = T0) -> None:
    """Store a new tuning job without training jobs."""
    store.create(a_tuning_job(name, created_at=created_at), transition(a_state(), TuningJobCreated(at=created_at)))


def transition(state: TuningState, event: Event | None = None) -> Transition:
    """A step to `state`, by an event that says nothing of it unless one is given."""
    return Transition(event=event or TuningJobCreated(at=T0), state=state, effects=())


def taken_lease(store: Store) -> Lease:
    lease = store.lease(NAME)
    assert lease is not None, "nobody else holds it"
    return lease


def a_report(values: list[float], *, first_step: int = 0, at: float = T0, attempt: int = 1) -> MetricsReported:
    """A batch of values of the objective from training job 1."""
    points = tuple(
        MetricPoint(name="rmse", value=value, step=step) for step, value in enumerate(values, start=first_step)
    )
    return MetricsReported(
        at=at, number=1, attempt=attempt, points=points, objective_values=tuple(values), log_offset=10
    )


def commit_reports(store: Store, lease: Lease, *batches: list[float]) -> TrainingJob:
    """Let training job 1 report these batches, one second apart; returns it as it is then."""
    job = a_training_job(1)
    for batch in batches:
        event = a_report(batch, first_step=job.report_count, at=job.created_at + job.log_offset + 1)
        job = replace(
            job,
            objective=batch[-1],
            report_count=job.report_count + len(batch),
            metric_count=job.metric_count + len(batch),
            log_offset=job.log_offset + 1,
        )
        store.commit(NAME, lease, [transition(a_state([job]), event)])
    return job
