"""Ranges that go further during the run: an inferred range is a prior, not a wall.

The edge rule (Google's tuning playbook; measured in `docs/research/range-expansion.md`): when most of the best training
jobs lie next to a soft edge, the range goes further at that end, within what the algorithm accepts. It never goes
towards an edge where training jobs have failed: a best learning rate beside a divergence is a limit of stability, and
what lies beyond it is worse. A range that went to where training fails comes back (`retreat`). A size on which the cost
depends grows slowly and not for ever: wider layers are nearly always a little better, and memory and time are what ends
that. Seconds do not enter, so that a seed repeats a search. Results stay in use, and the bound on jobs and time stays
what it is.

Ranges also open, towards hard bounds, where the search inside them has come to a standstill (`standstill`). How far an
end goes at a time is told in `outward`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from selftune.autotune.blame import explained_by_a_choice, is_inside
from selftune.autotune.outward import Reach, brakes
from selftune.autotune.retreat import retreats
from selftune.autotune.standstill import LOOKED_AT, has_been_tried, has_come_to_a_standstill
from selftune.model.events import RangeMove
from selftune.model.history import History, Observation
from selftune.model.plan import PlannedHyperparameter, Strategy
from selftune.model.ranges import ContinuousRange, HardBounds, IntegerRange, NumericRange, Range
from selftune.model.values import counted, short_number
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


def review_ranges(
    history: History,
    moves: Sequence[RangeMove],
    planned: Iterable[PlannedHyperparameter] = (),
    strategy: Strategy = Strategy.BAYESIAN,
) -> tuple[RangeMove, ...]:
    """The ranges that should go further now, or come back.

    Args:
        history: its space holds the ranges as they are.
        moves: those made before.
        planned: the plan's hyperparameters with their first ranges: which of them the cost depends on.
        strategy: a standstill says something only where suggestions were to improve on the best.
    """
    ranges = {name: r for name, r in history.space if isinstance(r, ContinuousRange | IntegerRange) and r.may_expand}
    back = retreats(history, ranges, moves)
    now = ranges | {move.name: _numeric(move.after) for move in back}
    returned = {move.name for move in back}
    opens = strategy is Strategy.BAYESIAN and has_come_to_a_standstill(history)
    further = [move for move in _further_moves(now, history, moves, planned, opens) if move.name not in returned]
    return (*back, *further)


def _further_moves(
    ranges: Mapping[str, NumericRange],
    history: History,
    moves: Sequence[RangeMove],
    planned: Iterable[PlannedHyperparameter],
    opens: bool,
) -> Iterator[RangeMove]:
    best = _best_of(history)
    by_choice = explained_by_a_choice(history)
    failed = [job for job in history.evidence if job.loss is None and job.number not in by_choice]
    made = Counter(move.name for move in moves if _is_wider(move.after, move.before))
    first, brake = {move.name: _numeric(move.before) for move in reversed(moves)}, brakes(planned)
    for name, space in ranges.items():
        if made[name] >= MOST_MOVES:
            continue
        reach = Reach(first=first.get(name, space), brake=brake.get(name))
        blamed = [job for job in failed if is_inside(job, ranges, besides=name)]
        cliffs = _cliffs(name, space, blamed)
        has_to_open = opens and has_been_tried(history, name, moves)
        move = _opened(name, space, cliffs, reach) if has_to_open else None
        move = move or _move(name, space, best, cliffs, reach)
        if move is not None:
            yield move


def _best_of(history: History) -> list[Observation]:
    """The best training jobs, of which three must lie at an edge; none while there are too few to say anything."""
    # What the early stopping rule ended counts as what it is known to be, not as low as its curve happened to be.
    losses = zip(losses_as_evidence(history.evidence), history.evidence, strict=True)
    finished = [(loss, job.number, job) for loss, job in losses if loss is not None]
    if len(finished) < FEWEST_EARLY_JOBS:
        return []
    is_early = len(finished) < max(FEWEST_JOBS, JOBS_PER_HYPERPARAMETER * len(history.space))
    ranked = [job for *_, job in sorted(finished, key=lambda ranked: ranked[:2])]
    return ranked[: AT_EDGE if is_early else BEST]


def _is_wider(after: Range, before: Range) -> bool:
    """False for a range that came back."""
    was, now = _numeric(before), _numeric(after)
    return now.low < was.low or now.high > was.high


def _numeric(space: Range) -> NumericRange:
    assert isinstance(space, ContinuousRange | IntegerRange)
    return space


def _cliffs(name: str, space: NumericRange, failed: Sequence[Observation]) -> frozenset[bool]:
    """The ends beside which training has failed: True for the high one, False for the low one."""
    fallen = list(_places(name, space, failed))
    return frozenset(
        is_high for is_high in (False, True) if any(_from_end(place, is_high) <= CLIFF_SHARE for place in fallen)
    )


def _move(
    name: str, space: NumericRange, best: Sequence[Observation], cliffs: frozenset[bool], reach: Reach
) -> RangeMove | None:
    """What the edge rule says."""
    places = list(_places(name, space, best))
    for is_high in (False, True):
        at_edge = sum(_from_end(place, is_high) <= EDGE_SHARE for place in places)
        if at_edge < AT_EDGE or is_high in cliffs:
            continue
        after = reach.further(space, is_high=is_high)
        if after != space:
            reason = _reason(name, space, after, (at_edge, len(best)), is_high)
            if reach.brake is not None and _ends_at(after, reach.brake, is_high):
                reason = f"{reason} It goes no further, because the cost of training depends on {name}."
            return RangeMove(name=name, before=space, after=after, reason=reason)
    return None


def _opened(name: str, space: NumericRange, cliffs: frozenset[bool], reach: Reach) -> RangeMove | None:
    """What a standstill says: towards the hard bounds, at both ends."""
    after = space
    for is_high in sorted({False, True} - cliffs):
        after = reach.opened(after, is_high=is_high)
    if after == space:
        return None
    reason = (
        f"The last {counted(LOOKED_AT, 'training job')} gained next to nothing, and none at the ends of {name} has "
        f"failed: its range now goes from {short_number(after.low, 3)} to {short_number(after.high, 3)}."
    )
    return RangeMove(name=name, before=space, after=after, reason=reason)


def _ends_at(space: NumericRange, bounds: HardBounds, is_high: bool) -> bool:
    return space.high == bounds.high if is_high else space.low == bounds.low


def _from_end(place: float, is_high: bool) -> float:
    return 1 - place if is_high else place


def _places(name: str, space: NumericRange, jobs: Iterable[Observation]) -> Iterable[float]:
    """Where values lie in the range, from 0 at its low end to 1 at its high end, on its own scale."""
    for job in jobs:
        value = dict(job.values).get(name)
        place = None if value is None else space.place(value)
        if place is not None:
            yield place


def _reason(name: str, before: NumericRange, after: NumericRange, share: tuple[int, int], is_high: bool) -> str:
    at_edge, count = share
    end, old, new = ("high", before.high, after.high) if is_high else ("low", before.low, after.low)
    return (
        f"{at_edge} of the {count} best training jobs have {name} at the {end} end of its range ({short_number(old)}), "
        f"and none near it has failed: the range now ends at {short_number(new, 3)}."
    )
