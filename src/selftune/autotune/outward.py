"""How far an end of a range goes at a time, once something says that it should.

Where training accepts nothing far beyond the end, the end goes as far as that at once: a user who names such bounds has
said where values make sense. Everywhere else it goes by a step. A size on which the cost depends takes steps alone, and
has a brake.
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
"""A hard bound is near an end within so many widths of the range as it is: each step brings farther ones near."""
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
        """The range with one end moved outwards: to a bound that is near, otherwise by half the first range's width.

        On a logarithmic scale a step is at least half a decade.
        """
        if self._is_near(space, is_high):
            return _with_end(space, _bound(space, is_high), is_high)
        half = self.first.width / 2
        step = half if self.first.scaling is ScalingType.LINEAR else max(half, HALF_DECADE)
        return self._stepped(space, is_high, step)

    def opened(self, space: NumericRange, *, is_high: bool) -> NumericRange:
        """The range with one end moved towards its hard bound: to one that is near, otherwise by a whole width.

        Without a bound, and where the cost of training depends on it, it stays as it is.
        """
        bound = _bound(space, is_high)
        if bound is None or self.brake is not None:
            return space
        if self._is_near(space, is_high):
            return _with_end(space, bound, is_high)
        return self._stepped(space, is_high, _width(self.first))

    def _is_near(self, space: NumericRange, is_high: bool) -> bool:
        bound, forward = _bound(space, is_high), space.scaling.forward
        if bound is None or self.brake is not None:
            return False
        return abs(forward(bound) - forward(space.high if is_high else space.low)) <= NEAR * _width(space)

    def _stepped(self, space: NumericRange, is_high: bool, step: float) -> NumericRange:
        scale, brake = space.scaling, self.brake or HardBounds()
        if is_high:
            end = _inside(brake.nearest(scale.backward(scale.forward(space.high) + step)), space)
            end = min(end, WHOLE_STEP * space.high) if _is_counted(space) else end
        else:
            end = _inside(brake.nearest(scale.backward(scale.forward(space.low) - step)), space)
            end = max(end, space.low / WHOLE_STEP, 1) if _is_counted(space) else end
        return _with_end(space, end, is_high) if scale.holds(end) else space


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


def _bound(space: NumericRange, is_high: bool) -> float | None:
    """The hard bound of one end; None where there is none that its scale can show."""
    bounds = _accepted(space)
    bound = bounds.high if is_high else bounds.low
    if bound is not None and not is_high and _is_counted(space):
        bound = max(bound, 1)
    return None if bound is None or not space.scaling.holds(bound) else bound


def _with_end(space: NumericRange, end: float | None, is_high: bool) -> NumericRange:
    """The range with one end farther out; as it is where that is none, or not farther."""
    if end is None:
        return space
    low, high = (space.low, max(end, space.high)) if is_high else (min(end, space.low), space.high)
    return space.with_ends(low, high)


def _width(space: NumericRange) -> float:
    """On its scale; a single whole number is as wide as its cell."""
    if not isinstance(space, IntegerRange) or space.low < space.high:
        return space.width
    forward = space.scaling.forward
    return forward(space.high + 1) - forward(space.high)


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
