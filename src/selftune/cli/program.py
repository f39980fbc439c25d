"""From the words of a command line to the program to be tuned, checked as far as can be without running it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from selftune.autotune.reader.executables import command_for_config
from selftune.cli.interpreter import interpreter_for
from selftune.cli.options import Given
from selftune.cli.program_command import AlgorithmWord, CommandWords, ProgramWords, ScriptWords
from selftune.model.errors import UnknownName, UnreadableInput, UsageError
from selftune.model.request import AlgorithmRequest, Channel, CommandRequest, ProgramRequest
from selftune.sdk.inputs import channels_from, nearest_file_hint
from selftune.sdk.names import title_of

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_CHANNEL = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]*)=(.+)\Z", re.DOTALL)
_DEFAULT_CHANNEL = "train"
_READ_BY = "Name the command that reads it: selftune run -- python train.py --config FILE"
_HOW_TO_RUN = dict.fromkeys((".yaml", ".yml", ".json", ".toml", ".conf", ".cfg", ".ini"), _READ_BY)
"""What to do with a file that only configures a program."""


def program_of(words: ProgramWords, given: Given, folder: Path) -> ProgramRequest:
    """The program that was named, to be run in `folder`.

    Raises:
        UnreadableInput: the script or the program is not there; names the nearest file.
        UnknownName: neither a script nor a built-in algorithm.
    """
    match words:
        case CommandWords(argv):
            return _command(argv, folder)
        case ScriptWords(script, arguments):
            return _script(script, arguments, given, folder)
        case AlgorithmWord(name):
            return _algorithm(name, folder)


def title(program: ProgramRequest) -> str:
    """What the tuning job is about, for its name."""
    match program:
        case CommandRequest():
            return title_of(program.argv)
        case AlgorithmRequest():
            return program.name
        case _:
            return Path(program.entry_point).stem


def channels_of(data: Sequence[str], folder: Path) -> tuple[Channel, ...]:
    """Read `[CHANNEL=]PATH` values as channels with absolute paths."""
    named = [_named_path(text) for text in data]
    names = [name for name, _ in named]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--data gives channel '{name}' twice.", hint="Name each: --data train=A --data test=B")
    return channels_from(dict(named), folder=folder)


def environment_of(variables: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read `NAME[=VALUE]` values; a name alone takes the value that it has here."""
    return tuple(_variable(text) for text in variables)


def _command(argv: tuple[str, ...], folder: Path) -> CommandRequest:
    if _ASSIGNMENT.match(argv[0]):
        argv = ("env", *argv)
    _check_program(argv[0], folder)
    return CommandRequest(argv=argv, folder=str(folder))


def _script(script: str, arguments: tuple[str, ...], given: Given, folder: Path) -> CommandRequest:
    path = folder / script
    if path.is_dir():
        raise UnreadableInput(
            f"{script} is a folder, not a script.", hint=f"Name the script in it: {script.rstrip('/')}/FILE.py"
        )
    if not path.is_file():
        raise UnreadableInput(f"There is no script {script}.", hint=nearest_file_hint(path))
    python = interpreter_for(path, given.python)
    return CommandRequest(argv=(python, script, *arguments), folder=str(folder))


def _algorithm(name: str, folder: Path) -> AlgorithmRequest | CommandRequest:
    from selftune.training.algorithms import ALGORITHMS

    if name not in ALGORITHMS:
        path = folder / name
        configured = command_for_config(path, str(path.relative_to(folder)) if path.is_relative_to(folder) else name)
        if configured is not None:
            return CommandRequest(argv=configured, folder=str(folder))
        if (folder / name).is_file() or shutil.which(name):
            raise UsageError(
                f"'{name}' is a {'file' if Path(name).suffix in _HOW_TO_RUN else 'program'}, not a built-in algorithm.",
                hint=_HOW_TO_RUN.get(Path(name).suffix)
                or f"Put -- before a command: selftune run -- {_invocation(name, folder)}",
            )
        raise UnknownName("built-in algorithm or script", name, ALGORITHMS)
    return AlgorithmRequest(name=name)


def _check_program(word: str, folder: Path) -> None:
    """A command whose program is not there would fail in each job: say so before the first."""
    if os.sep not in word:
        if shutil.which(word) is None:
            hint = (
                f"Did you mean ./{word} ?" if (folder / word).is_file() else "Is it installed, and spelled like that?"
            )
            raise UnreadableInput(f"There is no program '{word}' on PATH.", hint=hint)
        return
    path = folder / word
    if not path.is_file():
        raise UnreadableInput(f"There is no program {word}.", hint=nearest_file_hint(path))
    if not os.access(path, os.X_OK):
        raise UnreadableInput(
            f"{word} is not executable.", hint=f"Run it by its interpreter: selftune run -- {_invocation(word, folder)}"
        )


def _invocation(word: str, folder: Path) -> str:
    if word.endswith(".py"):
        return f"python {word} ..."
    if word.endswith(".sh"):
        return f"bash {word} ..."
    is_local = (folder / word).is_file() and not shutil.which(word)
    return f"./{word.removeprefix('./')} ..." if is_local else f"{word} ..."


def _named_path(text: str) -> tuple[str, str]:
    named = _CHANNEL.match(text)
    return (named[1], named[2]) if named else (_DEFAULT_CHANNEL, text)


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name:
        raise UsageError(f"--env {text} names no variable.", hint="Write NAME or NAME=VALUE.")
    if equals:
        return name, value
    if name not in os.environ:
        raise UnknownName("environment variable", name, os.environ)
    return name, os.environ[name]
