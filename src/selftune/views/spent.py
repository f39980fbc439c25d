"""What a tuning job has cost so far, and what early stopping saved."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord, TuningState

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Training jobs by status."""

    completed: int
    stopped: int
    failed: int
    in_progress: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The bound's own measures, as used up so far."""

    jobs: int
    seconds: float
    """Wall-clock time since creation."""
    slot_seconds: float
    """Sum of the training jobs' times, of all their attempts."""
    price: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What early stopping saved, estimated: a stopped training job would have taken as long as a completed one does."""

    jobs: int
    """How many training jobs it stopped."""
    seconds: float
    share: float
    """Of the slot-seconds that the tuning job would have taken without it, 0..1."""


def count(state: TuningState) -> Counters:
    statuses = [job.status for job in state.training_jobs]
    return Counters(
        completed=statuses.count(TrainingJobStatus.COMPLETED),
        stopped=statuses.count(TrainingJobStatus.STOPPED),
        failed=statuses.count(TrainingJobStatus.FAILED),
        in_progress=sum(not status.is_terminal for status in statuses),
    )


def spent_so_far(record: TuningJobRecord, now: float) -> Spent:
    end = record.state.ended_at if record.state.ended_at is not None else now
    slot_seconds = sum(job.earlier_seconds + run_seconds(job, end) for job in record.state.training_jobs)
    price_per_hour = record.job.request.settings.price_per_hour
    return Spent(
        jobs=len(record.state.training_jobs),
        seconds=max(end - record.job.created_at, 0.0),
        slot_seconds=slot_seconds,
        price=None if price_per_hour is None else slot_seconds / SECONDS_PER_HOUR * price_per_hour,
    )


def run_seconds(job: TrainingJob, now: float) -> float:
    """How long a training job's last attempt has run by `now`."""
    if job.started_at is None:
        return 0.0
    return max((job.ended_at if job.ended_at is not None else now) - job.started_at, 0.0)


def saved_by_early_stopping(state: TuningState, spent: Spent) -> Saved:
    stopped = [job for job in state.training_jobs if was_stopped_early(job)]
    full = mean_duration(state)
    if not stopped or full is None:
        return Saved(jobs=len(stopped), seconds=0.0, share=0.0)
    seconds = sum(max(full - (job.duration_seconds or 0.0), 0.0) for job in stopped)
    return Saved(jobs=len(stopped), seconds=seconds, share=seconds / max(spent.slot_seconds + seconds, 1e-9))


def was_stopped_early(job: TrainingJob) -> bool:
    """False also where it came to its own end before it could be stopped."""
    return job.is_stopped_early and job.status is TrainingJobStatus.STOPPED


def mean_duration(state: TuningState) -> float | None:
    """Mean time of the completed training jobs, in seconds."""
    times = [
        job.duration_seconds
        for job in state.training_jobs
        if job.status is TrainingJobStatus.COMPLETED and job.duration_seconds is not None
    ]
    return fmean(times) if times else None
