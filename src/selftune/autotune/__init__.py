"""Autotune: what to tune, how wide, on which metric, how long, and why."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftune.autotune.expansion import review_ranges as review_ranges
    from selftune.autotune.job_limit import allowed_seconds as allowed_seconds
    from selftune.autotune.job_limit import lowered_job_limit as lowered_job_limit
    from selftune.autotune.objective import confirm_objective as confirm_objective
    from selftune.autotune.objective import is_worth_waiting as is_worth_waiting
    from selftune.autotune.plan import make_plan as make_plan

_MODULES = {
    "allowed_seconds": "job_limit",
    "confirm_objective": "objective",
    "is_worth_waiting": "objective",
    "lowered_job_limit": "job_limit",
    "make_plan": "plan",
    "review_ranges": "expansion",
}

__all__ = [
    "allowed_seconds",
    "confirm_objective",
    "is_worth_waiting",
    "lowered_job_limit",
    "make_plan",
    "review_ranges",
]


def __getattr__(name: str) -> Any:
    """Load what a name stands for when it is first used: a plan needs nothing of what acts during the run."""
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
