"""Plain text in columns: the last column wraps under itself, and nothing is cut off."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TypeAlias

import click

Style: TypeAlias = Callable[[str], str]

_NARROWEST_LAST_COLUMN = 28
_GAP = "  "


def plain(text: str) -> str:
    return text


def bold(text: str) -> str:
    return click.style(text, bold=True)


def dim(text: str) -> str:
    return click.style(text, dim=True)


def green(text: str) -> str:
    return click.style(text, fg="green", bold=True)


def yellow(text: str) -> str:
    return click.style(text, fg="yellow")


def red(text: str) -> str:
    return click.style(text, fg="red")


def table(
    rows: Sequence[Sequence[str]], *, width: int, indent: int = 2, styles: Sequence[Style] = (), wraps: bool = True
) -> list[str]:
    """Rows of equally many cells as lines of at most `width` columns; widths are counted before styles are put on.

    Args:
        styles: one for each column; columns without one stay plain.
        wraps: false keeps the last column on one line, however long.
    """
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    start = indent + sum(widths) + len(_GAP) * len(widths)
    room = width - start
    styled = (*styles, *[plain] * (len(rows[0]) - len(styles)))
    lines: list[str] = []
    for row in rows:
        cells = [style(cell.ljust(size)) for cell, size, style in zip(row, widths, styled, strict=False)]
        head = " " * indent + _GAP.join(cells)
        lines += _with_last(head, row[-1], styled[-1], start, room if wraps else len(row[-1]) + 1, width)
    return lines


def paragraph(text: str, *, width: int, indent: int = 0, style: Style = plain) -> list[str]:
    """Text wrapped to the width; its own line breaks are kept."""
    pad = " " * indent
    wrapped = [piece for line in text.splitlines() for piece in textwrap.wrap(line, width - indent) or [""]]
    return [f"{pad}{style(piece)}" if piece else "" for piece in wrapped]


def _with_last(head: str, last: str, style: Style, start: int, room: int, width: int) -> list[str]:
    if not last:
        return [head.rstrip()]
    if room < min(_NARROWEST_LAST_COLUMN, len(last)):
        return [head.rstrip(), *paragraph(last, width=width, indent=6, style=style)]
    pieces = textwrap.wrap(last, room) or [""]
    first = f"{head}{_GAP}" if head.strip() else head
    return [first + style(pieces[0]), *(" " * start + style(piece) for piece in pieces[1:])]
