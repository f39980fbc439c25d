"""How an inferred range has moved during the search, for people."""

from __future__ import annotations

from selftune.model.events import RangeMove
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import short_number


def move_text(move: RangeMove) -> str:
    """One move in a line: "lr 0.001..0.1 -> 0.001..0.316: 3 of the 5 best training jobs ..."."""
    return f"{move.name} {_span(move.before)} -> {_span(move.after)}: {move.reason}"


def _span(space: Range) -> str:
    if isinstance(space, CategoricalRange):
        return str(space)
    return f"{short_number(space.low, 3)}..{short_number(space.high, 3)}"
