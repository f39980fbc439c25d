"""A row with exactly a name and a number, as in the tables of Lightning and Stable-Baselines3."""

from __future__ import annotations

from collections.abc import Sequence

from selftune.training.metrics.numbers import number_from_text
from selftune.training.metrics.recognisers.cells import BARS, HEADER_WORD, NUMERIC, WIDEST_NAME, cells_of
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser


def find(line: str) -> Sequence[Named] | None:
    """The one number, where bars or wide blanks set it apart from its name."""
    if not ("  " in line or "\t" in line or BARS.search(line)):
        return None
    cells = cells_of(line)
    if len(cells) != 2 or not HEADER_WORD.match(cells[0]) or not NUMERIC.match(cells[1]):
        return None
    name, value = cells[0].rstrip(": "), number_from_text(cells[1])
    return [Named(line.rindex(cells[1]), name, value)] if value is not None and len(name) <= WIDEST_NAME else None


TWO_CELLS = Recogniser(
    name="row of a name and a number", example="│         val_loss          │    0.5198630690574646     │", find=find
)
