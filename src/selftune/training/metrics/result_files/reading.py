"""What is read in one file of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePoint:
    """One value of one metric in a file."""

    name: str
    value: float
    step: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """The metrics of one file."""

    path: str
    """Relative to the folder that was looked through."""
    recogniser: str
    points: tuple[FilePoint, ...]


class ReaderMissing(Exception):
    """The library that reads this kind of file is not installed; its text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecogniser:
    """One kind of file."""

    name: str
    """What `selftune metrics check` and docs/metrics.md call it."""
    example: str
    """A file name that it takes."""
    takes: Callable[[str], bool]
    """Whether a file of this name may be one."""
    read: Callable[[Path, bool], Sequence[FilePoint]]
    """Its points, where it is still being written (True) without a last line that may not be whole; raises ValueError
    or OSError where it is none after all, ReaderMissing where a library is needed."""
