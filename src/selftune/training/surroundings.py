"""What a program reads outside its folder by relative paths: `../data` must be found from the working folder, too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

_MOST_READ = 2_000
_LARGEST_READ = 1 << 20
_MOST_SIBLINGS = 1_000

_PARENT = re.compile(
    rb"""\.\./|["']\.\.["']|\.parent\b[^\n]*\.parent\b|\.parents\[[1-9]|\bpardir\b|dirname\([^\n]*dirname\("""
)
"""Ways to say "one folder up" from a script's own folder."""


def mentions_parent(root: Path, paths: Iterable[str]) -> bool:
    """Whether one of these files (relative to `root`) seems to look one folder up; they are read, not understood."""
    for path, _ in zip(paths, range(_MOST_READ), strict=False):
        try:
            with (root / path).open("rb") as file:
                if _PARENT.search(file.read(_LARGEST_READ)):
                    return True
        except OSError:
            continue  # vanished or unreadable: it cannot tell
    return False


def is_parent_path(argument: str) -> bool:
    """Whether a command's argument leads one folder up."""
    return ".." in re.split(r"[/=]", argument)


def link_siblings(folder: str, work: Path) -> None:
    """Beside the working folder, link what lies beside the original `folder`; what stands there already stays.

    The original's own name leads to the working folder. The folder that holds `work` (the home) is left out.
    """
    original = Path(folder)
    names = (
        [] if original.parent == original else sorted(path.name for path in original.parent.iterdir())[:_MOST_SIBLINGS]
    )
    for name in names:
        place, target = work.with_name(name), original.with_name(name)
        if os.path.lexists(place) or work.is_relative_to(target):
            continue
        place.symlink_to(work.name if target == original else target)
