"""Options of ours that stand behind a script's name: two are taken there, the others refused with the line to paste.

What the script declares is the script's, whatever it is called. Nobody's option is passed on in the hope that the
script will make sense of it: it would fail in the first training job, or be tuned.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.model.errors import UsageError

if TYPE_CHECKING:
    from selftune.autotune.reader.interface import Interface
    from selftune.autotune.reader.python.source import SourceProgram

_TAKEN = ("as_json", "output")
"""Parameters that say what becomes of the answer: they may stand at the end of a command line."""
_OFTEN_IMPORTED = frozenset({"--json"})
"""Their bare names stand in many scripts that know no such option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """The words behind a script, by whose they are."""

    taken: tuple[str, ...]
    """Ours, with their values, and welcome there."""
    strays: tuple[tuple[str, ...], ...]
    """Ours, but in the wrong place: each with its value."""
    scripts: tuple[str, ...]


def part(words: Sequence[str], options: Mapping[str, click.Option], is_scripts: Callable[[str], bool]) -> Parted:
    """Tell apart the words behind a script.

    Args:
        words: all that stands behind the script's name.
        options: ours, by each of their spellings.
        is_scripts: whether the script takes an option of this spelling.
    """
    taken: list[str] = []
    strays: list[tuple[str, ...]] = []
    scripts: list[str] = []
    position = 0
    while position < len(words) and words[position] != "--":
        spelling, equals, _ = words[position].partition("=")
        option = options.get(spelling)
        is_ours = option is not None and not is_scripts(spelling)
        length = 2 if is_ours and not equals and not (option and option.is_flag) else 1
        found = words[position : position + length]
        position += length
        if not is_ours:
            scripts += found
        elif option is not None and option.name in _TAKEN:
            taken += found
        else:
            strays.append(tuple(found))
    return Parted(taken=tuple(taken), strays=tuple(strays), scripts=(*scripts, *words[position:]))


def refuse_strays(parted: Parted, script: str, own: Sequence[str], command_path: str) -> None:
    """Raise UsageError where an option of ours stands in the wrong place.

    Args:
        own: our options in front of the script.
        command_path: "selftune run".
    """
    if not parted.strays:
        return
    named = ", ".join(stray[0].partition("=")[0] for stray in parted.strays)
    strays = [word for stray in parted.strays for word in stray]
    ours = [*command_path.split(), *own, *parted.taken]
    moved = shlex.join([*ours, *strays, script, *parted.scripts])
    as_command = shlex.join([*ours, "--", "python", script, *parted.scripts, *strays])
    raise UsageError(
        f"Behind {script} stands {named}, which {script} does not take: options of selftune go before the script.",
        hint=f"{moved}\n  Where it is meant for the script all the same: {as_command}",
    )


def options_of(script: Path) -> Callable[[str], bool]:
    """What tells whether a script takes an option: it declares it, or its text, or that of its modules, names it.

    Where the reader cannot tell everything that the script takes, a bare name in the text is enough. A script that is
    not there, or does not parse, is believed to take everything: it is complained about elsewhere.
    """
    from selftune.autotune.reader.python.script import read_interface
    from selftune.autotune.reader.python.source import read_program

    try:
        program = read_program(script, script.parent)
        texts = tuple(module.path.read_text(encoding="utf-8", errors="replace") for module in program)
        return _Declared(program=program, interface=read_interface(program)[0], texts=texts)
    except (OSError, SyntaxError, RecursionError, MemoryError):
        return lambda _: True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    """The options of a script that was read."""

    program: SourceProgram
    interface: Interface
    texts: tuple[str, ...]
    """Of the script and its modules."""

    def __call__(self, option: str) -> bool:
        if self.interface.option(option) is not None or _is_named(option, self.texts):
            return True
        if not self.interface.is_open or len(option) <= 2 or option in _OFTEN_IMPORTED:
            return False
        return _is_named(re.escape(option.lstrip("-")).replace(r"\-", "[-_]"), self.texts, is_pattern=True)


def _is_named(name: str, texts: Sequence[str], *, is_pattern: bool = False) -> bool:
    pattern = re.compile(rf"(?<![\w-]){name if is_pattern else re.escape(name)}(?![\w-])")
    return any(pattern.search(text) for text in texts)
