"""From kept searches to scores that can be averaged, and how sure their differences are.

A score is 0 at the loss of today's values (the script's own defaults) and 1 at the lowest loss that anybody found for
that learner, data set and seed. Below -1 it is cut: how bad a bad search is should not decide an average.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

from searches import Row

Case: TypeAlias = tuple[str, str, int]
"""(learner, data set, seed)."""

WORST = -1.0
_SMALLEST_GAP = 1e-6
"""Losses are kept to six digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The losses at score 0 and 1 of one case."""

    today: float
    best: float

    def score(self, loss: float) -> float:
        """Where today's values are the best known, whatever equals them scores 1."""
        gap = max(self.today - self.best, _SMALLEST_GAP)
        reached = 1.0 + (self.best - loss) / gap if loss < math.inf else WORST
        return max(reached, WORST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with the ends of its 95 % bootstrap interval over tasks."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f} .. {self.high:.3f})"


def case_of(row: Row) -> Case:
    """What a search was about, whichever tool searched."""
    return row["learner"], row["task"], row["seed"]


def losses_of(row: Row) -> list[float]:
    """Validation losses in order; infinite where a training gave none."""
    return [math.inf if loss is None else loss for loss in row["losses"]]


def best_after(row: Row, jobs: int) -> float:
    """The lowest validation loss of the first so many trainings."""
    return min(losses_of(row)[:jobs], default=math.inf)


def anchors_of(rows: Iterable[Row], today: Mapping[Case, float]) -> dict[Case, Anchors]:
    """The anchors of every case whose loss today is known."""
    best: dict[Case, float] = {}
    for row in rows:
        case = case_of(row)
        best[case] = min(best.get(case, math.inf), best_after(row, row["jobs"]))
    return {
        case: Anchors(today=loss, best=min(loss, best.get(case, math.inf)))
        for case, loss in today.items()
        if math.isfinite(loss)
    }


def scores_at(rows: Iterable[Row], anchors: Mapping[Case, Anchors], jobs: int) -> dict[Case, float]:
    """The score of each search after so many trainings; one that ended early keeps what it had found."""
    return {case_of(row): anchors[case_of(row)].score(best_after(row, jobs)) for row in rows if case_of(row) in anchors}


def test_gains_at(rows: Iterable[Row], today: Mapping[Case, float], jobs: int) -> dict[Case, float]:
    """Test loss of today's values over that of the model that validates best, as a logarithm: .05 is about 5 % less.

    A logarithm, so that a loss twice as high and one half as high cancel out.
    """
    gains = {}
    for row in rows:
        test, zero = row["test"].get(str(jobs)), today.get(case_of(row))
        if test and zero:
            gains[case_of(row)] = math.log(zero / test)
    return gains


def interval(values: Mapping[Case, float], *, draws: int = 2000, seed: int = 0) -> Interval:
    """The mean over cases, and its interval: tasks (learner and data set) are drawn again with all of their seeds."""
    by_task: dict[tuple[str, str], list[float]] = {}
    for (learner, task, _), value in values.items():
        by_task.setdefault((learner, task), []).append(value)
    groups = [by_task[name] for name in sorted(by_task)]
    rng = random.Random(seed)
    means = sorted(_pooled_mean(rng.choices(groups, k=len(groups))) for _ in range(draws))
    return Interval(
        mean=_pooled_mean(groups), low=means[int(0.025 * (draws - 1))], high=means[math.ceil(0.975 * (draws - 1))]
    )


def wins(ours: Mapping[Case, float], theirs: Mapping[Case, float]) -> dict[Case, float]:
    """1 where ours scores higher, a half where equal (to a thousandth), 0 otherwise; in the cases that both have."""
    return {
        case: 0.5 if abs(ours[case] - theirs[case]) < 1e-3 else float(ours[case] > theirs[case])
        for case in ours.keys() & theirs.keys()
    }


def differences(ours: Mapping[Case, float], theirs: Mapping[Case, float]) -> dict[Case, float]:
    """By how much ours scores higher, in the cases that both have."""
    return {case: ours[case] - theirs[case] for case in ours.keys() & theirs.keys()}


def _pooled_mean(groups: Sequence[Sequence[float]]) -> float:
    return fmean(value for group in groups for value in group)
