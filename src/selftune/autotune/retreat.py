"""Ranges that come back: where training fails in what a range has gained, its end moves back before the failure.

A cliff just beyond the first range cannot be seen from inside it, so the edge rule may go there. What fails there shows
where it is: the end becomes what it was at first where nothing has succeeded beyond that; otherwise it lies half-way
between the failure and the farthest success, on the range's own scale.

Several ranges may have gone further when a training job fails, and each failure is blamed on one (`blame`): the one
that alone lies beyond what has worked, or else the one that lies farthest beyond it. What that got wrong the next
failure mends: it convicts another, which then explains the first failure as well, so that the first range may go
further again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from selftune.autotune.blame import Gain, explained_by_a_choice, is_inside
from selftune.model.events import RangeMove
from selftune.model.history import History, Observation
from selftune.model.ranges import ContinuousRange, IntegerRange, NumericRange
from selftune.model.values import short_number


def retreats(history: History, ranges: Mapping[str, NumericRange], moves: Sequence[RangeMove]) -> tuple[RangeMove, ...]:
    """The moves back that failures call for, at most one a hyperparameter.

    Args:
        history: the training jobs that have ended.
        ranges: those that may move, as they are.
        moves: those made so far, in order.
    """
    succeeded = [job for job in history.evidence if job.loss is not None]
    by_choice = explained_by_a_choice(history)
    failed = [job for job in history.evidence if job.loss is None and job.number not in by_choice]
    gains, now, made = _gains(ranges, moves, succeeded), dict(ranges), dict[str, RangeMove]()
    while (convicted := _most_suspect(gains, [job for job in failed if is_inside(job, now)])) is not None:
        gain, failure = convicted
        made[gain.name] = _move_back(gain, failure)
        now[gain.name] = _back(gain, failure)
        gains = [other for other in gains if other.name != gain.name]
    return tuple(made[name] for name in ranges if name in made)


def _gains(
    ranges: Mapping[str, NumericRange], moves: Sequence[RangeMove], succeeded: Sequence[Observation]
) -> list[Gain]:
    """What each range has gained at its ends since its first move."""
    first = {move.name: move.before for move in reversed(moves)}
    gains = []
    for name, space in ranges.items():
        before = first.get(name)
        if isinstance(before, ContinuousRange | IntegerRange):
            if space.high > before.high:
                gains.append(Gain.of(name, space, before, succeeded, is_high=True))
            if space.low < before.low:
                gains.append(Gain.of(name, space, before, succeeded, is_high=False))
    return gains


def _most_suspect(gains: Sequence[Gain], failed: Sequence[Observation]) -> tuple[Gain, Observation] | None:
    """What is to blame next, and the failure to come back before; None where nothing is.

    A failure with one suspect is sure. Of failures that several are suspected of, the first counts and the farthest.
    """
    suspects = {job.number: [gain for gain in gains if gain.excess(job) > 0] for job in failed}
    sure = [(suspects[job.number][0], job) for job in failed if len(suspects[job.number]) == 1]
    if sure:
        blamed = sure[0][0]
        return min((each for each in sure if each[0] is blamed), key=lambda each: blamed.excess(each[1]))
    job = next((job for job in failed if suspects[job.number]), None)
    return None if job is None else (max(suspects[job.number], key=lambda gain: gain.excess(job)), job)


def _back(gain: Gain, failure: Observation) -> NumericRange:
    """The range with its end before a failure."""
    end, space = gain.first_end, gain.space
    if gain.farthest != gain.first_end:
        value = gain.value_of(failure)
        assert value is not None
        end = _between(space, gain.farthest, value)
        if isinstance(space, IntegerRange):
            end = math.floor(end) if gain.is_high else math.ceil(end)
        if not gain.is_beyond(value, end) or gain.is_beyond(gain.farthest, end):  # lost in rounding
            end = gain.farthest
    return space.with_ends(space.low, end) if gain.is_high else space.with_ends(end, space.high)


def _between(space: NumericRange, one: float, other: float) -> float:
    """Half-way on the range's scale, to three digits."""
    forward = space.scaling.forward
    return float(f"{space.scaling.backward((forward(one) + forward(other)) / 2):.3g}")


def _move_back(gain: Gain, failure: Observation) -> RangeMove:
    after = _back(gain, failure)
    end, side = (after.high, "above") if gain.is_high else (after.low, "below")
    reason = (
        f"Training failed with {gain.name} {side} the {short_number(gain.first_end, 3)} where its range ended at "
        f"first: the range comes back to {short_number(end, 3)}."
    )
    return RangeMove(name=gain.name, before=gain.space, after=after, reason=reason)
