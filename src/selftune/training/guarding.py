"""How the originals behind a snapshot's links are kept from being changed by training jobs.

An overlay in a mount namespace of the training job's own covers the folders that the links lead into
(`supervisor/private_view.py`). What is written is kept in the home, and an overlay must not cover the place where it
keeps things: where the home lies in the user's folder, the folders that lead to it stay open.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from selftune.training import supervisor

_PROBE_PATIENCE_SECONDS = 20.0
_MOST_SINGLE_ENTRIES = 1_000
"""With more files and links than this, a working folder is laid over the snapshot rather than copied from it."""
_MOUNTS = Path("/proc/self/mountinfo")
_MOUNT_POINT = 4
"""Field of a line of `mountinfo`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What is guarded, and how."""

    guarded: tuple[str, ...] = ()
    """Folders that are covered, relative to the user's folder ('' is that folder itself), outer ones first."""
    is_layered: bool = False
    """A working folder starts empty and is laid over the snapshot and, below it, the user's folder."""
    open_links: tuple[str, ...] = ()
    """Links through which a training job can change the original."""


def choose_protection(
    root: str, *, linked: Sequence[str], copied: int, excluded: Sequence[str], place: Path
) -> Protection:
    """How to guard the folder `root`.

    Args:
        linked: relative paths of what is linked, not copied.
        copied: how many files are copied.
        excluded: absolute paths left out of the snapshot; the home is one of them.
        place: where the home keeps things; tried for whether the machine allows any of this.
    """
    if not linked and copied <= _MOST_SINGLE_ENTRIES:
        return Protection()
    guarded, open_links = _guardable(root, linked, [path for path in excluded if path.startswith(root + "/")])
    if not guarded or not can_keep_writes_private(place):
        return Protection(open_links=tuple(linked))
    mounted = _mounted_below(root)
    if guarded == ("",) and not mounted and len(linked) + copied > _MOST_SINGLE_ENTRIES:
        return Protection(is_layered=True)
    inner = [path for path in mounted if any(not folder or path.startswith(folder + "/") for folder in guarded)]
    return Protection(guarded=tuple(sorted({*guarded, *inner})), open_links=open_links)


def can_keep_writes_private(place: Path) -> bool:
    """Whether this machine lets a training job write behind links without changing the originals; tried in `place`."""
    with tempfile.TemporaryDirectory(dir=place, prefix=".probe-", ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, "-I", "-S", str(Path(supervisor.__file__).parent), "--probe", scratch]
        try:
            probe = subprocess.run(command, capture_output=True, timeout=_PROBE_PATIENCE_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return False
    return probe.returncode == 0


def _guardable(root: str, linked: Sequence[str], ways_home: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folders that an overlay can cover, and the links that lead into none of them."""
    if not ways_home:
        return ("",), ()
    guarded: set[str] = set()
    open_links: list[str] = []
    for path in linked:
        full = Path(root, path)
        cover = path if full.is_dir() else path.rpartition("/")[0]
        if any(home.startswith(os.path.join(root, cover, "")) for home in ways_home):  # noqa: PTH118 ends with '/'
            open_links.append(path)
        else:
            guarded.add(cover)
    return _outermost(guarded), tuple(open_links)


def _outermost(folders: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for folder in sorted(folders):
        if not kept or not folder.startswith(kept[-1] + "/"):
            kept.append(folder)
    return tuple(kept)


def _mounted_below(root: str) -> list[str]:
    """Other file systems mounted in a folder, relative to it: an overlay of the folder would show them empty."""
    if not _MOUNTS.exists():
        return []
    fields = [line.split(" ") for line in _MOUNTS.read_text(errors="surrogateescape").splitlines()]
    points = [re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), line[_MOUNT_POINT]) for line in fields]
    return sorted({point[len(root) + 1 :] for point in points if point.startswith(root + "/")})
