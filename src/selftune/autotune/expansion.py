"""Ranges that go further during the run: an inferred range is a prior, not a wall.

The edge rule (Google's tuning playbook; measured in `docs/research/range-expansion.md`): when most of the best training
jobs lie next to a soft edge, the range goes further at that end, within what the algorithm accepts. It never goes
towards an edge where training jobs have failed: a best learning rate beside a divergence is a limit of stability, and
what lies beyond it is worse. A range that went to where training fails comes back (`retreat`). A size on which the cost
depends grows slowly and not for ever: wider layers are nearly always a little better, and memory and time are what ends
that. Seconds do not enter, so that a seed repeats a search. Results stay in use, and the bound on jobs and time stays
what it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from selftune.autotune.blame import explained_by_a_choice, is_inside
from selftune.autotune.retreat import retreats
from selftune.model.events import RangeMove
from selftune.model.history import History, Observation
from selftune.model.plan import PlannedHyperparameter
from selftune.model.ranges import ContinuousRange, HardBounds, IntegerRange, NumericRange, Range, ScalingType
from selftune.model.values import is_number, short_number
from selftune.search.evidence import losses_as_evidence

FEWEST_JOBS, JOBS_PER_HYPERPARAMETER = 10, 2
BEST = 5
"""So many of the best training jobs are looked at ..."""
AT_EDGE = 3
"""... and so many of them must lie at the edge,"""
FEWEST_EARLY_JOBS = 6
"""After so many training jobs, before there are as many as that takes, all of the best three must."""
EDGE_SHARE = 0.07
"""which is this share of the range's width on its own scale."""
CLIFF_SHARE = 0.15
"""A failed training job within this share of an edge makes it a cliff."""
MOST_MOVES = 3
"""How often one hyperparameter's range may go further."""
HALF_DECADE = 0.5 * math.log(10)
LARGEST_GROWTH = 8
"""A size on which the cost depends goes no further from today's value than this factor, up or down: a wide layer takes
memory, a small batch takes time."""
WHOLE_STEP = 2
"""A whole number's end moves by no more than this factor at a time."""


def review_ranges(
    history: History, moves: Sequence[RangeMove], planned: Iterable[PlannedHyperparameter] = ()
) -> tuple[RangeMove, ...]:
    """The ranges that should go further now, or come back.

    Args:
        history: its space holds the ranges as they are.
        moves: those made before.
        planned: the plan's hyperparameters with their first ranges: which of them the cost depends on.
    """
    ranges = {name: r for name, r in history.space if isinstance(r, ContinuousRange | IntegerRange) and r.may_expand}
    back = retreats(history, ranges, moves)
    now = ranges | {move.name: _numeric(move.after) for move in back}
    returned = {move.name for move in back}
    further = [move for move in _further_moves(now, history, moves, _brakes(planned)) if move.name not in returned]
    return (*back, *further)


def _brakes(planned: Iterable[PlannedHyperparameter]) -> dict[str, HardBounds]:
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


def _further_moves(
    ranges: Mapping[str, NumericRange], history: History, moves: Sequence[RangeMove], brakes: Mapping[str, HardBounds]
) -> Iterator[RangeMove]:
    # What the early stopping rule ended counts as what it is known to be, not as low as its curve happened to be.
    losses = zip(losses_as_evidence(history.evidence), history.evidence, strict=True)
    finished = [(loss, job.number, job) for loss, job in losses if loss is not None]
    if len(finished) < FEWEST_EARLY_JOBS:
        return
    is_early = len(finished) < max(FEWEST_JOBS, JOBS_PER_HYPERPARAMETER * len(history.space))
    ranked = [job for *_, job in sorted(finished, key=lambda ranked: ranked[:2])]
    best = ranked[: AT_EDGE if is_early else BEST]
    by_choice = explained_by_a_choice(history)
    failed = [job for job in history.evidence if job.loss is None and job.number not in by_choice]
    made = Counter(move.name for move in moves if _is_wider(move.after, move.before))
    first = {move.name: _numeric(move.before) for move in reversed(moves)}
    for name, space in ranges.items():
        brake = brakes.get(name, HardBounds())
        step = _step(first.get(name, space))
        blamed = [job for job in failed if is_inside(job, ranges, besides=name)]
        move = _move(name, space, best, blamed, brake, step) if made[name] < MOST_MOVES else None
        if move is not None:
            yield move


def _is_wider(after: Range, before: Range) -> bool:
    """False for a range that came back."""
    was, now = _numeric(before), _numeric(after)
    return now.low < was.low or now.high > was.high


def _numeric(space: Range) -> NumericRange:
    assert isinstance(space, ContinuousRange | IntegerRange)
    return space


def _move(
    name: str,
    space: NumericRange,
    best: Sequence[Observation],
    failed: Sequence[Observation],
    brake: HardBounds,
    step: float,
) -> RangeMove | None:
    places = list(_places(name, space, best))
    fallen = list(_places(name, space, failed))
    for is_high in (False, True):
        at_edge = sum((1 - place if is_high else place) <= EDGE_SHARE for place in places)
        is_cliff = any((1 - place if is_high else place) <= CLIFF_SHARE for place in fallen)
        if at_edge < AT_EDGE or is_cliff:
            continue
        after = _further(space, is_high, brake, step)
        if after != space:
            reason = _reason(name, space, after, (at_edge, len(best)), is_high)
            if (after.high if is_high else after.low) == (brake.high if is_high else brake.low):
                reason = f"{reason} It goes no further, because the cost of training depends on {name}."
            return RangeMove(name=name, before=space, after=after, reason=reason)
    return None


def _places(name: str, space: NumericRange, jobs: Iterable[Observation]) -> Iterable[float]:
    """Where values lie in the range, from 0 at its low end to 1 at its high end, on its own scale."""
    for job in jobs:
        value = dict(job.values).get(name)
        place = None if value is None else space.place(value)
        if place is not None:
            yield place


def _step(first: NumericRange) -> float:
    """By how much an end moves on the range's scale: half the first range's width, at least half a decade on a log one.

    A range that has grown takes no longer steps for that: the second would jump over what the first did not see.
    """
    return first.width / 2 if first.scaling is ScalingType.LINEAR else max(first.width / 2, HALF_DECADE)


def _further(space: NumericRange, is_high: bool, brake: HardBounds, step: float) -> NumericRange:
    """The range with one end moved outwards by a step on its scale, within bounds."""
    scale = space.scaling
    is_counted = isinstance(space, IntegerRange) and space.low > 0
    if is_high:
        end = _inside(brake.nearest(scale.backward(scale.forward(space.high) + step)), space)
        end = min(end, WHOLE_STEP * space.high) if is_counted else end
        return space.with_ends(space.low, max(end, space.high))
    end = _inside(brake.nearest(scale.backward(scale.forward(space.low) - step)), space)
    if is_counted:  # zero and below often mean something else, such as no limit
        end = max(end, space.low / WHOLE_STEP, 1)
    return space.with_ends(min(end, space.low) if scale.holds(end) else space.low, space.high)


def _inside(value: float, space: NumericRange) -> float:
    """Not beyond what the algorithm accepts, nor beyond what the scale can show."""
    value = value if space.hard_bounds is None else space.hard_bounds.nearest(value)
    return min(max(value, 0.0), 1 - 1e-9) if space.scaling is ScalingType.REVERSE_LOG else value


def _reason(name: str, before: NumericRange, after: NumericRange, share: tuple[int, int], is_high: bool) -> str:
    at_edge, count = share
    end, old, new = ("high", before.high, after.high) if is_high else ("low", before.low, after.low)
    return (
        f"{at_edge} of the {count} best training jobs have {name} at the {end} end of its range ({short_number(old)}), "
        f"and none near it has failed: the range now ends at {short_number(new, 3)}."
    )
