"""Where a value lies in its range: on the scale on which the range is searched, from 0 (low) to 1 (high)."""

from __future__ import annotations

import math

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range
from selftune.model.values import HyperparameterValue, is_number


def position(range: Range, value: HyperparameterValue) -> float | None:
    """The value's place in a numeric range, 0..1; None for a choice, a text or a value that the scale does not hold."""
    if isinstance(range, CategoricalRange) or not is_number(value):
        return None
    low, high = _scaled(range, range.low), _scaled(range, range.high)
    here = _scaled(range, float(value))
    if low is None or high is None or here is None:
        return None
    if high == low:
        return 0.5
    return min(max((here - low) / (high - low), 0.0), 1.0)


def value_at(range: ContinuousRange | IntegerRange, place: float) -> float:
    """The inverse of `position`; `place` may lie beyond 0..1."""
    low, high = range.scaling.forward(range.low), range.scaling.forward(range.high)
    return range.scaling.backward(low + place * (high - low))


def _scaled(range: ContinuousRange | IntegerRange, value: float) -> float | None:
    try:
        scaled = range.scaling.forward(value)
    except ValueError:
        return None
    return scaled if math.isfinite(scaled) else None
