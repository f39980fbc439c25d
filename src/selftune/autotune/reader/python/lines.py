"""Where a piece of code stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of one file, both ends included."""

    label: str
    """The file, as its module is labelled."""
    first: int
    last: int


def lines_of(label: str, node: ast.AST) -> Lines:
    """The lines of a statement."""
    first = getattr(node, "lineno", 0)
    return Lines(label=label, first=first, last=getattr(node, "end_lineno", None) or first)


def stands_in(source: str, places: Iterable[Lines]) -> bool:
    """Whether "train.py:12" is on one of the lines."""
    label, _, number = source.rpartition(":")
    line = int(number) if number.isdigit() else -1
    return any(place.label == label and place.first <= line <= place.last for place in places)
