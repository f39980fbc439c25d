"""Ranges that open because the search inside them has come to a standstill.

Evidence at an edge is one sign that good values lie beyond it. Another is that nothing is gained inside any more: the
best values may lie beyond a valley, of which a heap of good training jobs in the middle of the box shows nothing. So
where the last training jobs have brought next to nothing, each soft end goes towards its hard bound, and what was to be
explored then in the corners of the box is explored there (measured in `docs/research/range-expansion.md`).

Ends without a bound stay: who knows no bound has not said that good values may lie there. So do sizes on which the cost
depends, ends beside which training jobs have failed, and ranges of which nobody has tried what they gained last.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_high

from selftune.autotune.blame import is_inside
from selftune.model.events import RangeMove
from selftune.model.history import History
from selftune.model.limits import most_from_elsewhere
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.search.evidence import losses_as_evidence

FEWEST_BEFORE = 3
"""So many training jobs show what the others are to improve on: beside those with values from elsewhere, and at least
as many as run at once, since the first of these have seen nothing."""
LOOKED_AT = 3
"""So many later ones that bring no progress are a standstill."""
PROGRESS = 0.05
"""What they gain on the best before them is progress from this share of its distance to the median."""


def has_come_to_a_standstill(history: History) -> bool:
    """Whether the last training jobs have gained next to nothing on those before them."""
    losses = [loss for loss in losses_as_evidence(history.evidence) if loss is not None]
    before, last = losses[:-LOOKED_AT], losses[-LOOKED_AT:]
    from_elsewhere = min(len(history.portfolio), most_from_elsewhere(history.max_jobs))
    fewest_before = max(FEWEST_BEFORE, history.max_parallel) + from_elsewhere
    return len(before) >= fewest_before and not _is_progress(before, last)


def has_been_tried(history: History, name: str, moves: Sequence[RangeMove]) -> bool:
    """Whether what a range gained by its last move has had its chance, or it has not moved yet."""
    last = next((move for move in reversed(moves) if move.name == name), None)
    if last is None or not isinstance(last.before, ContinuousRange | IntegerRange):
        return True
    before = {name: last.before}
    beyond = [job for job in history.evidence if not is_inside(job, before)]
    return len(beyond) >= LOOKED_AT


def _is_progress(before: Sequence[float], last: Sequence[float]) -> bool:
    best = min(before)
    return best - min(last) > PROGRESS * (median_high(before) - best)
