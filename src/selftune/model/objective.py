"""The metric that a tuning job makes better, and the points that training jobs report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Whether a smaller or a larger objective is better."""

    MINIMIZE = "Minimize"
    MAXIMIZE = "Maximize"

    def loss(self, value: float) -> float:
        """The value as a loss, which is always minimised: search, stopping and views compare losses only."""
        return value if self is Direction.MINIMIZE else -value

    def is_better(self, value: float, than: float) -> bool:
        return self.loss(value) < self.loss(than)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """The objective metric as a running tuning job knows it."""

    name: str | None
    """None until the first training job's output has shown one."""
    direction: Direction
    regex: str | None = None
    """Its first group is the value; None: the built-in recogniser finds the name."""
    is_confirmed: bool = False
    """False while the name is only read from source: the first training job's output may change it once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPoint:
    """One value of one metric, as a training job printed it."""

    name: str
    """As printed, stripped of decoration; `training.metrics.same_metric` decides which spellings are one name."""
    value: float
    """May be NaN or infinite: a diverged training job says so."""
    step: int
    """How many values of this name the training job had reported before (0, 1, 2, ...)."""
