"""A budget as it is typed, `2h`, `20jobs` or `5usd`, and the limits that make the whole plan fit it.

Jobs and time are limits by themselves. Money buys computing, the sum of all training jobs' times, which so many at once
use up in so much wall-clock time; that is known once the plan says how many.
"""

from __future__ import annotations

import re
from dataclasses import replace

from selftune.model.budget import Budget, JobBudget, MoneyBudget, TimeBudget
from selftune.model.durations import parse_duration, written_duration
from selftune.model.errors import UsageError
from selftune.model.request import UserSettings

_JOBS = re.compile(r"(\d+)\s*jobs?\Z", re.IGNORECASE)
_MONEY = re.compile(r"(?:\$\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:usd|\$))\Z", re.IGNORECASE)


def parse_budget(text: str) -> Budget:
    """Read `2h`, `20jobs` or `5usd`.

    Raises:
        UsageError: it is none of them, or nothing.
    """
    stripped = text.strip()
    jobs, money = _JOBS.match(stripped), _MONEY.match(stripped)
    if jobs and int(jobs[1]) > 0:
        return JobBudget(int(jobs[1]))
    if money and float(money[1] or money[2]) > 0:
        return MoneyBudget(float(money[1] or money[2]))
    try:
        return TimeBudget(parse_duration(stripped))
    except UsageError:
        raise UsageError(f"'{text}' is not a budget.", hint="Write one such as 2h, 20jobs or 5usd.") from None


def budget_text(budget: Budget) -> str:
    """A budget that `parse_budget` reads back equal."""
    match budget:
        case JobBudget(jobs):
            return f"{jobs}jobs"
        case TimeBudget(seconds):
            return written_duration(seconds)
        case MoneyBudget(amount):
            return f"{amount:f}".rstrip("0").rstrip(".") + "usd"


def check_budget(settings: UserSettings) -> None:
    """Refuse a budget that contradicts a limit, or that nobody can reckon with.

    Raises:
        UsageError: the same limit was given twice, or a price is missing.
    """
    match settings.budget:
        case JobBudget():
            _refuse_twice("--max-jobs", settings.max_jobs)
        case TimeBudget():
            _refuse_twice("--max-runtime", settings.max_runtime_seconds)
        case MoneyBudget() if not settings.price_per_hour:
            raise UsageError(
                "A budget in money needs to know what an hour costs.",
                hint="Add --price-per-hour X, the price of one training job running for an hour.",
            )


def within_budget(settings: UserSettings) -> UserSettings:
    """The settings with the limit that a budget of jobs or time sets; the budget stays beside it, as the reason."""
    match settings.budget:
        case JobBudget(jobs) if settings.max_jobs is None:
            return replace(settings, max_jobs=jobs)
        case TimeBudget(seconds) if settings.max_runtime_seconds is None:
            return replace(settings, max_runtime_seconds=seconds)
    return settings


def affordable_seconds(settings: UserSettings, parallel: int) -> float | None:
    """How long so many training jobs at once may run for the money; None where money is not the budget."""
    if not isinstance(settings.budget, MoneyBudget) or not settings.price_per_hour:
        return None
    return settings.budget.amount / settings.price_per_hour * 3_600 / parallel


def is_open_ended(settings: UserSettings) -> bool:
    """Whether time or money ends the search, so that the number of training jobs is only an upper limit."""
    return isinstance(settings.budget, TimeBudget | MoneyBudget)


def _refuse_twice(option: str, value: object) -> None:
    if value is not None:
        raise UsageError(f"--budget and {option} both set the same limit.", hint="Give one of the two.")
