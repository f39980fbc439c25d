"""Numbers on which the plan and the engine must agree, so that a bound that is printed is kept."""

import math

LONGEST_STOP_GRACE_SECONDS = 120.0
SHORTEST_JOB_GRACE_SECONDS = 2.0
STOP_GRACE_SHARE = 0.05
"""Share of the run-time bound kept back so that training jobs stopped at the bound have ended when it is reached."""
JOB_GRACE_SHARE = 0.1
START_ALLOWANCE_SECONDS = 2.0
STOP_MARGIN_SHARE = 0.02
SHORTEST_STOP_MARGIN_SECONDS = 0.5
LARGEST_SHARE_OF_A_STOP_MARGIN = 0.1
LONGEST_STOP_MARGIN_SECONDS = START_ALLOWANCE_SECONDS
"""No longer than what each training job is allowed for its start: the margin takes nothing from its own limit."""
MOST_FROM_ELSEWHERE = 0.2
"""Largest share of the training jobs that run values from elsewhere: earlier tuning jobs, then the portfolio."""


def most_from_elsewhere(max_jobs: int) -> int:
    """How many training jobs of `max_jobs` may run values from elsewhere: one at least."""
    return max(1, math.floor(MOST_FROM_ELSEWHERE * max_jobs))


def stop_grace_seconds(*, max_runtime_seconds: float, job_max_runtime_seconds: float) -> float:
    """How long a training job that was told to stop may take to end by itself."""
    of_job = max(JOB_GRACE_SHARE * job_max_runtime_seconds, SHORTEST_JOB_GRACE_SECONDS)
    return min(LONGEST_STOP_GRACE_SECONDS, STOP_GRACE_SHARE * max_runtime_seconds, of_job)


def stop_margin_seconds(*, max_runtime_seconds: float) -> float:
    """How long before the bound the last grace must be over: what is killed takes a moment to end, and a busy machine
    is late with everything. Half a second at least, where that is a small part of the bound."""
    shortest = min(SHORTEST_STOP_MARGIN_SECONDS, LARGEST_SHARE_OF_A_STOP_MARGIN * max_runtime_seconds)
    return min(LONGEST_STOP_MARGIN_SECONDS, max(STOP_MARGIN_SHARE * max_runtime_seconds, shortest))


def slot_seconds_of_one_job(*, max_runtime_seconds: float, job_max_runtime_seconds: float) -> float:
    """The most that one training job, all its attempts together, keeps a slot busy: its limit, a start and an end."""
    grace = stop_grace_seconds(max_runtime_seconds=max_runtime_seconds, job_max_runtime_seconds=job_max_runtime_seconds)
    return START_ALLOWANCE_SECONDS + job_max_runtime_seconds + grace
