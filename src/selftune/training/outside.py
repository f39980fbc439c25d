"""Code of the command that lies outside the folder in which it runs: `cd here; python ../tools/train.py`.

Beside the snapshot (`<snapshot>-outside`) its folder is kept as it was: the code in it copied, all else linked. Each
attempt gets a copy of that, and the command's argument points into it.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from selftune.training.copying import copy_file, copy_tree
from selftune.training.folder_survey import is_code
from selftune.training.surroundings import link_siblings

_LARGEST_CODE = 1 << 20
_MOST_FILES = 500
_MOST_BYTES = 16 << 20
_MOST_ENTRIES = 2_000
"""Links made to what lies beside the code; a folder of more entries is shown in part."""
_LEFT_ALONE = frozenset({"site-packages", "dist-packages", "__pycache__", ".git"})
_SYSTEM_FOLDERS = ("/usr/", "/bin/", "/sbin/", "/lib/", "/proc/", "/dev/")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideFile:
    """A file that the command names."""

    original: str
    """Absolute path."""
    copy: str
    """Relative to the folder of copies."""


@dataclass(slots=True)
class OutsideCopies:
    """What was copied, and what was too much."""

    files: list[OutsideFile] = field(default_factory=list)
    linked_code: list[str] = field(default_factory=list)
    """Absolute paths: editing them changes what running training jobs see."""


def copies_folder(snapshot: Path) -> Path:
    """Where the copies lie that belong to a snapshot."""
    return snapshot.with_name(snapshot.name + "-outside")


def outside_code(command: Sequence[str], root: str) -> list[str]:
    """Absolute paths of the code outside `root` that the arguments of a command name, alone or after '='."""
    found: dict[str, None] = {}
    for argument in command:
        for text in (argument, argument.partition("=")[2]):
            path = _place(text, root)
            if _is_users_code(path, root):
                found[path] = None
    return list(found)


def copy_outside_code(paths: Sequence[str], snapshot: Path) -> OutsideCopies:
    """Keep the folders of these files beside the snapshot.

    Raises:
        OSError: the copies cannot be written.
    """
    result = OutsideCopies()
    places: dict[Path, Path] = {}
    shutil.rmtree(copies_folder(snapshot), ignore_errors=True)  # what a crash left
    for path in map(Path, paths):
        if path.parent not in places:
            places[path.parent] = Path(str(len(places)), path.parent.name or "root")
            target = copies_folder(snapshot) / places[path.parent]
            target.mkdir(parents=True)
            _Copier(result, snapshot.parent).copy(path.parent, target)
        result.files.append(OutsideFile(original=str(path), copy=str(places[path.parent] / path.name)))
    return result


def make_outside_copies(snapshot: Path, destination: Path) -> None:
    """Copy the copies for one attempt; does nothing where there are none, or where it has been done."""
    source = copies_folder(snapshot)
    if destination.exists() or not source.exists():
        return
    unfinished = destination.with_name(destination.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # what a crash left
    unfinished.mkdir()
    copy_tree(str(source), str(unfinished))
    unfinished.rename(destination)


def link_surroundings(files: Sequence[OutsideFile], destination: Path) -> None:
    """Link, beside each copied folder, what lies beside the original: code may look one folder up."""
    for file in files:
        link_siblings(str(Path(file.original).parent), (destination / file.copy).parent)


def in_copies(argument: str, copies: Mapping[str, str], root: str) -> str:
    """A command's argument, with a path that was copied replaced by that of its copy.

    Args:
        copies: absolute path of the copy by that of the original.
        root: the folder to which relative paths refer.
    """
    name, equals, value = argument.partition("=")
    if copy := copies.get(_place(argument, root)):
        return copy
    copy = copies.get(_place(value, root)) if equals else None
    return f"{name}={copy}" if copy else argument


class _Copier:
    """Copies code and links all else, inside a budget of its own."""

    def __init__(self, result: OutsideCopies, home: Path) -> None:
        self._result = result
        self._home = home
        self._files = _MOST_FILES
        self._bytes = _MOST_BYTES

    def copy(self, source: Path, target: Path) -> None:
        """Fill the folder `target`; a folder in `source` is copied where it is a Python package."""
        for entry in _entries(source):
            place = target / entry.name
            if self._home.is_relative_to(entry.path) or entry.name in _LEFT_ALONE:
                continue
            if entry.is_dir(follow_symlinks=False) and Path(entry.path, "__init__.py").exists():
                place.mkdir()
                self.copy(Path(entry.path), place)
            elif entry.is_file() and is_code(entry.name) and self._has_room(entry):
                copy_file(entry.path, str(place))
            else:
                place.symlink_to(entry.path)

    def _has_room(self, entry: os.DirEntry[str]) -> bool:
        size = entry.stat().st_size
        if size > min(self._bytes, _LARGEST_CODE) or self._files <= 0 or not os.access(entry.path, os.R_OK):
            self._result.linked_code.append(entry.path)
            return False
        self._bytes -= size
        self._files -= 1
        return True


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder: code first, in order of names."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: (not is_code(entry.name), entry.name))
    yield from found[:_MOST_ENTRIES]


def _place(text: str, root: str) -> str:
    return os.path.normpath(Path(root, text))


def _is_users_code(path: str, root: str) -> bool:
    place = Path(path)
    if place.is_relative_to(root) or path.startswith(_SYSTEM_FOLDERS) or _LEFT_ALONE & set(place.parts):
        return False
    try:
        state = place.stat()
    except (OSError, ValueError):  # not there, not to be looked at, or no name of a file at all
        return False
    return is_code(place.name) and stat.S_ISREG(state.st_mode) and state.st_size <= _LARGEST_CODE
