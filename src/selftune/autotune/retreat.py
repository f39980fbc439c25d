"""Ranges that come back: where training fails in what a range has gained, its end moves back before the failure.

A cliff just beyond the first range cannot be seen from inside it, so the edge rule may go there. What fails there shows
where it is: the end becomes what it was at first where nothing has succeeded beyond that; otherwise it lies half-way
between the failure and the farthest success, on the range's own scale. A success beyond the failure acquits the
hyperparameter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from selftune.model.events import RangeMove
from selftune.model.history import Observation
from selftune.model.ranges import ContinuousRange, IntegerRange, NumericRange
from selftune.model.values import is_number, short_number


def retreat(
    name: str, space: NumericRange, moves: Sequence[RangeMove], ended: Iterable[Observation]
) -> RangeMove | None:
    """The move back that failures call for; None where there is nothing to come back from.

    Args:
        name: of the hyperparameter.
        space: its range as it is.
        moves: those of its range so far, in order.
        ended: the training jobs that have ended.
    """
    first = next((move.before for move in moves), None)
    if not isinstance(first, ContinuousRange | IntegerRange):
        return None
    failed, succeeded = _values(name, space, ended)
    if space.high > first.high:
        back = _high_end(space, first, failed, succeeded)
        if back is not None and back < space.high:
            return _move(name, space, space.with_ends(space.low, back), first.high, is_high=True)
    if space.low < first.low:
        back = _low_end(space, first, failed, succeeded)
        if back is not None and back > space.low:
            return _move(name, space, space.with_ends(back, space.high), first.low, is_high=False)
    return None


def _values(name: str, space: NumericRange, ended: Iterable[Observation]) -> tuple[list[float], list[float]]:
    """Values with which training failed, and with which it succeeded; an exact zero beside a log scale has no place."""
    failed: list[float] = []
    succeeded: list[float] = []
    for job in ended:
        value = dict(job.values).get(name)
        if value is None or not is_number(value):
            continue
        number = float(value)
        if space.scaling.holds(number):
            (failed if job.loss is None else succeeded).append(number)
    return failed, succeeded


def _high_end(
    space: NumericRange, first: NumericRange, failed: Sequence[float], succeeded: Sequence[float]
) -> float | None:
    failure = min((value for value in failed if first.high < value <= space.high), default=None)
    farthest = max(succeeded, default=first.high)
    if failure is None or farthest > failure:
        return None
    if farthest <= first.high:
        return first.high
    middle = _between(space, farthest, failure)
    return math.floor(middle) if isinstance(space, IntegerRange) else middle


def _low_end(
    space: NumericRange, first: NumericRange, failed: Sequence[float], succeeded: Sequence[float]
) -> float | None:
    failure = max((value for value in failed if space.low <= value < first.low), default=None)
    farthest = min(succeeded, default=first.low)
    if failure is None or farthest < failure:
        return None
    if farthest >= first.low:
        return first.low
    middle = _between(space, farthest, failure)
    return math.ceil(middle) if isinstance(space, IntegerRange) else middle


def _between(space: NumericRange, one: float, other: float) -> float:
    """Half-way on the range's scale, to three digits."""
    forward = space.scaling.forward
    return float(f"{space.scaling.backward((forward(one) + forward(other)) / 2):.3g}")


def _move(name: str, before: NumericRange, after: NumericRange, first_end: float, *, is_high: bool) -> RangeMove:
    end, side = (after.high, "above") if is_high else (after.low, "below")
    reason = (
        f"Training failed with {name} {side} the {short_number(first_end, 3)} where its range ended at first: "
        f"the range comes back to {short_number(end, 3)}."
    )
    return RangeMove(name=name, before=before, after=after, reason=reason)
