"""Lines of one shape are understood once.

A program prints thousands of lines that differ in their numbers alone. What the recognisers make of the first of them,
which numbers are values, under which names, holds for all; the others cost one split and a look-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from selftune.training.metrics.recognisers.recogniser import Named
from selftune.training.metrics.steps import Count

_TOKEN = re.compile(r"((?=[-+.\d])(?<![\w.@^])(?<![A-Za-z][-/])[-+]?(?:\d+(?:[.:_]\d+)*|\.\d+)(?:\.?[eE][-+]?\d+)?)")
_NUMBER_IN_NAME = re.compile(r"[/:'’(\-]\d")
_DIGITS = re.compile(r"\d+")
_MOST_SHAPES = 4_000


class Analysis(NamedTuple):
    """What the recognisers make of one line."""

    recogniser: str
    found: Sequence[Named]
    """Those that are wanted."""
    progress: Count | None
    header: tuple[str, ...] = ()
    """The line's names, where it reads as the header of a table."""


class Reading(NamedTuple):
    """The metrics of one line."""

    recogniser: str | None = None
    points: Sequence[tuple[str, float]] = ()
    unit: str | None = None
    progress: float | None = None
    """How far the training was, in units ("epoch", "step", ...)."""
    header: tuple[str, ...] = ()


class _Understanding(NamedTuple):
    recogniser: str
    values: tuple[tuple[str, int, int | None], ...]
    """(name, which number of the line is the value, which one it is divided by)."""
    unit: str | None
    progress: int | None
    """Which number of the line says how far the training was."""
    header: tuple[str, ...]


Analyse: TypeAlias = Callable[[str], Analysis]


class ShapeReader:
    """Reads lines by what is known of their shape.

    Args:
        analyse: What the recognisers make of a line. It must depend on the line's words and on which of its numbers are
            whole ones, not on the numbers.
    """

    def __init__(self, analyse: Analyse) -> None:
        self._analyse = analyse
        self._known: dict[tuple[object, ...], _Understanding | None] = {}

    def forget(self) -> None:
        """What the recognisers make of a shape has changed."""
        self._known.clear()

    def read(self, line: str) -> Reading:
        """The line's metrics."""
        parts = _TOKEN.split(line)
        tokens = parts[1::2]
        key: tuple[object, ...]
        try:
            numbers = [float(token) for token in tokens]
        except ValueError:
            return self._by_shape(line, parts, (*parts[::2], *map(_form, tokens)), None)
        key = (*parts[::2], *map(str.isdigit, tokens)) if "/" in line else tuple(parts[::2])
        return self._by_shape(line, parts, key, numbers)

    def _by_shape(self, line: str, parts: list[str], key: tuple[object, ...], numbers: list[float] | None) -> Reading:
        understanding = self._known.get(key)
        if understanding is not None:
            return _applied(understanding, parts, numbers)
        analysis = self._analyse(line)
        if key not in self._known:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            self._known[key] = _understood(analysis, parts)
        return read_as(analysis)


def read_as(analysis: Analysis) -> Reading:
    """The analysis of a line as its reading."""
    count = analysis.progress
    return Reading(
        recogniser=analysis.recogniser if analysis.found else None,
        points=[(named.name, named.value) for named in analysis.found],
        unit=count.unit if count else None,
        progress=count.value if count else None,
        header=analysis.header,
    )


def _applied(understanding: _Understanding, parts: list[str], numbers: list[float] | None) -> Reading:
    number = numbers.__getitem__ if numbers is not None else lambda index: float(parts[2 * index + 1])
    points = []
    for name, index, whole in understanding.values:
        if whole is None:
            points.append((name, number(index)))
        elif number(whole):
            points.append((name, number(index) / number(whole)))
    progress = None if understanding.progress is None else number(understanding.progress)
    return Reading(
        understanding.recogniser if points else None, points, understanding.unit, progress, understanding.header
    )


def _understood(analysis: Analysis, parts: list[str]) -> _Understanding | None:
    """What holds for each line of this shape; None where a number is part of a name, or a value is no plain number."""
    places = _places(parts)
    wanted = [place for named in analysis.found for place in (named.place, named.whole) if place is not None]
    if analysis.progress is not None:
        wanted.append(analysis.progress.place)
    if any(place not in places or _kind(parts[2 * places[place] + 1]) is None for place in wanted):
        return None
    if any(_NUMBER_IN_NAME.search(named.name) for named in analysis.found):
        return None
    understanding = _Understanding(
        recogniser=analysis.recogniser,
        values=tuple(
            (named.name, places[named.place], None if named.whole is None else places[named.whole])
            for named in analysis.found
        ),
        unit=analysis.progress.unit if analysis.progress else None,
        progress=places[analysis.progress.place] if analysis.progress else None,
        header=analysis.header,
    )
    return understanding if _applied(understanding, parts, None) == read_as(analysis) else None


def _places(parts: list[str]) -> dict[int, int]:
    """Which number begins at a place of the line."""
    places, position = {}, 0
    for index, part in enumerate(parts):
        if index % 2:
            places[position] = index // 2
        position += len(part)
    return places


def _form(token: str) -> bool | str:
    """Whether a number is a whole one; of what is none, such as a time or a version, how it is written."""
    kind = _kind(token)
    return _DIGITS.sub("0", token) if kind is None else kind


def _kind(token: str) -> bool | None:
    """Whether a number is a whole one; None where it is none at all, but a time or a version."""
    if token.isdigit():
        return True
    return None if ":" in token or token.count(".") > 1 else False
