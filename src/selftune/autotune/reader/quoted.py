"""Commands in quotes that change the folder or prepare something first: `bash -c "cd vision && python train.py"`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})
NEEDS_SHELL = re.compile(r"[|&;<>$`*?(){}\n~]|\b(?:if|for|while|cd|source|export|eval)\b")
"""What only a shell understands."""
_COMMANDS = re.compile(r"-[a-z]*c")
_PIECE = re.compile(r"""&&|;|"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^&;"'\\]+|.""", re.DOTALL)
_CONTROLS = re.compile(r"[|<>(){}\n`]|(?<!&)&(?!&)|\b(?:if|for|while|until|case|do|function|eval)\b")
_PROGRAMS = re.compile(r"(?:^|[\s/])(?:python[\d.]*|torchrun|accelerate|deepspeed)\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedCommand:
    """The last command of a text for a shell, and what stands before it."""

    lead: tuple[str, ...]
    """The words that prepare and then run the command that follows them."""
    inner: tuple[str, ...]
    folder: Path
    """Where the command runs."""


def quoted_command(argv: Sequence[str], folder: Path) -> QuotedCommand | None:
    """The training command in `SHELL -c "PREPARATION && COMMAND"`; None where it cannot be told apart.

    Args:
        argv: A whole command.
        folder: In which it is started.
    """
    if len(argv) != 3 or PurePath(argv[0]).name not in SHELLS or not _COMMANDS.fullmatch(argv[1]):
        return None
    *before, last = _statements(argv[2])
    prepared = "".join(before)
    if not before or _CONTROLS.search(prepared) or _PROGRAMS.search(prepared) or NEEDS_SHELL.search(last):
        return None
    inside = _folder_after(before, folder)
    inner = _words(last)
    if inside is None or not inner:
        return None
    return QuotedCommand(lead=(*argv[:2], f'{prepared} exec "$0" "$@"'), inner=inner, folder=inside)


def _statements(text: str) -> list[str]:
    """The parts of a text between `&&` and `;` outside of quotes, each with what ends it."""
    found = [""]
    for piece in _PIECE.findall(text.strip()):
        if piece in ('"', "'"):  # a quote that does not end
            return [text]
        found[-1] += piece
        if piece in ("&&", ";"):
            found.append("")
    return found


def _folder_after(statements: Sequence[str], folder: Path) -> Path | None:
    """The folder that `cd` leads to; None where it is not below `folder` or not known."""
    here = folder
    for statement in statements:
        words = _words(statement.rstrip(";&"))
        if words[:1] == ("cd",):
            here = here / words[1] if len(words) == 2 else here / "\0"
    root = folder.resolve()
    is_inside = "\0" not in str(here) and here.is_dir() and here.resolve().is_relative_to(root)
    return root / here.resolve().relative_to(root) if is_inside else None


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:  # a quote that does not end
        return ()
