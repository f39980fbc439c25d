"""How far an end of a range goes at a time, once something says that it should.

Where training accepts nothing far beyond the end, the end goes as far as that at once: a user who names such bounds has
said where values make sense. Everywhere else it goes by a step, half the first range's width. A size on which the cost
depends takes steps alone, and has a brake.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from selftune.model.plan import PlannedHyperparameter
from selftune.model.ranges import ContinuousRange, HardBounds, IntegerRange, NumericRange, ScalingType
from selftune.model.values import is_number

HALF_DECADE = 0.5 * math.log(10)
NEAR = 1.5
"""A hard bound is near an end within so many widths of the first range."""
LARGEST_GROWTH = 8
"""A size on which the cost depends goes no further from today's value than this factor, up or down: a wide layer takes
memory, a small batch takes time."""
WHOLE_STEP = 2
"""A whole number's end moves by no more than this factor at a time, where no hard bound is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the ends of one range may go."""

    first: NumericRange
    """As it was before its first move: a range that has grown takes no longer steps for that, since the second would
    jump over what the first did not see."""
    brake: HardBounds | None = None
    """Where the cost of training ends it."""

    def further(self, space: NumericRange, *, is_high: bool) -> NumericRange:
        """The range with one end moved outwards: to a hard bound that is near, otherwise by a step."""
        opened = self.opened(space, is_high=is_high)
        return self._stepped(space, is_high=is_high) if opened == space else opened

    def opened(self, space: NumericRange, *, is_high: bool) -> NumericRange:
        """The range with one end at the hard bound beyond it, where that is near and the cost does not depend on it."""
        bounds, scale = space.hard_bounds, space.scaling
        bound = None if bounds is None else (bounds.high if is_high else bounds.low)
        if bound is None or self.brake is not None or not scale.holds(bound):
            return space
        end = _inside(bound, space)
        if not is_high and _is_counted(space):
            end = max(end, 1)
        apart = scale.forward(end) - scale.forward(space.high if is_high else space.low)
        if not 0 < (apart if is_high else -apart) <= NEAR * self.first.width:
            return space
        return space.with_ends(space.low, end) if is_high else space.with_ends(end, space.high)

    def _stepped(self, space: NumericRange, *, is_high: bool) -> NumericRange:
        scale, brake = space.scaling, self.brake or HardBounds()
        if is_high:
            end = _inside(brake.nearest(scale.backward(scale.forward(space.high) + self._step)), space)
            end = min(end, WHOLE_STEP * space.high) if _is_counted(space) else end
            return space.with_ends(space.low, max(end, space.high))
        end = _inside(brake.nearest(scale.backward(scale.forward(space.low) - self._step)), space)
        if _is_counted(space):
            end = max(end, space.low / WHOLE_STEP, 1)
        return space.with_ends(min(end, space.low) if scale.holds(end) else space.low, space.high)

    @property
    def _step(self) -> float:
        """Half the first range's width on its scale, at least half a decade on a logarithmic one."""
        half = self.first.width / 2
        return half if self.first.scaling is ScalingType.LINEAR else max(half, HALF_DECADE)


def brakes(planned: Iterable[PlannedHyperparameter]) -> dict[str, HardBounds]:
    """How far ranges go whose values cost: a factor of today's value, or where they ended at first if that is farther.

    Where nobody knows today's value, twice as far as at first.
    """
    found: dict[str, HardBounds] = {}
    for hyperparameter in planned:
        first, today = hyperparameter.range, hyperparameter.value
        if not hyperparameter.affects_cost or not isinstance(first, ContinuousRange | IntegerRange):
            continue
        low, high = first.low / 2, first.high * 2
        if today is not None and is_number(today) and float(today) > 0:
            low, high = float(today) / LARGEST_GROWTH, float(today) * LARGEST_GROWTH
        found[hyperparameter.name] = HardBounds(low=min(low, first.low), high=max(high, first.high))
    return found


def _is_counted(space: NumericRange) -> bool:
    """True for whole numbers above zero: zero and below often mean something else, such as no limit."""
    return isinstance(space, IntegerRange) and space.low > 0


def _inside(value: float, space: NumericRange) -> float:
    """Not beyond what the algorithm accepts, nor beyond what the scale can show."""
    value = _accepted(space).nearest(value)
    return min(max(value, 0.0), 1 - 1e-9) if space.scaling is ScalingType.REVERSE_LOG else value


def _accepted(space: NumericRange) -> HardBounds:
    """The hard bounds; for whole numbers, the outermost whole ones among what they hold."""
    bounds = space.hard_bounds or HardBounds()
    if not isinstance(space, IntegerRange):
        return bounds
    low = None if bounds.low is None else math.ceil(bounds.low)
    return HardBounds(low=low, high=None if bounds.high is None else math.floor(bounds.high))
