"""Plain text in columns: the last column wraps under itself, and nothing is cut off.

What a reader is to paste (a command, an option with its value, anything in quotes, an indented line) is never wrapped
inside: where it is wider than the screen it stands whole on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

import click

Style: TypeAlias = Callable[[str], str]

_NARROWEST_LAST_COLUMN = 28
_GAP = "  "
_QUOTED = r"""(?<!\w)(?:'[^']*'|"[^"]*"|`[^`]*`)(?!\w)"""
_COMMAND = (
    r"selftune (?:run|plan|list|describe|explain|best|logs|watch|stop|resume|demo|metrics)\b"
    rf"(?:{_QUOTED}|\.(?!\s|$)|[^,;).\n])*"
)
_OPTION = rf"(?<!\S)--[a-z][\w-]*[ =](?:{_QUOTED}|[^\s'\"-]\S*)"
_WHOLE = re.compile(rf"(?:{_COMMAND}|{_OPTION}|{_QUOTED}|\S)+")
"""One word, or several that belong together."""


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
    """Text wrapped to the width; its own line breaks are kept, and so is every indented line."""
    pad = " " * indent
    wrapped = [piece for line in text.splitlines() for piece in _lines_of(line, width - indent)]
    return [f"{pad}{style(piece)}" if piece else "" for piece in wrapped]


def wrap(text: str, width: int) -> list[str]:
    """One line of text as lines of at most `width` columns, but for what belongs together and is wider."""
    lines, end = [""], 0
    for piece in _WHOLE.finditer(text):
        gap, end = text[end : piece.start()], piece.end()
        if not lines[-1]:
            lines[-1] = piece[0]
        elif len(lines[-1]) + len(gap) + len(piece[0]) <= width:
            lines[-1] += gap + piece[0]
        else:
            lines.append(piece[0])
    return lines


def _lines_of(line: str, width: int) -> list[str]:
    return [line] if line.startswith(_GAP) else wrap(line, width)


def _with_last(head: str, last: str, style: Style, start: int, room: int, width: int) -> list[str]:
    if not last:
        return [head.rstrip()]
    if room < min(_NARROWEST_LAST_COLUMN, len(last)):
        return [head.rstrip(), *paragraph(last, width=width, indent=6, style=style)]
    pieces = wrap(last, room)
    first = f"{head}{_GAP}" if head.strip() else head
    return [first + style(pieces[0]), *(" " * start + style(piece) for piece in pieces[1:])]
