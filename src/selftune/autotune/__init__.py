"""Autotune: what to tune, how wide, on which metric, how long, and why."""

from selftune.autotune.expansion import review_ranges
from selftune.autotune.objective import confirm_objective, is_worth_waiting
from selftune.autotune.plan import make_plan

__all__ = ["confirm_objective", "is_worth_waiting", "make_plan", "review_ranges"]
