"""How a suggested real number is rounded: to digits that a person can read and paste, far finer than a search needs.

`DIGITS` significant digits of what counts on the range's scale: the number itself beside a logarithm, one minus it
beside a reverse one, the width otherwise; the width, too, where that is less. One number and a column of them are
rounded by the same arithmetic, since values that have run are compared with points that might run.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from selftune.model.ranges import ContinuousRange, ScalingType

Array = NDArray[np.float64]
Number = TypeVar("Number", float, Array)

DIGITS = 6
"""Significant digits of a suggested real number."""
_POWERS = tuple(10.0**exponent for exponent in range(23))
"""The powers of ten that a float holds exactly: a quotient by one of them is the float nearest to its digits."""


def rounded(number: float, range_: ContinuousRange) -> float:
    """One number of a range as a training job gets it."""
    counts = min(_counting(number, range_), range_.high - range_.low)
    if counts <= 0:
        return number
    decimals = DIGITS - 1 - math.floor(math.log10(counts))
    if abs(decimals) >= len(_POWERS):
        return round(number, decimals)
    up, down = _POWERS[max(decimals, 0)], _POWERS[max(-decimals, 0)]
    return round(number * up / down) * down / up


def rounded_column(numbers: Array, range_: ContinuousRange) -> Array:
    """(n,) `rounded` of each, in a range that has a width."""
    counts = np.full(len(numbers), np.minimum(_counting(numbers, range_), range_.high - range_.low))
    decimals = DIGITS - 1 - np.floor(np.log10(counts)).astype(np.intp)
    is_exact = np.abs(decimals) < len(_POWERS)
    powers, decimals = np.array(_POWERS), np.where(is_exact, decimals, 0)
    up, down = powers[np.maximum(decimals, 0)], powers[np.maximum(-decimals, 0)]
    result: Array = np.rint(numbers * up / down) * down / up
    result[~is_exact] = [rounded(number, range_) for number in numbers[~is_exact].tolist()]
    return result


def _counting(number: Number, range_: ContinuousRange) -> Number | float:
    match range_.scaling:
        case ScalingType.LOG:
            return number
        case ScalingType.REVERSE_LOG:
            return 1.0 - number
        case _:
            return range_.high - range_.low
