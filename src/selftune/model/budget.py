"""A budget: one number that the whole plan is chosen to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


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
