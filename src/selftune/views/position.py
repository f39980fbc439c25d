"""Where a value lies in its range: on the scale on which the range is searched, from 0 (low) to 1 (high)."""

from __future__ import annotations

from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue, is_number


def position(range: Range, value: HyperparameterValue) -> float | None:
    """The value's place in a numeric range, 0..1; None for a choice, a text or a value that the scale does not hold."""
    if isinstance(range, CategoricalRange) or not is_number(value):
        return None
    if range.low == range.high:
        return 0.5 if range.scaling.holds(float(value)) else None
    return range.place(value)
