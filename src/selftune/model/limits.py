"""Numbers on which the plan and the engine must agree, so that a bound that is printed is kept."""

LONGEST_STOP_GRACE_SECONDS = 120.0
SHORTEST_JOB_GRACE_SECONDS = 2.0
STOP_GRACE_SHARE = 0.05
"""Share of the run-time bound kept back so that training jobs stopped at the bound have ended when it is reached."""
JOB_GRACE_SHARE = 0.1
START_ALLOWANCE_SECONDS = 2.0


def stop_grace_seconds(*, max_runtime_seconds: float, job_max_runtime_seconds: float) -> float:
    """How long a training job that was told to stop may take to end by itself."""
    of_job = max(JOB_GRACE_SHARE * job_max_runtime_seconds, SHORTEST_JOB_GRACE_SECONDS)
    return min(LONGEST_STOP_GRACE_SECONDS, STOP_GRACE_SHARE * max_runtime_seconds, of_job)


def slot_seconds_of_one_job(*, max_runtime_seconds: float, job_max_runtime_seconds: float) -> float:
    """The most that one training job, all its attempts together, keeps a slot busy: its limit, a start and an end."""
    grace = stop_grace_seconds(max_runtime_seconds=max_runtime_seconds, job_max_runtime_seconds=job_max_runtime_seconds)
    return START_ALLOWANCE_SECONDS + job_max_runtime_seconds + grace
