"""Best so far, training job by training job."""

from __future__ import annotations

from dataclasses import dataclass

from selftune.model.jobs import TrainingJobStatus, TuningJobRecord
from selftune.views.results import is_usable


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPoint:
    """An ended training job and the best objective once it had ended."""

    number: int
    at_seconds: float
    """Since the tuning job was created."""
    status: TrainingJobStatus
    objective: float | None
    """None where it failed."""
    best: float | None
    """Of the completed training jobs so far; None before the first."""


def best_so_far(record: TuningJobRecord) -> tuple[ProgressPoint, ...]:
    """One point for each ended training job, in the order in which they ended."""
    direction = record.state.objective.direction
    ended = [job for job in record.state.training_jobs if job.ended_at is not None and job.status.is_terminal]
    best: float | None = None
    points = []
    for job in sorted(ended, key=lambda job: (job.ended_at or 0.0, job.number)):
        objective = job.objective if is_usable(job) else None
        if objective is not None and job.status is TrainingJobStatus.COMPLETED:
            best = objective if best is None or direction.is_better(objective, best) else best
        at_seconds = max((job.ended_at or 0.0) - record.job.created_at, 0.0)
        points.append(
            ProgressPoint(number=job.number, at_seconds=at_seconds, status=job.status, objective=objective, best=best)
        )
    return tuple(points)
