"""What follows from a tuning job as created, whatever happens later: its bounds in time, and the names of its jobs."""

from __future__ import annotations

import hashlib

from selftune.model import limits
from selftune.model.jobs import TuningJob


def deadline(job: TuningJob) -> float:
    """When running training jobs are told to stop, so that all have ended when the bound that was told is reached."""
    margin = limits.stop_margin_seconds(max_runtime_seconds=bound_seconds(job))
    return job.created_at + bound_seconds(job) - stop_grace_seconds(job) - margin


def bound_seconds(job: TuningJob) -> float:
    """How long the tuning job may take: also where a loop that was away has left its training jobs too little time."""
    return min(job.plan.max_runtime_seconds.value, job.plan.bound.seconds)


def stop_grace_seconds(job: TuningJob) -> float:
    """How long a training job that was told to stop may take; nobody waits behind one of its own."""
    if job.is_training_job:
        return limits.LONGEST_STOP_GRACE_SECONDS
    plan = job.plan
    return limits.stop_grace_seconds(
        max_runtime_seconds=plan.max_runtime_seconds.value,
        job_max_runtime_seconds=plan.job_max_runtime_seconds.value,
    )


def training_job_name(job: TuningJob, number: int) -> str:
    """`<tuning job>-NNN-<8 hex>`: unique to this creation, and the same each time it is asked for.

    A training job of its own has the name that it was given.
    """
    if job.is_training_job:
        return job.request.name
    digest = hashlib.sha256(f"{job.name}/{job.created_at!r}/{number}".encode()).hexdigest()
    return f"{job.name}-{number:03d}-{digest[:8]}"
