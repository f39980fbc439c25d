"""How the user's folder is kept from being changed by training jobs, and the home from filling with copies of it.

Where the machine allows it, an overlay in a mount namespace of the training job's own stands in for the whole folder
(`supervisor/private_view.py`): it shows the snapshot and, below it, the original, and takes what is written. It
must not cover the place where it keeps things, nor other file systems: where the home or a mount lies in the user's
folder, the working folder is a copy with links, and overlays cover the folders into which they lead, but not those that
lead to the home.
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
from selftune.training.folder_survey import Survey

_PROBE_PATIENCE_SECONDS = 20.0
_MOST_SINGLE_FILES = 1_000
_MOST_COPIED_BYTES = 4 << 20
"""A snapshot of more is not copied for each training job where that can be avoided."""
_MOUNTS = Path("/proc/self/mountinfo")
_MOUNT_POINT = 4
"""Field of a line of `mountinfo`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What is guarded, and how."""

    guarded: tuple[str, ...] = ()
    """Folders that are covered, relative to the user's folder ('' is that folder itself), outer ones first."""
    is_layered: bool = False
    """A working folder starts empty; the command sees it above the snapshot and, below that, the user's folder."""
    open_links: tuple[str, ...] = ()
    """Links through which a training job can change the original."""
    is_exposed: bool = False
    """What is written by an absolute path into the user's folder arrives there."""


def choose_protection(
    root: str, verdict: Survey, *, names_itself: bool, excluded: Sequence[str], place: Path
) -> Protection:
    """How to guard the folder `root`.

    Args:
        verdict: what is copied and what is linked.
        names_itself: its code names the folder by its absolute path.
        excluded: absolute paths left out of the snapshot; the home is one of them.
        place: where the home keeps things; tried for whether the machine allows any of this.
    """
    is_large = len(verdict.copied) > _MOST_SINGLE_FILES or verdict.copied_bytes > _MOST_COPIED_BYTES
    if not verdict.linked and not is_large and not names_itself:
        return Protection()
    ways_home = [path for path in excluded if path.startswith(root + "/")]
    mounted = _mounted_below(root)
    if not ways_home and not mounted and _try_in(place, root):
        return Protection(is_layered=True)
    guarded, open_links = _guardable(root, verdict.linked, ways_home)
    if (ways_home or mounted) and guarded and _try_in(place):
        inner = [path for path in mounted if any(not folder or path.startswith(folder + "/") for folder in guarded)]
        is_exposed = names_itself and "" not in guarded
        return Protection(guarded=tuple(sorted({*guarded, *inner})), open_links=open_links, is_exposed=is_exposed)
    return Protection(open_links=tuple(verdict.linked), is_exposed=names_itself)


def _try_in(place: Path, root: str | None = None) -> bool:
    """Whether this machine lets a training job write behind links, or to the folder `root`, without changing anything.

    Tried in `place`, by a process of its own.
    """
    with tempfile.TemporaryDirectory(dir=place, prefix=".probe-", ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, "-I", "-S", str(Path(supervisor.__file__).parent), "--probe", scratch]
        try:
            probe = subprocess.run(
                command if root is None else [*command, root], capture_output=True, timeout=_PROBE_PATIENCE_SECONDS
            )
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
