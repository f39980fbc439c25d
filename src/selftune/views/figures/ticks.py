"""Round numbers along an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

_FEWEST_FOR_A_BULK = 8
_BULK_REACH = 3.0
"""Values further out than so many widths of the middle 80 % are outside the bulk."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_ticks(low: float, high: float, count: int) -> list[float]:
    """About `count` round numbers inside low..high, at equal distances."""
    if not high > low:
        return [low]
    step = _round_step((high - low) / max(count, 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def padded(values: Sequence[float], share: float = 0.06) -> tuple[float, float]:
    """The span of the values with some room at both ends; never without width.

    Values far outside the bulk (a diverged training job) do not count: they would press all others into one line.
    """
    bulk = _bulk(sorted(value for value in values if math.isfinite(value)))
    if not bulk:
        return 0.0, 1.0
    low, high = bulk[0], bulk[-1]
    room = (high - low) * share or abs(low) * share or 1.0
    return low - room, high + room


def _bulk(ordered: Sequence[float]) -> Sequence[float]:
    if len(ordered) < _FEWEST_FOR_A_BULK:
        return ordered
    tenth = len(ordered) // 10
    low, high = ordered[tenth], ordered[-1 - tenth]
    reach = (high - low) * _BULK_REACH or math.inf
    return [value for value in ordered if low - reach <= value <= high + reach]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
