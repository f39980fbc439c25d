"""The budget as it is typed, `2h`, `20jobs` or `5usd`, and the limits that it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from selftune.cli.durations import parse_duration
from selftune.model.errors import UsageError
from selftune.model.plan import Plan
from selftune.model.request import UserSettings

_JOBS = re.compile(r"(\d+)\s*jobs?\Z", re.IGNORECASE)
_MONEY = re.compile(r"(?:\$\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:usd|\$))\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JobBudget:
    """At most so many training jobs."""

    jobs: int


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """At most so much wall-clock time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class MoneyBudget:
    """At most so much money, at the price of a slot-hour."""

    amount: float


Budget: TypeAlias = JobBudget | TimeBudget | MoneyBudget


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


def within_budget(settings: UserSettings, budget: Budget) -> UserSettings:
    """The settings with the limit that a budget of jobs or time means; one of money needs `within_money`.

    Raises:
        UsageError: the same limit was given twice, or a price is missing.
    """
    match budget:
        case JobBudget(jobs):
            _refuse_twice("--max-jobs", settings.max_jobs)
            return replace(settings, max_jobs=jobs)
        case TimeBudget(seconds):
            _refuse_twice("--max-runtime", settings.max_runtime_seconds)
            return replace(settings, max_runtime_seconds=seconds)
        case MoneyBudget():
            _refuse_twice("--max-runtime", settings.max_runtime_seconds)
            if settings.price_per_hour is None:
                raise UsageError(
                    "A budget in money needs to know what an hour costs.",
                    hint="Add --price-per-hour X, the price of one training job running for an hour.",
                )
            return settings


def within_money(settings: UserSettings, budget: MoneyBudget, plan: Plan) -> UserSettings:
    """The run time that the money buys with as many jobs at once as the plan runs."""
    if not settings.price_per_hour:
        return settings
    slot_seconds = budget.amount / settings.price_per_hour * 3_600
    return replace(settings, max_runtime_seconds=slot_seconds / plan.max_parallel.value)


def _refuse_twice(option: str, value: object) -> None:
    if value is not None:
        raise UsageError(f"--budget and {option} both set the same limit.", hint="Give one of the two.")
