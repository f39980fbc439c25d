"""A copy of the user's folder, taken once, from which each training job gets a working folder of its own.

Small files are copied; large files, data folders and what `folder_survey` finds too much are links to the originals, so
that relative reads work as they did and a folder of any size costs seconds. Beside the snapshot stands
`<snapshot>.json`: where it came from, and how the supervisor keeps what a training job writes its own (`guarding.py`).
Where the machine cannot do that, large files are copied after all, as far as there is room (`private_copies.py`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from selftune.model import codec
from selftune.model.errors import StorageFailure, UnreadableInput
from selftune.training.copying import copy_file, copy_tree
from selftune.training.folder_survey import Survey, is_code, survey
from selftune.training.git_ignored import git_ignored
from selftune.training.guarding import choose_protection
from selftune.training.outside import OutsideFile, copy_outside_code, outside_code
from selftune.training.private_copies import choose_copies
from selftune.training.snapshot_warnings import snapshot_warnings
from selftune.training.surroundings import look_around

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
    """A working folder starts empty; the command sees it above the snapshot, in the place of the original."""
    looks_up: bool
    """Its code seems to read files beside the folder (`../data`)."""
    outside: tuple[OutsideFile, ...] = ()
    """Code that the command names and that lies elsewhere."""
    warnings: tuple[str, ...]
    """What a training job could still change or see change, in words."""


def take_snapshot(
    folder: Path, destination: Path, *, exclude: Sequence[Path] = (), command: Sequence[str] = ()
) -> SnapshotReport:
    """Copy and link `folder` into `destination`; a snapshot that was taken before is left as it is.

    Args:
        destination: must not lie in `folder`, unless below a path of `exclude`.
        exclude: left out; the home of selftune, where it lies in the folder.
        command: what runs in the folder; code that it names elsewhere is kept too (`outside.py`).

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
        report = _take(root, destination, [os.path.realpath(path) for path in exclude], command)
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
    copy_tree(str(snapshot), str(unfinished))
    unfinished.rename(work)


def read_report(snapshot: Path) -> SnapshotReport:
    """The report of a snapshot that was taken before."""
    report: SnapshotReport = codec.loads(SnapshotReport, _description(snapshot).read_text(encoding="utf-8"))
    return report


def _take(root: Path, destination: Path, excluded: list[str], command: Sequence[str]) -> SnapshotReport:
    verdict = survey(str(root), ignored=git_ignored(str(root)), excluded=excluded)
    around = look_around(root, filter(is_code, verdict.copied))
    protection = choose_protection(
        str(root), verdict, names_itself=bool(around.names_itself), excluded=excluded, place=destination.parent
    )
    open_links = _copy_after_all(str(root), verdict, protection.open_links, destination.parent)
    links = [] if protection.is_layered else [*verdict.linked, *verdict.tools]
    size, lead_out = _fill(root, destination, verdict, links)
    outside = copy_outside_code(outside_code(command, str(root)), destination)
    exposed = around.names_itself if protection.is_exposed else ()
    return SnapshotReport(
        folder=str(root),
        copied_files=len(verdict.copied),
        copied_bytes=size,
        linked_count=len(verdict.linked),
        linked=tuple(verdict.linked[:_MOST_NAMED]),
        guarded=protection.guarded,
        is_layered=protection.is_layered,
        looks_up=around.looks_up,
        outside=tuple(outside.files),
        warnings=tuple(snapshot_warnings(verdict, open_links, lead_out, outside.linked_code, exposed)),
    )


def _copy_after_all(root: str, verdict: Survey, open_links: Sequence[str], place: Path) -> list[str]:
    """Turn links that nothing guards into copies as far as there is room; returns those that are left."""
    chosen = set(choose_copies(root, open_links, place=place))
    verdict.copied += sorted(chosen)
    verdict.linked = [path for path in verdict.linked if path not in chosen]
    verdict.linked_code = [path for path in verdict.linked_code if path not in chosen]
    return [path for path in open_links if path not in chosen]


def _fill(root: Path, destination: Path, verdict: Survey, links: list[str]) -> tuple[int, list[str]]:
    """Carry out the verdict; returns the bytes copied and those of the user's links that lead out of the folder."""
    source, target = str(root), str(destination)
    for path in verdict.folders:
        os.mkdir(os.path.join(target, path))
    size = 0
    for path in verdict.copied:
        with contextlib.suppress(FileNotFoundError):  # deleted since the survey
            size += copy_file(os.path.join(source, path), os.path.join(target, path))
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


def _description(snapshot: Path) -> Path:
    return snapshot.with_name(snapshot.name + ".json")


def _write_report(snapshot: Path, report: SnapshotReport) -> None:
    unfinished = snapshot.with_name(snapshot.name + ".json.unfinished")
    unfinished.write_text(codec.dumps(report), encoding="utf-8")
    unfinished.rename(_description(snapshot))
