"""Which state of our source a search belongs to: a hash of what a search uses, and the commit where it can be seen.

The hash is taken of the files' contents, so that another command line, page or store does not make kept searches stale.
Rows that were kept before it was name the tree of the whole source instead (`selftune 0.1.0.dev0 fd34d49`); what they
ran is found through git.
"""

from __future__ import annotations

import functools
import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

import selftune

USED = ("autotune", "engine", "model", "search", "stopping", "testing")
"""Folders of the source on which the result of a search depends."""
SOURCE = Path(selftune.__file__).resolve().parent
_DIGITS = 10


def version() -> str:
    """Such as "selftune 0.1.0 1a2b3c4d5e (commit 920be77)"; a + after the commit says that files differ from it."""
    commit = _git(SOURCE, "rev-parse", "--short", "HEAD")
    changed = "+" if _git(SOURCE, "status", "--short", *USED) else ""
    where = f" (commit {commit}{changed})" if commit else ""
    return f"selftune {selftune.__version__} {state_of_files(SOURCE)}{where}"


def state_of_files(source: Path) -> str:
    """The hash of the used files below a folder."""
    paths = (path for folder in USED for path in (source / folder).rglob("*") if path.is_file())
    return _hash(
        (path.relative_to(source).as_posix(), _blob(path.read_bytes()))
        for path in paths
        if "__pycache__" not in path.parts
    )


@functools.cache
def state_of_version(version: str, source: Path = SOURCE) -> str:
    """The state that a kept version names; where that is a tree that git does not know, the version itself."""
    _, _, named = version.partition(f"selftune {selftune.__version__} ")
    state, _, commit = named.partition(" ")
    if commit:
        return state
    lines = _git(source, "ls-tree", "-r", "--full-tree", state, *USED).splitlines() if state else []
    entries = (line.split("\t") for line in lines)
    return _hash((path, about.split(" ")[2]) for about, path in entries) if lines else version


def _hash(files: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(" ".join(file) for file in sorted(files)).encode()).hexdigest()[:_DIGITS]


def _blob(content: bytes) -> str:
    """The name that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _git(folder: Path, *words: str) -> str:
    found = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    return found.stdout.strip()
