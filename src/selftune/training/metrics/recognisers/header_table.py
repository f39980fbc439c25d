"""A header of names above rows of numbers: fastai, scikit-learn's verbose tables, Markdown."""

from __future__ import annotations

import re

from selftune.training.metrics.names import direction_of, may_name_metric
from selftune.training.metrics.numbers import number_from_text
from selftune.training.metrics.recognisers.cells import BARS, HEADER_WORD, NUMERIC, WIDEST_NAME, cells_of
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_MOST_COLUMNS = 40
_RULE = re.compile(r"[\s|+:=\-─━┼╇┿│┃║]+\Z")


class HeaderTable:
    """Names the numbers of rows by the last line that read as a header."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()

    def row(self, line: str) -> list[Named] | None:
        """Each number in a row under the header; None where the line is no such row."""
        if not self.names:
            return None
        cells = cells_of(line)
        if len(cells) != len(self.names) or not _is_row_of_numbers(cells):
            return None
        found, place = [], 0
        for name, cell in zip(self.names, cells, strict=True):
            place = line.index(cell, place)
            value = number_from_text(cell)
            if value is not None:
                found.append(Named(place, name, value))
            place += len(cell)
        return found


def header_in(line: str) -> tuple[str, ...]:
    """The names of a line that reads as a header: words alone, one of them that of a metric; () where it is none."""
    if not may_name_metric(line) or _RULE.match(line) or ((":" in line or "=" in line) and not BARS.search(line)):
        return ()
    cells = cells_of(line)
    if not 2 <= len(cells) <= _MOST_COLUMNS:
        return ()
    if not all(HEADER_WORD.match(cell) and len(cell) <= WIDEST_NAME for cell in cells):
        return ()
    return tuple(cells) if any(direction_of(cell) is not None for cell in cells) else ()


def _is_row_of_numbers(cells: list[str]) -> bool:
    """True where all cells are numbers, but for one in a wider table (a time, a label)."""
    others = sum(not NUMERIC.match(cell) for cell in cells)
    return others == 0 or (others == 1 and len(cells) > 2)


def _find(line: str) -> list[Named] | None:
    """The rows of a whole table, as one text."""
    table = HeaderTable()
    found: list[Named] = []
    for row in line.splitlines():
        found += table.row(row) or ()
        table.names = header_in(row) or table.names
    return found or None


HEADER_TABLE = Recogniser(
    name="table with a header",
    example="epoch     train_loss  valid_loss  accuracy  time\n0         0.593026    0.473851    0.812500  00:01",
    find=_find,
)
