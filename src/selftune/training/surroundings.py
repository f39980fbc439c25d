"""What a program reads outside its folder by relative paths: `../data` must be found from the working folder, too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_MOST_READ = 2_000
_LARGEST_READ = 1 << 20
_MOST_SIBLINGS = 1_000

_PARENT = re.compile(
    rb"""\.\./|["']\.\.["']|\.parent\b[^\n]*\.parent\b|\.parents\[[1-9]|\bpardir\b|dirname\([^\n]*dirname\("""
)
"""Ways to say "one folder up" from a script's own folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a folder's code looks for files beside its own folder."""

    looks_up: bool = False
    """One folder up (`../data`)."""
    names_itself: tuple[str, ...] = ()
    """Files that name their folder by its absolute path, or from `~`: they mean the original, not a copy."""


def look_around(root: Path, paths: Iterable[str]) -> Surroundings:
    """What these files (relative to `root`) seem to look for; they are read, not understood."""
    own_path = _own_path(root)
    looks_up, names_itself = False, []
    for path, _ in zip(paths, range(_MOST_READ), strict=False):
        try:
            with (root / path).open("rb") as file:
                text = file.read(_LARGEST_READ)
        except OSError:
            continue  # vanished or unreadable: it cannot tell
        looks_up = looks_up or _PARENT.search(text) is not None
        names_itself += [path] if own_path.search(text) else []
    return Surroundings(looks_up=looks_up, names_itself=tuple(names_itself))


def _own_path(root: Path) -> re.Pattern[bytes]:
    """The folder's path in full, or from the user's home on."""
    texts = [re.escape(bytes(root))]
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 never raises
    if root != home and root.is_relative_to(home):
        texts.append(rb"(?:~|\$HOME|\$\{HOME\})/" + re.escape(bytes(root.relative_to(home))))
    return re.compile(rb"(?<![\w./-])(?:" + b"|".join(texts) + rb")(?![\w.-])")


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
