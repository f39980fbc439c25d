"""The Python program that a shell script runs: what it declares, and which of its options are variables there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from selftune.autotune.reader.interface import AppendStyle, Declaration, Form, Interface, SourceReading, plain
from selftune.autotune.reader.python.script import read_python
from selftune.model.values import is_number
from selftune.training.config_formats.shell_text import Word, commands, place, python_script_at

_VARIABLE = re.compile(r"\"?\$\{?(?P<name>[A-Za-z_]\w*)(?::?[-=][^}]*)?\}?\"?\Z")
_REST = frozenset({'"$@"', "$@", "$*", '"$*"', '"${@}"', "${@}"})
_IDLE = re.compile(r"(?:test|eval|predict|infer|sample|preprocess|prepare|download|convert|plot|setup)[^/]*\Z")
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellCall:
    """One run of a Python program from a shell script."""

    source: SourceReading
    """What the program says, its options also under the names of the variables that they are given."""
    takes_rest: bool
    """True where the script hands its own arguments on (`"$@"`)."""
    added: tuple[tuple[Declaration, str], ...] = ()
    """Options that the script leaves out, with the keys under which they are added to it."""


def python_call(script: Path, folder: Path) -> ShellCall | None:
    """The training that a shell script runs: the first Python program that does not name something else."""
    text = script.read_bytes()[:MAX_BYTES].decode("utf-8", "replace")
    calls = [(words, at) for words in commands(text) if (at := python_script_at(words)) is not None]
    calls.sort(key=lambda call: _IDLE.match(_stem(call[0][call[1]])) is not None)
    for words, at in calls:
        path = _file(words[at].plain, script, folder)
        if path is None:
            continue
        arguments = words[at + 1 :]
        source = read_python(path, folder, [word.plain for word in arguments])
        takes_rest = any(word.text in _REST for word in arguments)
        unlisted = _unlisted(source.interface, words[at], arguments, text) if not takes_rest else ()
        return ShellCall(source=_with_variables(source, arguments), takes_rest=takes_rest, added=unlisted)
    return None


def _unlisted(
    interface: Interface, program: Word, arguments: list[Word], text: str
) -> tuple[tuple[Declaration, str], ...]:
    """The options of a program, with a number as their default, that a script does not give it."""
    if interface.append_style is not AppendStyle.OPTION or place(text, f"{program.plain} --option") is None:
        return ()
    given = {word.text.partition("=")[0] for word in arguments}
    free = [
        d
        for d in interface.declarations
        if d.form is Form.VALUE and d.options and d.command is None and not d.is_separate and is_number(d.default)
    ]
    return tuple((d, f"{program.plain} {d.options[0]}") for d in free if given.isdisjoint(d.options))


def _stem(word: Word) -> str:
    last = word.plain.removesuffix(".py").rpartition("/")[2]
    return last.rpartition(".")[2]


def _file(name: str, script: Path, folder: Path) -> Path | None:
    names = (
        [name] if name.endswith(".py") else [f"{name.replace('.', '/')}.py", f"{name.replace('.', '/')}/__main__.py"]
    )
    return next((p for base in (folder, script.parent) for n in names if (p := base / n).is_file()), None)


def _with_variables(source: SourceReading, arguments: list[Word]) -> SourceReading:
    """The reading with each option that is given a variable (`--lr $LR`) known by the variable's name as well."""
    declarations = list(source.interface.declarations)
    flows, reads = dict(source.flows), dict(source.reads)
    for option, variable in _given_variables(arguments):
        declared = next((d for d in source.interface.declarations if plain(d.dest) == plain(option)), None)
        if declared is None:
            continue
        declarations.append(replace(declared, name=variable, dest=variable, options=(), off_options=()))
        flows[variable] = source.flows_of(declared.dest)
        reads[variable] = source.reads.get(declared.dest)
    interface = replace(source.interface, declarations=tuple(declarations))
    return replace(source, interface=interface, flows=flows, reads=reads)


def _given_variables(arguments: list[Word]) -> list[tuple[str, str]]:
    """(option, variable) of `--lr $LR`, `--lr=$LR` and `lr=$LR`."""
    found: list[tuple[str, str]] = []
    for index, word in enumerate(arguments):
        name, equals, text = word.text.partition("=")
        value = text if equals else (arguments[index + 1].text if index + 1 < len(arguments) else "")
        match = _VARIABLE.match(value)
        if match is not None and (equals or name.startswith("-")):
            found.append((name.lstrip("-+"), match["name"]))
    return found


def merged(shell: SourceReading, call: ShellCall) -> SourceReading:
    """What the shell script and the program in it say together; the command line is the script's."""
    inner = call.source
    own = shell.interface.declarations
    aliases = {d.dest: inner.flows[d.dest] for d in own if d.dest in inner.flows}
    passed = tuple(d for d in inner.interface.declarations if d.options) if call.takes_rest and not own else ()
    interface = Interface(
        declarations=(*own, *passed),
        is_open=shell.interface.is_open and inner.interface.is_open,
        append_style=inner.interface.append_style if passed else shell.interface.append_style,
        has_abbreviations=bool(passed) and inner.interface.has_abbreviations,
    )
    flows = dict(inner.flows) if passed else aliases
    return SourceReading(
        interface=interface,
        flows=flows,
        spread=inner.spread if passed else (),
        reads=inner.reads if passed else {},
        metrics=(*shell.metrics, *inner.metrics),
        frameworks=inner.frameworks,
        classes=inner.classes,
        warnings=(*shell.warnings, *inner.warnings),
    )
