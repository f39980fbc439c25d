"""A copy of the user's folder, taken once, from which each training job gets a working folder of its own.

Small files are copied; large files, data folders and what `folder_survey` finds too much are links to the originals, so
that relative reads work as they did and a folder of any size costs seconds. Beside the snapshot stands
`<snapshot>.json`: where it came from, and what the supervisor is to guard (`guarding.py`): behind a link, too, what a
training job writes stays its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from selftune.model import codec
from selftune.model.errors import StorageFailure, UnreadableInput
from selftune.training.folder_survey import Survey, is_code, survey
from selftune.training.git_ignored import git_ignored
from selftune.training.guarding import Protection, choose_protection
from selftune.training.surroundings import mentions_parent

_SHOWN = 5
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotReport:
    """What a snapshot holds."""

    folder: str
    """The original, absolute and resolved."""
    copied_files: int
    copied_bytes: int
    linked_count: int
    linked: tuple[str, ...]
    """Relative paths of files and folders that are links to the original; the first hundred."""
    guarded: tuple[str, ...]
    """Folders into which those links lead, relative to the original ('' is the original itself)."""
    is_layered: bool
    """There are too many files: a working folder is not made from the snapshot but laid over it."""
    looks_up: bool
    """Its code seems to read files beside the folder (`../data`)."""
    warnings: tuple[str, ...]
    """What a training job could still change or see change, in words."""


def take_snapshot(folder: Path, destination: Path, *, exclude: Sequence[Path] = ()) -> SnapshotReport:
    """Copy and link `folder` into `destination`; a snapshot that was taken before is left as it is.

    Args:
        destination: must not lie in `folder`, unless below a path of `exclude`.
        exclude: left out; the home of selftune, where it lies in the folder.

    Raises:
        UnreadableInput: there is no such folder.
        StorageFailure: the destination cannot be written.
    """
    if _description(destination).exists():
        return read_report(destination)
    if not folder.is_dir():
        raise UnreadableInput(f"There is no folder '{folder}'.", hint="Run selftune in the folder of your program.")
    root = folder.resolve()
    try:
        shutil.rmtree(destination, ignore_errors=True)  # what a crash left
        destination.mkdir(parents=True)
        report = _take(root, destination, [os.path.realpath(path) for path in exclude])
        _write_report(destination, report)
    except OSError as error:
        raise StorageFailure(
            f"The snapshot of '{folder}' cannot be written to '{destination}': {error.strerror or error}.",
            hint="Free some space, or name another home with --home DIR.",
        ) from error
    return report


def make_working_folder(snapshot: Path, work: Path) -> None:
    """Copy a snapshot to `work`, which appears whole or not at all; one that is there is left as it is.

    Where the report says `is_layered`, it starts empty: the supervisor lays it over the snapshot.
    """
    if work.exists():
        return
    if read_report(snapshot).is_layered:
        work.mkdir()
        return
    unfinished = work.with_name(work.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # what a crash left
    unfinished.mkdir(parents=True)
    _copy_tree(str(snapshot), str(unfinished))
    unfinished.rename(work)


def read_report(snapshot: Path) -> SnapshotReport:
    """The report of a snapshot that was taken before."""
    report: SnapshotReport = codec.loads(SnapshotReport, _description(snapshot).read_text(encoding="utf-8"))
    return report


def _take(root: Path, destination: Path, excluded: list[str]) -> SnapshotReport:
    verdict = survey(str(root), ignored=git_ignored(str(root)), excluded=excluded)
    protection = choose_protection(
        str(root), linked=verdict.linked, copied=len(verdict.copied), excluded=excluded, place=destination.parent
    )
    links = [] if protection.is_layered else [*verdict.linked, *verdict.tools]
    size, outside = _fill(root, destination, verdict, links)
    return SnapshotReport(
        folder=str(root),
        copied_files=len(verdict.copied),
        copied_bytes=size,
        linked_count=len(verdict.linked),
        linked=tuple(verdict.linked[:_MOST_NAMED]),
        guarded=protection.guarded,
        is_layered=protection.is_layered,
        looks_up=mentions_parent(root, filter(is_code, verdict.copied)),
        warnings=tuple(_warnings(verdict, protection, outside)),
    )


def _fill(root: Path, destination: Path, verdict: Survey, links: list[str]) -> tuple[int, list[str]]:
    """Carry out the verdict; returns the bytes copied and those of the user's links that lead out of the folder."""
    source, target = str(root), str(destination)
    for path in verdict.folders:
        os.mkdir(os.path.join(target, path))
    size = 0
    for path in verdict.copied:
        with contextlib.suppress(FileNotFoundError):  # deleted since the survey
            size += _copy_file(os.path.join(source, path), os.path.join(target, path))
    for path in links:
        os.symlink(os.path.join(source, path), os.path.join(target, path))
    outside = [path for path in verdict.symlinks if _copy_link(source, target, path)]
    return size, outside


def _copy_link(root: str, target: str, path: str) -> bool:
    """Make the user's own link again; True where it leads out of the folder."""
    original = os.path.join(root, path)
    text = os.readlink(original)
    leads_to = os.path.normpath(os.path.join(os.path.dirname(original), text))
    is_inside = not os.path.isabs(text) and (leads_to + "/").startswith(root + "/")
    os.symlink(text if is_inside else leads_to, os.path.join(target, path))
    return not is_inside and os.path.isdir(leads_to)


def _copy_tree(source: str, target: str) -> None:
    with os.scandir(source) as entries:
        for entry in entries:
            place = os.path.join(target, entry.name)
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), place)
            elif entry.is_dir():
                os.mkdir(place)
                _copy_tree(entry.path, place)
            else:
                _copy_file(entry.path, place)


def _copy_file(source: str, target: str) -> int:
    """Copy content, permissions and time of change; returns the size. Shares blocks where the file system can."""
    reader = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        state = os.fstat(reader)
        mode = (state.st_mode & 0o777) | 0o600
        writer = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            _copy_bytes(reader, writer, state.st_size)
            os.utime(writer, ns=(state.st_atime_ns, state.st_mtime_ns))
        finally:
            os.close(writer)
    finally:
        os.close(reader)
    return state.st_size


def _copy_bytes(reader: int, writer: int, size: int) -> None:
    remaining = size
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError):  # not on this pair of file systems: read and write instead
            while remaining and (moved := os.copy_file_range(reader, writer, remaining)):
                remaining -= moved
    while remaining and (data := os.read(reader, min(remaining, 1 << 20))):
        os.write(writer, data)
        remaining -= len(data)


def _warnings(verdict: Survey, protection: Protection, outside: list[str]) -> Iterator[str]:
    if protection.open_links:
        yield (
            f"Linked, not copied: {_listed(protection.open_links)}. This machine cannot keep a training job from"
            " changing these files; it shares them with the others and with you."
        )
    if outside:
        yield f"Your own links lead out of the folder: what a training job writes to {_listed(outside)} arrives there."
    if verdict.linked_code:
        yield (
            f"Too much code to copy: {_listed(verdict.linked_code)} is only linked."
            " Editing it changes what running training jobs see."
        )


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _description(snapshot: Path) -> Path:
    return snapshot.with_name(snapshot.name + ".json")


def _write_report(snapshot: Path, report: SnapshotReport) -> None:
    unfinished = snapshot.with_name(snapshot.name + ".json.unfinished")
    unfinished.write_text(codec.dumps(report), encoding="utf-8")
    unfinished.rename(_description(snapshot))
