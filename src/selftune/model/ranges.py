"""The ranges over which a hyperparameter is tuned.

A range that a user gave is a wall. An inferred one is a prior: it carries where good values are expected (`Prior`),
what the algorithm accepts at all (`HardBounds`) and whether it may expand when the evidence piles up at an edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from selftune.model.errors import InvalidRange
from selftune.model.values import HyperparameterValue, is_finite_number, is_number, short_number, text_from_value


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

    def holds(self, value: float) -> bool:
        """Whether a value has a place on the scale: zero has none beside a logarithm."""
        match self:
            case ScalingType.LOG:
                return value > 0
            case ScalingType.REVERSE_LOG:
                return 0 <= value < 1
            case _:
                return True

    def apart(self, one: float, other: float, *, low: float, high: float) -> float | None:
        """How far two values are apart, as a share of the width from low to high.

        None where one of the four has no place on the scale, or where there is no width.
        """
        if not all(self.holds(number) for number in (one, other, low, high)):
            return None
        width = self.forward(high) - self.forward(low)
        return abs(self.forward(one) - self.forward(other)) / width if width > 0 else None


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

    def nearest(self, value: float) -> float:
        """The value itself where it lies inside, otherwise the closest bound."""
        value = value if self.low is None else max(value, self.low)
        return value if self.high is None else min(value, self.high)

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
        return is_number(value) and self.low <= value <= self.high  # type: ignore[operator]

    @property
    def width(self) -> float:
        """How wide it is on its scale."""
        return self.scaling.forward(self.high) - self.scaling.forward(self.low)

    def place(self, value: HyperparameterValue) -> float | None:
        """Where a value lies on the range's scale: 0 at its low end or below, 1 at its high end or above.

        None for a text, for what has no place on the scale, and in a range without width.
        """
        number = float(value) if is_finite_number(value) else math.nan
        if not math.isfinite(number) or not self.scaling.holds(number) or self.width <= 0:
            return None
        place = (self.scaling.forward(number) - self.scaling.forward(self.low)) / self.width
        return min(max(place, 0.0), 1.0)

    def at(self, place: float) -> float:
        """The inverse of `place`, which may lie beyond 0..1."""
        return self.scaling.backward(self.scaling.forward(self.low) + place * self.width)

    def distance(self, value: HyperparameterValue, other: HyperparameterValue) -> float:
        """How far two values are apart, as a share of the width; 1 for different ones without a place on the scale."""
        if not is_number(value) or not is_number(other):
            return float(text_from_value(value) != text_from_value(other))
        apart = self.scaling.apart(float(value), float(other), low=self.low, high=self.high)
        return float(float(value) != float(other)) if apart is None else apart

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
        return is_number(value) and self.low <= value <= self.high  # type: ignore[operator]

    def nearest(self, value: HyperparameterValue) -> HyperparameterValue:
        """The value itself where it lies inside, otherwise the closest bound."""
        if self.contains(value):
            return float(value)
        return float(min(max(value, self.low), self.high)) if is_number(value) else self.low

    def with_ends(self, low: float, high: float) -> ContinuousRange:
        """The same range between other ends."""
        return replace(self, low=low, high=high)

    def __str__(self) -> str:
        zero = "0 or " if self.includes_zero else ""
        return f"{zero}{short_number(self.low)}..{short_number(self.high)}:{self.scaling}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerRange(_NumericRange):
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def contains(self, value: HyperparameterValue) -> bool:
        return is_finite_number(value) and value == int(value) and self.low <= value <= self.high

    def nearest(self, value: HyperparameterValue) -> HyperparameterValue:
        """The closest whole number inside."""
        if self.contains(value):
            return int(value)
        return round(float(min(max(value, self.low), self.high))) if is_number(value) else self.low

    def with_ends(self, low: float, high: float) -> IntegerRange:
        """The same range between other ends, rounded outwards."""
        return replace(self, low=math.floor(low), high=math.ceil(high))


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

    def distance(self, value: HyperparameterValue, other: HyperparameterValue) -> float:
        """0 for the same choice, 1 for another: there is no order."""
        return float(text_from_value(value) != text_from_value(other))

    def __str__(self) -> str:
        return ",".join(text_from_value(value) for value in self.values)


NumericRange: TypeAlias = ContinuousRange | IntegerRange
Range: TypeAlias = NumericRange | CategoricalRange


def count_of_values(range_: Range) -> int | None:
    """How many values a range holds; None for real numbers, of which there is no end."""
    if isinstance(range_, CategoricalRange):
        return len(range_.values)
    if not isinstance(range_, ContinuousRange):
        return range_.high - range_.low + 1
    if range_.low < range_.high:
        return None
    return 2 if range_.includes_zero and range_.low > 0 else 1


def _check_bounds(low: float, high: float, scaling: ScalingType) -> None:
    if not (is_finite_number(low) and is_finite_number(high)):
        raise InvalidRange(f"A range needs two finite bounds, but {low}..{high} was given.")
    if low > high:
        raise InvalidRange(
            f"Low {short_number(low)} is above high {short_number(high)}.",
            hint=f"Did you mean {short_number(high)}..{short_number(low)}?",
        )
    if not math.isfinite(float(high) - float(low)):
        raise InvalidRange(
            f"The range {short_number(low)}..{short_number(high)} is so wide that its width is no finite number.",
            hint="Name bounds that are closer to each other.",
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
