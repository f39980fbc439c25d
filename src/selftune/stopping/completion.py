"""Completion of the whole search: a target is reached, nothing improves any more, the search has converged.

Every reason is a status reason for people. Losses become objectives again only to be shown. A training job that was
stopped early counts as one that brought nothing better, whatever its last value was: that value depends on when the
stop came, and the end of a search must not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from selftune.model.history import History
from selftune.model.objective import Direction
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import short_number
from selftune.stopping.rules import Completion


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReached:
    """Met when a training job's objective is as good as the target, or better."""

    target: float
    """In the objective's own unit."""
    direction: Direction

    def met(self, history: History, now: float) -> Completion | None:  # noqa: ARG002
        losses = _losses(history)
        if not losses or min(losses) > self.direction.loss(self.target):
            return None
        best = self.direction.loss(min(losses))  # A sign flipped twice is the objective again.
        return Completion(reason=f"The objective {short_number(best)} reached the target {short_number(self.target)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotImproving:
    """Met when the last `max_jobs` training jobs have together improved the best objective by less than one percent."""

    max_jobs: int
    min_gain: float = 0.01
    """Share of the best objective so far by which a better one counts as an improvement (the service's one percent)."""

    def met(self, history: History, now: float) -> Completion | None:  # noqa: ARG002
        losses = _settled_losses(history)
        stale = len(losses) - _last_improvement(losses, self.min_gain)
        if not losses or stale < self.max_jobs:
            return None
        return Completion(
            reason=f"The last {stale} training jobs did not improve the best objective by {self.min_gain:.0%} or more."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Converged:
    """Met when the best objective has stayed what it is for long, measured by the number of hyperparameters.

    A light version: with d hyperparameters that can vary, after `min_jobs` or 4 d training jobs, whichever is more, the
    last max(10, 4 d) of them have not brought the best objective nearer by more than one percent of the distance
    between the best and the median. It needs no model and does not depend on the objective's unit.
    """

    min_jobs: int = 20
    patience: int = 10
    jobs_per_hyperparameter: int = 4
    noise_share: float = 0.01
    """Share of the distance between best and median losses within which two bests count as the same."""

    def met(self, history: History, now: float) -> Completion | None:  # noqa: ARG002
        losses = _settled_losses(history)
        scaled = self.jobs_per_hyperparameter * _free_hyperparameters(history.space)
        patience = max(self.patience, scaled)
        if len(losses) < max(self.min_jobs, scaled) or len(losses) <= patience:
            return None
        best, earlier_best = min(losses), min(losses[:-patience])
        if earlier_best - best > self.noise_share * (median(filter(math.isfinite, losses)) - best):
            return None
        return Completion(reason=f"Converged: {patience} training jobs in a row have brought no better objective.")


def _losses(history: History) -> list[float]:
    """Losses of the training jobs that have one, by number."""
    return [job.loss for job in history.ended if job.loss is not None]


def _settled_losses(history: History) -> list[float]:
    """The same, infinite for a training job that was stopped early."""
    return [math.inf if job.is_stopped_early else job.loss for job in history.ended if job.loss is not None]


def _last_improvement(losses: Sequence[float], min_gain: float) -> int:
    """Position, counted from one, of the last loss that beat the best before it by `min_gain` of its size or more."""
    best, position = losses[0] if losses else 0.0, 1
    for number, loss in enumerate(losses[1:], start=2):
        if best - loss >= min_gain * abs(best) and loss < best:
            best, position = loss, number
    return position


def _free_hyperparameters(space: Sequence[tuple[str, Range]]) -> int:
    """How many hyperparameters have more than one value."""
    return sum(len(r.values) > 1 if isinstance(r, CategoricalRange) else r.low < r.high for _, r in space)
