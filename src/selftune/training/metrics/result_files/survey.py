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


def read_result_files(folders: Sequence[Path], since: float) -> FoundFiles:
    """Read the files of results that were written in these folders.

    Args:
        folders: Looked through with their subfolders; links are not followed.
        since: Seconds since the epoch; an older file was there before the training job.
    """
    readings: list[FileReading] = []
    notes: dict[str, None] = {}
    for path, shown, recogniser in _newest(folders, since - _CLOCK_GRAIN_SECONDS):
        try:
            points = recogniser.read(path)
        except ReaderMissing as missing:
            notes[str(missing)] = None
        except (OSError, ValueError, RecursionError, MemoryError):
            continue
        else:
            if points:
                readings.append(FileReading(path=shown, recogniser=recogniser.name, points=tuple(points)))
    return FoundFiles(readings=tuple(readings), notes=tuple(notes))


def _newest(folders: Sequence[Path], since: float) -> list[tuple[Path, str, FileRecogniser]]:
    """The files written last, as (path, path in its folder, recogniser), oldest first."""
    found: list[tuple[float, Path, str, FileRecogniser]] = []
    for folder in folders:
        for entry in _entries(folder):
            recogniser = next((each for each in FILE_RECOGNISERS if each.takes(entry.name)), None)
            if recogniser is None:
                continue
            state = entry.stat(follow_symlinks=False)
            if state.st_mtime >= since and 0 < state.st_size <= _LARGEST_BYTES:
                path = Path(entry.path)
                found.append((state.st_mtime, path, str(path.relative_to(folder)), recogniser))
    found.sort(key=lambda each: (each[0], each[2]))
    return [(path, shown, recogniser) for _, path, shown, recogniser in found[-_MOST_FILES:]]


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
