"""Whether one of many globs fits a text. A regular expression for each of them took a third of a plan's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import cache, partial

_WILD = frozenset("*?[")


class Globs:
    """Globs sorted by form, so that most of them are compared by one look at the text's beginning, end or whole."""

    def __init__(self, patterns: Iterable[str]) -> None:
        begins: list[str] = []
        ends: list[str] = []
        whole: set[str] = set()
        self._others: list[Callable[[str], bool]] = []
        for pattern in patterns:
            first, *middle, last = pattern.split("*") if "*" in pattern else (pattern, pattern)
            if not _WILD & set(pattern):
                whole.add(pattern)
            elif _WILD & set(first + last) or any(_WILD & set(part) for part in middle):
                self._others.append(partial(_fits_class, pattern))
            elif middle:
                self._others.append(partial(_fits_parts, first, tuple(middle), last))
            elif first and last:
                self._others.append(partial(_fits_parts, first, (), last))
            elif first:
                begins.append(first)
            else:
                ends.append(last)
        self._begins, self._ends, self._whole = tuple(begins), tuple(ends), frozenset(whole)

    def fit(self, text: str) -> bool:
        """Whether any of them fits the whole text."""
        return (
            text in self._whole
            or text.startswith(self._begins)
            or text.endswith(self._ends)
            or any(fits(text) for fits in self._others)
        )


@cache
def globs(patterns: tuple[str, ...]) -> Globs:
    """These globs, sorted once."""
    return Globs(patterns)


@cache
def name_globs(patterns: tuple[str, ...]) -> Globs:
    """Globs over names, in which a leading "*_" also stands for nothing."""
    return Globs((*patterns, *(pattern[2:] for pattern in patterns if pattern.startswith("*_"))))


def _fits_class(pattern: str, text: str) -> bool:
    return fnmatchcase(text, pattern)


def _fits_parts(first: str, middle: tuple[str, ...], last: str, text: str) -> bool:
    """`first*middle*last`: the parts follow each other in the text, which begins and ends with the outer ones."""
    end = len(text) - len(last)
    if end < len(first) or not text.startswith(first) or not text.endswith(last):
        return False
    place = len(first)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
