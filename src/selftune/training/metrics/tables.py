"""Tables in output: two-cell rows (`│ test_acc │ 0.95 │`), and a header of names above rows of numbers (fastai)."""

from __future__ import annotations

import re

from selftune.training.metrics.names import direction_of
from selftune.training.metrics.numbers import NUMBER, number_from_text

_BARS = re.compile(r"[│┃║|]")
_CELL_GAP = re.compile(r"\t+|\s{2,}")
_HEADER_WORD = re.compile(r"[A-Za-z%][\w./%@:\- ()]*\Z")
_NUMERIC = re.compile(rf"{NUMBER}%?\Z")
_WIDEST_NAME = 60


def cells_of(line: str) -> list[str]:
    """The cells of a table row: between bars, else between runs of two blanks, else between blanks."""
    if _BARS.search(line):
        return [cell.strip() for cell in _BARS.split(line) if cell.strip()]
    cells = [cell for cell in _CELL_GAP.split(line.strip()) if cell]
    return cells if len(cells) > 1 else line.split()


def two_cells(line: str) -> tuple[str, float] | None:
    """(name, value) of a row with exactly a name and a number, set apart by bars or wide blanks."""
    if not (_BARS.search(line) or "  " in line or "\t" in line):
        return None
    cells = cells_of(line)
    if len(cells) != 2 or not _HEADER_WORD.match(cells[0]) or not _NUMERIC.match(cells[1]):
        return None
    value = number_from_text(cells[1])
    return (cells[0], value) if value is not None and len(cells[0]) <= _WIDEST_NAME else None


class HeaderTable:
    """Remembers the last line that reads as a header and names the numbers of the rows below it."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def row(self, line: str) -> list[tuple[str, float]]:
        """(name, value) of each number in a row under a header; empty where the line is no such row."""
        is_prose = ":" in line or "=" in line
        if is_prose and not self._names:
            return []
        cells = cells_of(line)
        if len(cells) != len(self._names) or not _is_row_of_numbers(cells):
            if not is_prose:
                self._learn(cells)
            return []
        values = [(name, number_from_text(cell)) for name, cell in zip(self._names, cells, strict=True)]
        return [(name, value) for name, value in values if value is not None]

    def _learn(self, cells: list[str]) -> None:
        """Take a line of words for a header if one of them is a metric's name."""
        if len(cells) < 2 or not all(_HEADER_WORD.match(cell) and len(cell) <= _WIDEST_NAME for cell in cells):
            return
        if any(direction_of(cell) is not None for cell in cells):
            self._names = cells


def _is_row_of_numbers(cells: list[str]) -> bool:
    """True where all cells are numbers, but for one in a wider table (a time, a label)."""
    others = sum(not _NUMERIC.match(cell) for cell in cells)
    return others == 0 or (others == 1 and len(cells) > 2)
