"""Ranges that go further during the run: an inferred range is a prior, not a wall.

The edge rule (Google's tuning playbook; measured in `docs/research/range-expansion.md`): when most of the best training
jobs lie next to a soft edge, the range goes further at that end, within what the algorithm accepts. It never goes
towards an edge where training jobs have failed: a best learning rate beside a divergence is a limit of stability, and
what lies beyond it is worse. A range that went to where training fails comes back (`retreat`). Results stay in use, and
the bound on jobs and time stays what it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from selftune.autotune.retreat import retreat
from selftune.model.events import RangeMove
from selftune.model.history import History, Observation
from selftune.model.ranges import ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import is_number, short_number
from selftune.search.evidence import losses_as_evidence

NumericRange: TypeAlias = ContinuousRange | IntegerRange

FEWEST_JOBS, JOBS_PER_HYPERPARAMETER = 10, 2
BEST = 5
"""So many of the best training jobs are looked at ..."""
AT_EDGE = 3
"""... and so many of them must lie at the edge,"""
EDGE_SHARE = 0.07
"""which is this share of the range's width on its own scale."""
CLIFF_SHARE = 0.15
"""A failed training job within this share of an edge makes it a cliff."""
MOST_MOVES = 3
"""How often one hyperparameter's range may go further."""
HALF_DECADE = 0.5 * math.log(10)


def review_ranges(history: History, moves: Sequence[RangeMove]) -> tuple[RangeMove, ...]:
    """The ranges that should go further now, or come back.

    Args:
        history: its space holds the ranges as they are.
        moves: those made before.
    """
    ranges = {name: r for name, r in history.space if isinstance(r, ContinuousRange | IntegerRange) and r.may_expand}
    back = {name: retreat(name, r, [m for m in moves if m.name == name], history.ended) for name, r in ranges.items()}
    further = _further_moves({name: r for name, r in ranges.items() if back[name] is None}, history, moves)
    return (*(move for move in back.values() if move is not None), *further)


def _further_moves(
    ranges: Mapping[str, NumericRange], history: History, moves: Sequence[RangeMove]
) -> Iterator[RangeMove]:
    # What the early stopping rule ended counts as what it is known to be, not as low as its curve happened to be.
    losses = zip(losses_as_evidence(history.ended), history.ended, strict=True)
    finished = [(loss, job.number, job) for loss, job in losses if loss is not None]
    if len(finished) < max(FEWEST_JOBS, JOBS_PER_HYPERPARAMETER * len(history.space)):
        return
    best = [job for *_, job in sorted(finished, key=lambda ranked: ranked[:2])[:BEST]]
    failed = [job for job in history.ended if job.loss is None]
    made = Counter(move.name for move in moves if _is_wider(move.after, move.before))
    for name, space in ranges.items():
        move = _move(name, space, best, failed) if made[name] < MOST_MOVES else None
        if move is not None:
            yield move


def _is_wider(after: Range, before: Range) -> bool:
    """False for a range that came back."""
    assert isinstance(before, ContinuousRange | IntegerRange)
    assert isinstance(after, ContinuousRange | IntegerRange)
    return after.low < before.low or after.high > before.high


def _move(
    name: str, space: NumericRange, best: Sequence[Observation], failed: Sequence[Observation]
) -> RangeMove | None:
    places = list(_places(name, space, best))
    fallen = list(_places(name, space, failed))
    for is_high in (False, True):
        at_edge = sum((1 - place if is_high else place) <= EDGE_SHARE for place in places)
        is_cliff = any((1 - place if is_high else place) <= CLIFF_SHARE for place in fallen)
        if at_edge < AT_EDGE or is_cliff:
            continue
        after = _further(space, is_high)
        if after != space:
            return RangeMove(name=name, before=space, after=after, reason=_reason(name, space, after, at_edge, is_high))
    return None


def _places(name: str, space: NumericRange, jobs: Iterable[Observation]) -> Iterable[float]:
    """Where values lie in the range, from 0 at its low end to 1 at its high end, on its own scale."""
    low, width = _scaled(space)
    if width <= 0:
        return
    for job in jobs:
        value = dict(job.values).get(name)
        if value is not None and is_number(value) and _has_place(space, float(value)):
            yield (space.scaling.forward(float(value)) - low) / width


def _has_place(space: NumericRange, value: float) -> bool:
    """False for an exact zero beside a log scale, which is off and no end of the range."""
    return value > 0 if space.scaling is ScalingType.LOG else True


def _scaled(space: NumericRange) -> tuple[float, float]:
    low, high = space.scaling.forward(space.low), space.scaling.forward(space.high)
    return low, high - low


def _further(space: NumericRange, is_high: bool) -> NumericRange:
    """The range with one end moved outwards: half its width, at least half a decade on a log scale, within bounds."""
    low, width = _scaled(space)
    step = max(width / 2, HALF_DECADE) if space.scaling is not ScalingType.LINEAR else width / 2
    if is_high:
        end = _inside(space, space.scaling.backward(low + width + step))
        return _with_ends(space, space.low, max(end, space.high))
    end = _inside(space, space.scaling.backward(low - step))
    return _with_ends(space, min(end, space.low), space.high)


def _inside(space: NumericRange, value: float) -> float:
    """Not beyond what the algorithm accepts, nor beyond what the scale can show."""
    bounds = space.hard_bounds
    if bounds is not None and bounds.low is not None:
        value = max(value, bounds.low)
    if bounds is not None and bounds.high is not None:
        value = min(value, bounds.high)
    if space.scaling is ScalingType.REVERSE_LOG:
        value = min(max(value, 0.0), 1 - 1e-9)
    return value


def _with_ends(space: NumericRange, low: float, high: float) -> NumericRange:
    if isinstance(space, IntegerRange):
        if space.low > 0:  # zero and below often mean something else, such as no limit
            low = max(low, 1)
        return replace(space, low=min(math.floor(low), space.low), high=max(math.ceil(high), space.high))
    if space.scaling is ScalingType.LOG and low <= 0:
        low = space.low
    return replace(space, low=low, high=high)


def _reason(name: str, before: Range, after: Range, at_edge: int, is_high: bool) -> str:
    assert isinstance(before, ContinuousRange | IntegerRange)
    assert isinstance(after, ContinuousRange | IntegerRange)
    end, old, new = ("high", before.high, after.high) if is_high else ("low", before.low, after.low)
    return (
        f"{at_edge} of the {BEST} best training jobs have {name} at the {end} end of its range ({short_number(old)}), "
        f"and none near it has failed: the range now ends at {short_number(new, 3)}."
    )
