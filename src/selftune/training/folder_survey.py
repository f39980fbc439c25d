"""What lies in a folder, and which of it is copied into a snapshot and which is linked.

Code is copied first, then other small files; large files and data folders are linked whole. A folder of any size costs
seconds: folders are counted before files are looked at, and counting stops at a limit.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

LARGEST_COPY = 8 << 20
"""Bytes: a larger file is linked."""
MOST_BYTES = 64 << 20
MOST_CODE_FILES = 20_000
MOST_OTHER_FILES = 5_000

_MOST_COUNTED = 500_000
"""Entries looked at; what lies beyond is linked whole."""
_DATA_FOLDER_SIZES = (1_000, 250, 50, 10)
"""A folder without code is linked whole when it holds more files; the next limit counts while too much is copied."""

_TOOL_NAMES = frozenset({".git", ".hg", ".svn", "node_modules"})
_SKIPPED_NAMES = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"})
_CODE_SUFFIXES = frozenset(
    [
        ".py",
        ".pyi",
        ".pyx",
        ".ipynb",
        ".sh",
        ".bash",
        ".awk",
        ".pl",
        ".rb",
        ".r",
        ".jl",
        ".lua",
        ".m",
        ".c",
        ".h",
        ".cc",
        ".cpp",
        ".cxx",
        ".hpp",
        ".cu",
        ".cuh",
        ".rs",
        ".go",
        ".java",
        ".kt",
        ".scala",
        ".js",
        ".ts",
        ".mjs",
        ".swift",
        ".f90",
        ".sql",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".mk",
        ".cmake",
        ".gin",
        ".proto",
    ]
)
_CODE_NAMES = frozenset({"Makefile", "makefile", "Dockerfile", "Snakefile", "dvc.lock", "requirements.txt"})


@dataclass(slots=True)
class Survey:
    """The verdict on each entry; all paths are relative to the folder, with '/'."""

    folders: list[str] = field(default_factory=list)
    """Made anew, parents first."""
    copied: list[str] = field(default_factory=list)
    copied_bytes: int = 0
    linked: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    """Linked too: version control, virtual environments, packages; a training job has no business writing there."""
    linked_code: list[str] = field(default_factory=list)
    """Those of `linked` that hold code: editing them changes what running jobs see."""
    symlinks: list[str] = field(default_factory=list)
    """The user's own links."""


@dataclass(slots=True)
class _Folder:
    path: str
    is_ignored: bool
    code_files: list[str] = field(default_factory=list)
    other_files: list[str] = field(default_factory=list)
    symlinks: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    folders: list[_Folder] = field(default_factory=list)
    file_count: int = 0
    """In the whole tree."""
    has_code: bool = False
    """Somewhere in the tree, and not ignored."""


@dataclass(slots=True)
class _File:
    path: str
    size: int
    is_code: bool
    is_ignored: bool


def survey(root: str, *, ignored: Collection[str] = (), excluded: Collection[str] = ()) -> Survey:
    """Look at a folder and decide.

    Args:
        ignored: relative paths that version control ignores; a folder stands for all that is in it.
        excluded: absolute, resolved paths that are left out altogether.
    """
    tree = _Counter(root, frozenset(ignored), frozenset(excluded)).count("", is_ignored=False)
    for limit in _DATA_FOLDER_SIZES:
        _link_data_folders(tree, limit, root, excluded)
        if sum(_count_other_files(tree)) <= MOST_OTHER_FILES:
            break
    result = Survey()
    files = list(_collect(root, tree, frozenset(ignored), result))
    _choose_files(files, result)
    return result


class _Counter:
    """Reads the tree by names and kinds alone, which costs one system call a folder."""

    def __init__(self, root: str, ignored: frozenset[str], excluded: frozenset[str]) -> None:
        self._root = root
        self._ignored = ignored
        self._excluded = excluded
        self._room = _MOST_COUNTED

    def count(self, path: str, *, is_ignored: bool) -> _Folder:
        folder = _Folder(path, is_ignored)
        subfolders: list[str] = []
        with os.scandir(os.path.join(self._root, path)) as entries:
            for entry in entries:
                self._sort_in(folder, entry, subfolders)
        for name in sorted(subfolders):
            self._enter(folder, _below(path, name))
        return folder

    def _sort_in(self, folder: _Folder, entry: os.DirEntry[str], subfolders: list[str]) -> None:
        self._room -= 1
        if entry.is_symlink():
            folder.symlinks.append(entry.name)
        elif entry.is_dir():
            subfolders.append(entry.name)
        elif entry.is_file():
            folder.file_count += 1
            if is_code(entry.name) and not self._is_ignored(folder, entry.name):
                folder.has_code = True
                folder.code_files.append(entry.name)
            else:
                folder.other_files.append(entry.name)

    def _is_ignored(self, folder: _Folder, name: str) -> bool:
        return folder.is_ignored or _below(folder.path, name) in self._ignored

    def _enter(self, folder: _Folder, path: str) -> None:
        name = path.rpartition("/")[2]
        full = os.path.join(self._root, path)
        if name in _SKIPPED_NAMES or full in self._excluded:
            return
        if name in _TOOL_NAMES or os.path.exists(os.path.join(full, "pyvenv.cfg")):
            folder.tools.append(path)
            return
        if self._room <= 0 or not os.access(full, os.R_OK | os.X_OK):
            folder.linked.append(path)
            return
        child = self.count(path, is_ignored=self._is_ignored(folder, name))
        folder.folders.append(child)
        folder.file_count += child.file_count
        folder.has_code |= child.has_code


def is_code(name: str) -> bool:
    """Whether a file is a program or its configuration, by its name."""
    return name[name.rfind(".") :].lower() in _CODE_SUFFIXES or name in _CODE_NAMES


def _link_data_folders(folder: _Folder, limit: int, root: str, excluded: Collection[str]) -> None:
    kept = []
    for child in folder.folders:
        holds_excluded = any(_is_below(path, os.path.join(root, child.path)) for path in excluded)
        if child.file_count > limit and not child.has_code and not holds_excluded:
            folder.linked.append(child.path)
        else:
            _link_data_folders(child, limit, root, excluded)
            kept.append(child)
    folder.folders = kept


def _count_other_files(folder: _Folder) -> Iterator[int]:
    yield len(folder.other_files)
    for child in folder.folders:
        yield from _count_other_files(child)


def _collect(root: str, folder: _Folder, ignored: frozenset[str], result: Survey) -> Iterator[_File]:
    """Enter folders and links into the result, and give the files that are still to be judged."""
    if folder.path:
        result.folders.append(folder.path)
    result.linked += folder.linked
    result.tools += folder.tools
    result.symlinks += [_below(folder.path, name) for name in folder.symlinks]
    for names, is_program in ((folder.code_files, True), (folder.other_files, False)):
        for name in names:
            path = _below(folder.path, name)
            size = _regular_size(f"{root}/{path}")
            if size is not None:
                yield _File(path, size, is_program, folder.is_ignored or path in ignored)
    for child in folder.folders:
        yield from _collect(root, child, ignored, result)


def _choose_files(files: list[_File], result: Survey) -> None:
    room = MOST_BYTES
    counts = {True: MOST_CODE_FILES, False: MOST_OTHER_FILES}
    for file in sorted(files, key=lambda file: (not file.is_code, file.is_ignored, file.path.count("/"), file.path)):
        if file.size <= min(LARGEST_COPY, room) and counts[file.is_code] > 0:
            room -= file.size
            counts[file.is_code] -= 1
            result.copied.append(file.path)
            result.copied_bytes += file.size
        else:
            result.linked.append(file.path)
            if file.is_code:
                result.linked_code.append(file.path)


def _regular_size(path: str) -> int | None:
    """The size of a file; None where it has vanished or may not be looked at."""
    try:
        state = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return state.st_size if stat.S_ISREG(state.st_mode) else None


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")
