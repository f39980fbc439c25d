"""The cells of a row of a table, whatever draws its lines."""

from __future__ import annotations

import re

from selftune.training.metrics.numbers import NUMBER

BARS = re.compile(r"[│┃║|]")
HEADER_WORD = re.compile(r"[A-Za-z%][\w./%@:\- ()]*\Z")
NUMERIC = re.compile(rf"{NUMBER}%?\Z")
WIDEST_NAME = 60
_GAP = re.compile(r"\t+|\s{2,}")


def cells_of(line: str) -> list[str]:
    """The cells of a table row: between bars, else between runs of two blanks, else between blanks."""
    if BARS.search(line):
        return [cell.strip() for cell in BARS.split(line) if cell.strip()]
    cells = [cell for cell in _GAP.split(line.strip()) if cell]
    return cells if len(cells) > 1 else line.split()
