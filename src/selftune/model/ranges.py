"""The ranges over which a hyperparameter is tuned.

A range that a user gave is a wall. An inferred one is a prior: it carries where good values are expected (`Prior`),
what the algorithm accepts at all (`HardBounds`) and whether it may expand when the evidence piles up at an edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from selftune.model.errors import InvalidRange
from selftune.model.values import HyperparameterValue, is_number, short_number, text_from_value


class ScalingType(StrEnum):
    """On which scale equal steps count as equal."""

    LINEAR = "linear"
    LOG = "log"
    REVERSE_LOG = "reverse-log"
    """log(1 - x): for values that crowd below one, such as a momentum."""

    def forward(self, value: float) -> float:
        """From a value to the scale on which the range is searched."""
        match self:
            case ScalingType.LOG:
                return math.log(value)
            case ScalingType.REVERSE_LOG:
                return -math.log1p(-value)
            case _:
                return float(value)

    def backward(self, scaled: float) -> float:
        """From the scale on which the range is searched to a value."""
        match self:
            case ScalingType.LOG:
                return math.exp(scaled)
            case ScalingType.REVERSE_LOG:
                return -math.expm1(-scaled)
            case _:
                return scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Where good values are expected."""

    center: float
    """In the hyperparameter's own unit."""
    spread: float
    """Standard deviation on the scaled axis, as a share of the range's width (0.25 = a quarter of it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HardBounds:
    """What the algorithm accepts at all; None where it has no bound."""

    low: float | None = None
    high: float | None = None

    def contains(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        low = "-inf" if self.low is None else short_number(self.low)
        high = "inf" if self.high is None else short_number(self.high)
        return f"{low}..{high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _NumericRange:
    low: float
    high: float
    scaling: ScalingType = ScalingType.LINEAR
    prior: Prior | None = None
    hard_bounds: HardBounds | None = None
    may_expand: bool = False

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high, self.scaling)

    def contains(self, value: HyperparameterValue) -> bool:
        return is_number(value) and self.low <= float(value) <= self.high

    def __str__(self) -> str:
        return f"{short_number(self.low)}..{short_number(self.high)}:{self.scaling}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousRange(_NumericRange):
    """Real numbers from `low` to `high`, both included."""

    includes_zero: bool = False
    """A spike at exactly zero beside a log-scaled range: a regulariser that may be off."""

    def contains(self, value: HyperparameterValue) -> bool:
        if self.includes_zero and is_number(value) and value == 0:
            return True
        return is_number(value) and self.low <= float(value) <= self.high

    def nearest(self, value: HyperparameterValue) -> HyperparameterValue:
        """The value itself where it lies inside, otherwise the closest bound."""
        if self.contains(value):
            return float(value)
        return min(max(float(value), self.low), self.high) if is_number(value) else self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerRange(_NumericRange):
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def contains(self, value: HyperparameterValue) -> bool:
        return is_number(value) and float(value).is_integer() and self.low <= value <= self.high  # type: ignore[operator]

    def nearest(self, value: HyperparameterValue) -> HyperparameterValue:
        """The closest whole number inside."""
        return min(max(round(float(value)), self.low), self.high) if is_number(value) else self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoricalRange:
    """A choice among values, without an order."""

    values: tuple[HyperparameterValue, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise InvalidRange("A categorical range needs at least one value, but none was given.")
        if len({text_from_value(value) for value in self.values}) < len(self.values):
            raise InvalidRange(f"A categorical range lists a value twice: {self}.", hint="Give each value once.")

    def contains(self, value: HyperparameterValue) -> bool:
        return any(text_from_value(value) == text_from_value(choice) for choice in self.values)

    def nearest(self, value: HyperparameterValue) -> HyperparameterValue:
        """The value itself where it is a choice, otherwise the closest number among them, otherwise the first."""
        for choice in self.values:
            if text_from_value(choice) == text_from_value(value):
                return choice
        if is_number(value) and all(is_number(choice) for choice in self.values):
            return min(self.values, key=lambda choice: abs(float(choice) - float(value)))
        return self.values[0]

    def __str__(self) -> str:
        return ",".join(text_from_value(value) for value in self.values)


Range: TypeAlias = ContinuousRange | IntegerRange | CategoricalRange


def _check_bounds(low: float, high: float, scaling: ScalingType) -> None:
    if not (math.isfinite(low) and math.isfinite(high)):
        raise InvalidRange(f"A range needs two finite bounds, but {low}..{high} was given.")
    if low > high:
        raise InvalidRange(
            f"Low {short_number(low)} is above high {short_number(high)}.",
            hint=f"Did you mean {short_number(high)}..{short_number(low)}?",
        )
    if scaling is ScalingType.LOG and low <= 0:
        raise InvalidRange(
            f"A log scale cannot start at {short_number(low)}: it needs a bound above zero.",
            hint=f"Name the smallest useful value, such as {short_number(high / 1e6 if high > 0 else 1e-6)}..."
            f"{short_number(high)}:log, or leave out :log.".replace("...", ".."),
        )
    if scaling is ScalingType.REVERSE_LOG and not (low >= 0 and high < 1):
        raise InvalidRange(
            f"A reverse-log scale needs 0 <= low and high < 1, not {short_number(low)}..{short_number(high)}.",
            hint="Use :linear, or end below one, such as 0.5..0.999:reverse-log.",
        )
