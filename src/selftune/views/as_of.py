"""A tuning job as it stood at an earlier time, from what is stored of it since."""

from __future__ import annotations

from dataclasses import replace

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord, TuningJobStatus


def as_of(record: TuningJobRecord, at: float) -> TuningJobRecord:
    """The record with what happened after `at` taken back; what a training job reported meanwhile stays.

    Args:
        at: seconds since the epoch.
    """
    jobs = tuple(_job_as_of(job, at) for job in record.state.training_jobs if job.created_at <= at)
    ended_at = record.state.ended_at
    if ended_at is not None and ended_at <= at:
        return record
    state = replace(
        record.state, training_jobs=jobs, status=TuningJobStatus.IN_PROGRESS, status_reason="", ending=None,
        ended_at=None, suggestions_requested=0,
    )  # fmt: skip
    return replace(record, state=state)


def _job_as_of(job: TrainingJob, at: float) -> TrainingJob:
    if job.ended_at is not None and job.ended_at > at:
        job = replace(job, status=TrainingJobStatus.IN_PROGRESS, ended_at=None, exit_code=None, failure_reason=None)
    if job.started_at is not None and job.started_at > at:
        job = replace(job, status=TrainingJobStatus.STARTING, started_at=None)
    return job
