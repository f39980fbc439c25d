"""Limits that are none: refused before anything is planned, each with what was given and what is expected."""

from __future__ import annotations

import math
from collections.abc import Mapping

from selftune.autotune.budget import check_budget
from selftune.model.errors import InvalidRange, UsageError
from selftune.model.plan import EarlyStopping, Strategy
from selftune.model.ranges import Range
from selftune.model.request import UserSettings
from selftune.search.grid import grid_size

LARGEST_GRID = 1000
"""A grid of more combinations is run only in part, and only where the user sets how many training jobs."""
MOST_JOBS_ASKED = 1_000_000
MOST_PARALLEL_ASKED = 10_000
"""More than these are a slip of the hand: no machine runs so many, and no record of them could be read."""


def check_settings(settings: UserSettings) -> None:
    """Refuse limits that are none.

    Raises:
        UsageError: names the limit, what was given and what is expected.
    """
    counts = (
        ("maximum of training jobs", "--max-jobs", settings.max_jobs, MOST_JOBS_ASKED),
        ("maximum of parallel training jobs", "--max-parallel", settings.max_parallel, MOST_PARALLEL_ASKED),
    )
    for title, flag, count, most in counts:
        if count is not None and not 1 <= count <= most:
            wanted = "at least 1" if count < 1 else f"at most {most}"
            raise UsageError(f"The {title} is {count}, but it must be {wanted}.", hint=f"For example: {flag} 20")
    above_zero = (
        ("run time of the tuning job", "--max-runtime", settings.max_runtime_seconds),
        ("run time of a training job", "--job-max-runtime", settings.job_max_runtime_seconds),
    )
    for title, flag, seconds in above_zero:
        if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
            raise UsageError(
                f"The maximum {title} is {seconds} s, but it must be above 0.", hint=f"For example: {flag} 30m"
            )
    if settings.retry is not None and settings.retry < 0:
        raise UsageError(f"The number of retries is {settings.retry}, but it cannot be negative.", hint="For none: 0")
    if settings.price_per_hour is not None and settings.price_per_hour < 0:
        raise UsageError(
            f"The price of a slot-hour is {settings.price_per_hour}, but it cannot be negative.",
            hint="For example: --price-per-hour 0.5",
        )
    patience = settings.completion.max_jobs_not_improving if settings.completion else None
    if patience is not None and patience < 1:
        raise UsageError(f"The number of jobs without improvement is {patience}, but it must be at least 1.")
    if settings.strategy is Strategy.HYPERBAND and settings.early_stopping is EarlyStopping.AUTO:
        raise UsageError(
            "Hyperband stops training jobs by its own rungs, so early stopping cannot be auto beside it.",
            hint="Turn early stopping off, or leave it out.",
        )
    check_budget(settings)


def check_grid(settings: UserSettings, space: Mapping[str, Range]) -> None:
    """Refuse a grid that cannot be run, before its first training job rather than after it.

    Raises:
        InvalidRange: a range has no end of values, or all combinations together are too many.
    """
    points = grid_size(tuple(space.items()))
    if points <= LARGEST_GRID or settings.max_jobs is not None:
        return
    largest = max(space, key=lambda name: grid_size(((name, space[name]),)))
    raise InvalidRange(
        f"The grid has {points} combinations, more than {LARGEST_GRID} training jobs; "
        f"'{largest}' alone has {grid_size(((largest, space[largest]),))} values ({space[largest]}).",
        hint=f"List fewer values (--range {largest}=a,b,c), set --max-jobs, or use --strategy bayesian.",
    )
