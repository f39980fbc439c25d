"""What a recogniser is: one form in which programs print metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Named(NamedTuple):
    """A number of a line, with the name that the line gives it."""

    place: int
    """Where the number that is the value begins, in characters."""
    name: str
    value: float
    whole: int | None = None
    """Where the number begins by which it was divided: `9500/10000` is 0.95."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """One form of line."""

    name: str
    """What `selftune metrics check` and docs/metrics.md call it."""
    example: str
    """A line, or lines, that it reads."""
    find: Callable[[str], Sequence[Named] | None]
    """The named numbers of a line, counters included; None where the line has another form."""
