"""Whole columns of values at once: what a tuning job of ten thousand training jobs needs to be read in milliseconds.

The same as asking the range and the axis for each value, which is what happens to texts, booleans and choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import HyperparameterValue
from selftune.search.axes import ZERO_SHARE, Array, Axis, ZeroAxis
from selftune.search.rounding import rounded_column

Column = Sequence[HyperparameterValue]
T = TypeVar("T", bound=float | bool)

_FORWARD: dict[ScalingType, Callable[[Array], Array]] = {
    ScalingType.LINEAR: lambda numbers: numbers,
    ScalingType.LOG: np.log,
    ScalingType.REVERSE_LOG: lambda numbers: -np.log1p(-numbers),
}
_BACKWARD: dict[ScalingType, Callable[[Array], Array]] = {
    ScalingType.LINEAR: lambda scaled: scaled,
    ScalingType.LOG: np.exp,
    ScalingType.REVERSE_LOG: lambda scaled: -np.expm1(-scaled),
}


def coordinates(range_: Range, axis: Axis, values: Column) -> Array:
    """(n,) coordinates of values; what lies outside the range goes to its nearest point."""
    numbers = _numbers(values)
    if numbers is not None and isinstance(range_, ContinuousRange) and range_.low < range_.high:
        return _continuous(range_, isinstance(axis, ZeroAxis), numbers)
    return np.array(_one_by_one(lambda value: axis.coordinate(range_.nearest(value)), values), dtype=float)


def inside(range_: Range, values: Column) -> NDArray[np.bool_]:
    """(n,) True where the range contains the value."""
    numbers = _numbers(values)
    if numbers is None or isinstance(range_, CategoricalRange):
        return np.array(_one_by_one(range_.contains, values), dtype=bool)
    is_inside: NDArray[np.bool_] = (numbers >= range_.low) & (numbers <= range_.high)
    if isinstance(range_, IntegerRange):
        is_inside &= numbers == np.rint(numbers)
    elif range_.includes_zero:
        is_inside |= numbers == 0
    return is_inside


def as_run(range_: Range, axis: Axis, column: Array) -> Array:
    """(n,) coordinates of the values that training jobs get: real numbers are rounded."""
    if not isinstance(range_, ContinuousRange) or range_.low >= range_.high:
        return column
    if not isinstance(axis, ZeroAxis):
        return _continuous(range_, False, rounded_column(_numbers_at(range_, column), range_))
    is_zero = column < ZERO_SHARE
    numbers = rounded_column(_numbers_at(range_, (column - ZERO_SHARE) / (1 - ZERO_SHARE)), range_)
    return _continuous(range_, True, np.where(is_zero, 0.0, numbers))


def _numbers_at(range_: ContinuousRange, places: Array) -> Array:
    start, end = range_.scaling.forward(range_.low), range_.scaling.forward(range_.high)
    return _BACKWARD[range_.scaling](start + np.clip(places, 0.0, 1.0) * (end - start))


def _continuous(range_: ContinuousRange, has_zero: bool, numbers: Array) -> Array:
    forward = _FORWARD[range_.scaling]
    start, end = range_.scaling.forward(range_.low), range_.scaling.forward(range_.high)
    places = (forward(np.clip(numbers, range_.low, range_.high)) - start) / (end - start)
    return np.where(numbers == 0, ZERO_SHARE / 2, ZERO_SHARE + (1 - ZERO_SHARE) * places) if has_zero else places


def _numbers(values: Column) -> Array | None:
    """(n,) where all are numbers; None where one is a text or a boolean."""
    return np.array(values, dtype=float) if set(map(type, values)) <= {int, float} else None


def _one_by_one(function: Callable[[HyperparameterValue], T], values: Column) -> list[T]:
    """The function of each value, called once for equal values of one type."""
    known: dict[tuple[type, HyperparameterValue], T] = {}
    for value in values:
        key = (type(value), value)
        if key not in known:
            known[key] = function(value)
    return [known[type(value), value] for value in values]
