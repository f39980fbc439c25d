"""From kept searches to regrets that can be averaged, and how sure their differences are.

Regret is 0 at the best thousandth of random values and 1 at their median; on real training 0 is the best that anybody
found for that learner, data set and seed, and 1 today's values. Below -.1 it is cut: a surrogate has soft spots that
no real training reaches, and who finds them should not decide a comparison. Above 2 it is cut too.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

from rows import Row

Case: TypeAlias = tuple[str, str, int]
"""(suite, task, seed)."""

FLOOR, CEILING = -0.1, 2.0
TIE = 1e-3
"""Regrets that differ by less are equal."""
_SMALLEST_GAP = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with the ends of its 95 % bootstrap interval over tasks."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} ({self.low:+.3f} .. {self.high:+.3f})"

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def as_share(self) -> str:
        return f"{self.mean:.0%} ({self.low:.0%} .. {self.high:.0%})"


def case_of(row: Row) -> Case:
    """What a search was about, whichever tool searched."""
    return row["suite"], row["task"], row["seed"]


def anchors_of(rows: Sequence[Row]) -> dict[Case, tuple[float, float]]:
    """The scores at regret 0 and 1 of every case in which both are known."""
    ones = {case_of(row): row["one"] for row in rows if row["one"] is not None}
    zeros: dict[Case, float] = {}
    for row in rows:
        case = case_of(row)
        found = best_of(row["scores"]) if row["suite"] == "real" else row["zero"]
        zeros[case] = max(zeros.get(case, -math.inf), found)
    return {case: (max(zeros[case], one + _SMALLEST_GAP), one) for case, one in ones.items()}


def best_of(scores: Iterable[float | None]) -> float:
    """The highest score; minus infinity where there is none."""
    return max((score for score in scores if score is not None), default=-math.inf)


def regrets(
    rows: Iterable[Row], anchors: Mapping[Case, tuple[float, float]], jobs: int, *, floor: float = FLOOR
) -> dict[Case, float]:
    """The regret of each search after so many training jobs; one that ended early keeps what it had found."""
    found = {}
    for row in rows:
        case = case_of(row)
        if case in anchors:
            zero, one = anchors[case]
            found[case] = min(max((zero - best_of(row["scores"][:jobs])) / (zero - one), floor), CEILING)
    return found


def differences(ours: Mapping[Case, float], theirs: Mapping[Case, float]) -> dict[Case, float]:
    """How much more regret ours has, in the cases that both have."""
    return {case: ours[case] - theirs[case] for case in ours.keys() & theirs.keys()}


def wins(ours: Mapping[Case, float], theirs: Mapping[Case, float]) -> dict[Case, float]:
    """1 where ours has less regret, a half where equal, 0 otherwise; in the cases that both have."""
    return {
        case: 0.5 if abs(difference) < TIE else float(difference < 0)
        for case, difference in differences(ours, theirs).items()
    }


def interval(
    values: Mapping[Case, float],
    of: Callable[[Sequence[float]], float] = fmean,
    *,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """The mean over cases, and its interval: tasks are drawn again with all of their seeds."""
    by_task: dict[tuple[str, str], list[float]] = {}
    for (suite, task, _), value in sorted(values.items()):
        by_task.setdefault((suite, task), []).append(value)
    groups = list(by_task.values())
    rng = random.Random(seed)
    drawn = sorted(of(_pooled(rng.choices(groups, k=len(groups)))) for _ in range(draws))
    ends = drawn[int(0.025 * (draws - 1))], drawn[math.ceil(0.975 * (draws - 1))]
    return Interval(mean=of(_pooled(groups)), low=ends[0], high=ends[1])


def seconds_to_reach(row: Row, score: float) -> float:
    """Training seconds until a score is reached, the training that reaches it included; infinite where none does."""
    spent = 0.0
    for found, seconds in zip(row["scores"], row["job_seconds"], strict=True):
        spent += seconds
        if found is not None and found >= score:
            return spent
    return math.inf


def _pooled(groups: Sequence[Sequence[float]]) -> list[float]:
    return [value for group in groups for value in group]
