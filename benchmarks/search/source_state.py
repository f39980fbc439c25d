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
    commit = _git("rev-parse", "--short", "HEAD")
    changed = "+" if _git("status", "--short", *USED) else ""
    return f"selftune {selftune.__version__} {state_of_files(SOURCE)}" + (
        f" (commit {commit}{changed})" if commit else ""
    )


def state_of_files(source: Path) -> str:
    """The hash of the used files below a folder."""
    paths = (path for folder in USED for path in (source / folder).rglob("*") if path.is_file())
    return _hash(
        (path.relative_to(source).as_posix(), _blob(path.read_bytes()))
        for path in paths
        if "__pycache__" not in path.parts
    )


@functools.cache
def state_of_version(version: str) -> str:
    """The state that a kept version names; of a tree that git does not know, the tree's own name."""
    named = version.split(" ")[2]
    if "(commit" in version or "+" in named:
        return named
    lines = _git("ls-tree", "-r", "--full-tree", named, *USED).splitlines()
    entries = (line.split("\t") for line in lines)
    return _hash((path, about.split(" ")[2]) for about, path in entries) if lines else named


def _hash(files: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(" ".join(file) for file in sorted(files)).encode()).hexdigest()[:_DIGITS]


def _blob(content: bytes) -> str:
    """The name that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _git(*words: str) -> str:
    found = subprocess.run(["git", "-C", str(SOURCE), *words], capture_output=True, text=True, check=False)
    return found.stdout.strip()
