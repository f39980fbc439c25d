"""One axis of the unit cube a range: real numbers, with zero beside them or without, and whole numbers.

Choices have theirs in `categorical_axis`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, Range, ScalingType
from selftune.model.values import HyperparameterValue
from selftune.search.categorical_axis import CategoricalAxis
from selftune.search.rounding import rounded

Array: TypeAlias = NDArray[np.float64]

ZERO_SHARE = 0.15
"""Share of the axis that stands for exactly zero where a range includes it."""
ZERO_SHARE_EXPECTED = 0.4
"""The same share of even draws where the prior's centre is zero itself."""
ZERO_GAP = 0.5
"""How far zero lies from the range's low end in feature space: near it, and yet something else."""


class Axis(Protocol):
    """Maps the values of one range to [0, 1] and back; columns are arrays of shape (n,)."""

    @property
    def is_categorical(self) -> bool: ...
    @property
    def size(self) -> float: ...
    @property
    def width(self) -> int: ...
    @property
    def prior(self) -> Prior | None: ...
    def coordinate(self, value: HyperparameterValue) -> float: ...
    def value(self, coordinate: float) -> HyperparameterValue: ...
    def snap(self, column: Array) -> Array: ...
    def features(self, column: Array) -> Array: ...
    def from_uniform(self, column: Array) -> Array: ...
    def log_prior(self, column: Array) -> Array: ...
    def coordinates(self) -> Iterator[float]: ...


def axis_of(range_: Range) -> Axis:
    """The axis that encodes a range."""
    match range_:
        case CategoricalRange():
            return CategoricalAxis(range_)
        case IntegerRange():
            return IntegerAxis(range_)
        case ContinuousRange():
            return ZeroAxis(range_) if range_.includes_zero and range_.low > 0 else ContinuousAxis(range_)


class ContinuousAxis:
    """Real numbers on their scaling type's scale."""

    is_categorical: ClassVar[bool] = False

    def __init__(self, range_: ContinuousRange) -> None:
        self._range = range_
        self._start = range_.scaling.forward(range_.low)
        self._length = range_.scaling.forward(range_.high) - self._start
        self.prior = range_.prior
        self.width = 1
        self.size = math.inf if self._length > 0 else 1.0

    def coordinate(self, value: HyperparameterValue) -> float:
        if self._length <= 0:
            return 0.5
        return (self._range.scaling.forward(float(value)) - self._start) / self._length

    def value(self, coordinate: float) -> HyperparameterValue:
        raw = self._range.scaling.backward(self._start + min(max(coordinate, 0.0), 1.0) * self._length)
        return min(max(rounded(raw, self._range), float(self._range.low)), float(self._range.high))

    def snap(self, column: Array) -> Array:
        return np.clip(column, 0.0, 1.0) if self._length > 0 else np.full_like(column, 0.5)

    def features(self, column: Array) -> Array:
        return column[:, None]

    def from_uniform(self, column: Array) -> Array:
        return column if self.prior is None else truncated_normal(column, *self._expected(self.prior))

    def log_prior(self, column: Array) -> Array:
        if self.prior is None:
            return np.zeros_like(column)
        center, spread = self._expected(self.prior)
        return -0.5 * ((column - center) / spread) ** 2

    def coordinates(self) -> Iterator[float]:
        if self.size > 1:
            raise ValueError("A continuous range has no end of points.")
        yield 0.5

    def _expected(self, prior: Prior) -> tuple[float, float]:
        nearest = min(max(prior.center, self._range.low), self._range.high)
        return self.coordinate(nearest), max(prior.spread, 1e-3)


class ZeroAxis:
    """Real numbers above zero on a part of the axis, and exactly zero on the rest of it."""

    is_categorical: ClassVar[bool] = False
    width: ClassVar[int] = 2

    def __init__(self, range_: ContinuousRange) -> None:
        self._positive = ContinuousAxis(range_)
        self.prior = range_.prior
        self.size = self._positive.size + 1
        self._expects_zero = range_.prior is not None and range_.prior.center <= 0

    def coordinate(self, value: HyperparameterValue) -> float:
        if value == 0:
            return ZERO_SHARE / 2
        return ZERO_SHARE + (1 - ZERO_SHARE) * self._positive.coordinate(value)

    def value(self, coordinate: float) -> HyperparameterValue:
        return 0.0 if coordinate < ZERO_SHARE else self._positive.value((coordinate - ZERO_SHARE) / (1 - ZERO_SHARE))

    def snap(self, column: Array) -> Array:
        positive = ZERO_SHARE + (1 - ZERO_SHARE) * self._positive.snap(_inner(column))
        return np.where(column < ZERO_SHARE, ZERO_SHARE / 2, positive)

    def features(self, column: Array) -> Array:
        is_zero = column < ZERO_SHARE
        return np.column_stack([np.where(is_zero, 0.0, _inner(column)), np.where(is_zero, ZERO_GAP, 0.0)])

    def from_uniform(self, column: Array) -> Array:
        share = ZERO_SHARE_EXPECTED if self._expects_zero else ZERO_SHARE
        inner = np.clip((column - share) / (1 - share), 0.0, 1.0)
        positive = inner if self._expects_zero else self._positive.from_uniform(inner)
        return np.where(column < share, ZERO_SHARE / 2, ZERO_SHARE + (1 - ZERO_SHARE) * positive)

    def log_prior(self, column: Array) -> Array:
        if self.prior is None:
            return np.zeros_like(column)
        if self._expects_zero:
            return np.where(column < ZERO_SHARE, 0.0, -1.0)
        return np.where(column < ZERO_SHARE, -1.0, self._positive.log_prior(_inner(column)))

    def coordinates(self) -> Iterator[float]:
        yield ZERO_SHARE / 2
        for coordinate in self._positive.coordinates():
            yield ZERO_SHARE + (1 - ZERO_SHARE) * coordinate


class IntegerAxis:
    """Whole numbers; each owns the cell from half below to half above it."""

    is_categorical: ClassVar[bool] = False

    def __init__(self, range_: IntegerRange) -> None:
        self._range = range_
        self._forward, self._backward = _integer_scale(range_.scaling)
        ends = self._forward(np.array([range_.low - 0.5, range_.high + 0.5]))
        self._start, self._length = float(ends[0]), float(ends[1] - ends[0])
        self.prior = range_.prior
        self.width = 1
        self.size = float(range_.high - range_.low + 1)

    def coordinate(self, value: HyperparameterValue) -> float:
        return float(self._coordinates(np.array([float(value)]))[0])

    def value(self, coordinate: float) -> HyperparameterValue:
        return int(self._whole(np.array([coordinate]))[0])

    def snap(self, column: Array) -> Array:
        return self._coordinates(self._whole(column))

    def features(self, column: Array) -> Array:
        return column[:, None]

    def from_uniform(self, column: Array) -> Array:
        return column if self.prior is None else truncated_normal(column, *self._expected(self.prior))

    def log_prior(self, column: Array) -> Array:
        if self.prior is None:
            return np.zeros_like(column)
        center, spread = self._expected(self.prior)
        return -0.5 * ((column - center) / spread) ** 2

    def coordinates(self) -> Iterator[float]:
        return (self.coordinate(whole) for whole in range(self._range.low, self._range.high + 1))

    def _coordinates(self, whole: Array) -> Array:
        coordinates: Array = (self._forward(whole) - self._start) / self._length
        return coordinates

    def _whole(self, column: Array) -> Array:
        raw = self._backward(self._start + np.clip(column, 0.0, 1.0) * self._length)
        whole: Array = np.clip(np.rint(raw), self._range.low, self._range.high)
        return whole

    def _expected(self, prior: Prior) -> tuple[float, float]:
        nearest = min(max(prior.center, self._range.low), self._range.high)
        return self.coordinate(nearest), max(prior.spread, 1e-3)


def truncated_normal(uniform: Array, center: float, spread: float) -> Array:
    """Even draws from [0, 1) as draws from a normal distribution that is cut to [0, 1]."""
    from scipy.special import ndtr, ndtri

    below, above = ndtr((0.0 - center) / spread), ndtr((1.0 - center) / spread)
    drawn: Array = center + spread * ndtri(below + uniform * (above - below))
    return np.clip(drawn, 0.0, 1.0)


def _inner(column: Array) -> Array:
    """Coordinates within the positive part of an axis with a zero."""
    return (column - ZERO_SHARE) / (1 - ZERO_SHARE)


def _integer_scale(scaling: ScalingType) -> tuple[np.ufunc, np.ufunc]:
    """Forward and backward functions of an integer's scale; reverse-log holds the single point 0 only: linear."""
    return (np.log, np.exp) if scaling is ScalingType.LOG else (np.positive, np.positive)
