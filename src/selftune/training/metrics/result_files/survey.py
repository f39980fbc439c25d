"""The files of results in a training job's folders: found by name, read inside bounds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from selftune.training.metrics.result_files.csv_file import CSV_FILE
from selftune.training.metrics.result_files.event_file import EVENT_FILE
from selftune.training.metrics.result_files.json_file import JSON_FILE
from selftune.training.metrics.result_files.reading import FileReading, FileRecogniser, ReaderMissing

FILE_RECOGNISERS = (JSON_FILE, CSV_FILE, EVENT_FILE)

_MOST_FILES = 50
_MOST_ENTRIES = 20_000
_LARGEST_BYTES = 16 << 20
_DEEPEST = 6
_CLOCK_GRAIN_SECONDS = 0.01
"""A file's time may lie so far behind the clock: file systems count in coarser ticks."""
_LEFT_ALONE = frozenset({"__pycache__", "site-packages", "node_modules", "venv", "env", "wandb", "mlruns"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """What was read, and what was not."""

    readings: tuple[FileReading, ...] = ()
    """Oldest first: what was written last counts last."""
    notes: tuple[str, ...] = ()
    """Sentences for the user: files that hold results and could not be read."""


class ResultFiles:
    """The files of results in the folders of one training job; one that has not changed is not read again.

    Args:
        folders: Looked through with their subfolders; links are not followed.
        since: Seconds since the epoch; an older file was there before the training job.
    """

    def __init__(self, folders: Sequence[Path], since: float) -> None:
        self._folders = folders
        self._since = since - _CLOCK_GRAIN_SECONDS
        self._known: dict[Path, tuple[tuple[float, int], FileReading]] = {}

    def read(self, *, is_growing: bool) -> FoundFiles:
        """All of them as they are now; those that `is_growing` without a last line that may not be whole."""
        readings: list[FileReading] = []
        notes: dict[str, None] = {}
        for found in _newest(self._folders, self._since):
            known = self._known.get(found.path)
            if is_growing and known is not None and known[0] == found.state:
                readings.append(known[1])
                continue
            try:
                points = found.recogniser.read(found.path, is_growing)
            except ReaderMissing as missing:
                notes[str(missing)] = None
            except (OSError, ValueError, RecursionError, MemoryError):
                continue
            else:
                reading = FileReading(path=found.shown, recogniser=found.recogniser.name, points=tuple(points))
                self._known[found.path] = (found.state, reading)
                readings += [reading] if points else []
        return FoundFiles(readings=tuple(readings), notes=tuple(notes))


def read_result_files(folders: Sequence[Path], since: float) -> FoundFiles:
    """Read the files of results that a training job, which has ended, has written in these folders since then."""
    return ResultFiles(folders, since).read(is_growing=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    path: Path
    shown: str
    """Its path in the folder that was looked through."""
    recogniser: FileRecogniser
    state: tuple[float, int]
    """When it was written last, and its size in bytes."""


def _newest(folders: Sequence[Path], since: float) -> list[_Found]:
    """The files written last, oldest first."""
    found: list[_Found] = []
    for folder in folders:
        for entry in _entries(folder):
            recogniser = next((each for each in FILE_RECOGNISERS if each.takes(entry.name)), None)
            if recogniser is None:
                continue
            try:
                state = entry.stat(follow_symlinks=False)
            except OSError:  # it has gone since
                continue
            if state.st_mtime >= since and 0 < state.st_size <= _LARGEST_BYTES:
                path = Path(entry.path)
                shown, written = str(path.relative_to(folder)), (state.st_mtime, state.st_size)
                found.append(_Found(path=path, shown=shown, recogniser=recogniser, state=written))
    return sorted(found, key=lambda each: (each.state[0], each.shown))[-_MOST_FILES:]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The files below a folder, breadth first, as far as the bounds allow."""
    left, waiting = _MOST_ENTRIES, [(str(folder), 0)]
    while waiting:
        place, depth = waiting.pop(0)
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError:  # it is not there, or not for us to read
            continue
        for entry in entries[:left]:
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEEPEST and entry.name not in _LEFT_ALONE and not entry.name.startswith("."):
                    waiting.append((entry.path, depth + 1))
            elif entry.is_file(follow_symlinks=False):
                yield entry
        left = max(left - len(entries), 0)
