"""Autotune: what to tune, how wide, on which metric, how long, and why."""

from selftune.autotune.expansion import review_ranges
from selftune.autotune.job_limit import allowed_seconds, lowered_job_limit
from selftune.autotune.objective import confirm_objective, is_worth_waiting
from selftune.autotune.plan import make_plan

__all__ = [
    "allowed_seconds",
    "confirm_objective",
    "is_worth_waiting",
    "lowered_job_limit",
    "make_plan",
    "review_ranges",
]
