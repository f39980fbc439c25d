"""Values in configuration files that a command names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TypeAlias

from selftune.autotune.names import word_set, words_of
from selftune.autotune.reader.interface import Declaration, SourceReading, plain
from selftune.autotune.reader.monitored import monitored_in_files
from selftune.autotune.reader.reading import FoundHyperparameter, PrintedMetric
from selftune.autotune.reader.tokens import TokenReading
from selftune.model.command import Literal, Part, ValueSlot
from selftune.model.errors import UsageError
from selftune.model.plan import ConfigFile
from selftune.model.values import HyperparameterValue

_FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"} | dict.fromkeys(
    (".conf", ".cfg", ".ini", ".properties"), "conf"
)
_CODE = ".py"
"""Configurations in Python count as such where the command names them behind its program."""
_SCOPE = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)|^(?:from\s.*)?import\s+(?:\w+\.)*(\w+)", re.MULTILINE)
"""What begins a name that is no constant of a configuration: a function, a class, a module."""
MAX_BYTES = 1_000_000
"""Larger files are data, not configuration."""
MAX_KEYS = 500
_SHOWN = 60
_CONFIGURATION = word_set("config cfg conf configuration settings hparams hyperparameters params")
"""Words in the names of options that give a configuration to be read."""
_NOT_OF_SYNTAX = re.compile(r"This is not \w+: ")
_Entry: TypeAlias = tuple[str, str, dict[str, HyperparameterValue]]
"""(path, format, values by dotted key) of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReading:
    """What the configuration files of a command hold."""

    entries: tuple[_Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    unnamed: frozenset[str] = frozenset()
    """Paths of those that the command does not name."""
    added: tuple[tuple[Declaration, str], ...] = ()
    """Options that a shell script leaves out, which are among the values of its file, with their keys there."""

    @property
    def keys(self) -> frozenset[str]:
        """The dotted keys of all files."""
        return frozenset(key for _, _, values in self.entries for key in values)

    @property
    def values(self) -> list[tuple[str, dict[str, HyperparameterValue]]]:
        """(path, values by dotted key) of each file."""
        return [(path, values) for path, _, values in self.entries]

    @property
    def metrics(self) -> list[PrintedMetric]:
        """The metrics that the files say are watched."""
        return monitored_in_files(self.values)

    def hyperparameters(self, source: SourceReading) -> list[FoundHyperparameter]:
        """One for each key; of two files with the same key the first counts."""
        found: dict[str, FoundHyperparameter] = {}
        for path, _, values in self.entries:
            for key, value in values.items():
                found.setdefault(key, _found(key, value, path, source, is_listed=path not in self.unnamed))
        for declared, _ in self.added:
            known = found[declared.name]
            found[declared.name] = replace(known, source=declared.source, is_listed=False, is_in_file=False)
        return list(found.values())

    def files(self, *, excluding: Collection[str]) -> tuple[ConfigFile, ...]:
        """The files with the keys that no argument of the command hides."""
        taken, spelled = set(excluding), {declared.name: key for declared, key in self.added}
        found: list[ConfigFile] = []
        for path, kind, values in self.entries:
            keys = tuple((key, spelled.get(key, key)) for key in values if key not in taken)
            taken.update(values)
            found += [ConfigFile(path=path, format=kind, keys=keys)] if keys else []
        return tuple(found)


def _found(
    key: str, value: HyperparameterValue, path: str, source: SourceReading, *, is_listed: bool
) -> FoundHyperparameter:
    """One key, with what the script declares under its name."""
    declarations = source.interface.declarations
    declared = next((d for d in declarations if plain(d.dest) == plain(key) or d.name == key), None)
    return FoundHyperparameter(
        name=key,
        value=value,
        source=path,
        is_listed=is_listed,
        is_in_file=True,
        declared_type=declared.declared_type if declared is not None else None,
        choices=declared.choices if declared is not None else None,
        help=declared.help if declared is not None else "",
        flows=source.flows_of(declared.dest if declared is not None else key),
    )


def read_config_files(
    tokens: TokenReading, folder: Path, *, lead: int = 0, unnamed: Sequence[str] = ()
) -> ConfigReading:
    """Read the configuration files of `folder` that stand on the command line, as values or by position.

    Args:
        tokens: The command.
        folder: Where it is started.
        lead: How many of its parts stand in front of the program's arguments.
        unnamed: Files below `folder` that the program reads by itself.
    """
    entries: list[_Entry] = []
    warnings: list[str] = []
    named = _named_files(tokens.parts[lead:])
    warnings += _missing(tokens.parts[lead:], folder)
    for name in dict.fromkeys([*named, *unnamed]):
        path = folder / name
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            continue
        if PurePath(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            warnings.append(
                f"{name} lies outside of the copied folder, so its values stay; name it relative to {folder}."
            )
            continue
        kind = _format_of(name)
        try:
            values = _read(path, kind)
        except (UsageError, UnicodeDecodeError) as error:
            warnings.append(f"{name} does not read as {kind.upper()} ({_first_line(error)}), so its values stay.")
            continue
        warnings += _passed_over(path, name, kind)
        if len(values) <= MAX_KEYS:
            entries.append((name, kind, values))
    return ConfigReading(entries=tuple(entries), warnings=tuple(warnings), unnamed=frozenset(unnamed) - {*named})


def with_script(
    config: ConfigReading,
    name: str,
    folder: Path,
    *,
    known: Collection[str],
    taken: Collection[str],
    unlisted: Sequence[tuple[Declaration, str]] = (),
) -> ConfigReading:
    """`config` with what the shell script `name` of `folder` hands to its program.

    Args:
        config: What was read before.
        name: The script.
        folder: Where it lies.
        known: Names under which the program takes values: of the script's variables, no others count.
        taken: Names of what the script itself takes, which are set from outside.
        unlisted: What its program takes and the script leaves out, with the keys under which they are added.
    """
    from selftune.training.config_formats.shell_text import assigned_names  # here, since few programs are in shell

    try:
        values = _read(folder / name, "shell")
        variables = assigned_names((folder / name).read_text(encoding="utf-8"))
    except (UsageError, UnicodeDecodeError):
        return config
    fitting = {key: value for key, value in values.items() if key in known or key not in variables}
    own = {key: value for key, value in fitting.items() if plain(key) not in taken}
    hidden = {plain(key) for key in (*own, *variables, *config.keys)} | {*taken}
    added = tuple((d, key) for d, key in unlisted if hidden.isdisjoint({plain(d.name), plain(d.dest)}))
    own |= {d.name: d.default for d, _ in added if d.default is not None}
    entries = (*config.entries, (name, "shell", own))
    return replace(config, entries=entries, added=(*config.added, *added)) if own else config


def is_configuration(name: str) -> bool:
    """Whether a file is a configuration by its name."""
    return PurePath(name).suffix.lower() in _FORMATS


def _format_of(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return "python" if suffix == _CODE else _FORMATS[suffix]


def _read(path: Path, kind: str) -> dict[str, HyperparameterValue]:
    from selftune.training.config_file import read_values  # only commands with such a file pay for it

    text = path.read_text(encoding="utf-8")
    found = read_values(text, kind)
    if kind != "python":
        return found
    scopes = {match[1] or match[2] for match in _SCOPE.finditer(text)}
    return {key: value for key, value in found.items() if key.partition(".")[0] not in scopes}


def _missing(parts: Sequence[Part], folder: Path) -> Iterator[str]:
    """What to say of configurations that the command names as such and that are nowhere near."""
    for part in parts:
        if not isinstance(part, ValueSlot) or part.original is None or _CONFIGURATION.isdisjoint(words_of(part.name)):
            continue
        text = part.original
        if is_configuration(text) and not (folder / text).exists() and not any(folder.glob(f"*/{text}")):
            yield f"There is no file {text} ({part.name}): if the program reads it, every training job will fail."


def _passed_over(path: Path, name: str, kind: str) -> list[str]:
    """What to say of lines that may hold values and are not read."""
    from selftune.training.config_file import passed_over

    lines = passed_over(path.read_text(encoding="utf-8"), kind)
    if not lines:
        return []
    number, text = lines[0]
    more = f" (and {len(lines) - 1} more like it)" if len(lines) > 1 else ""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return [f"Line {number} of {name} is not read{more}, so what it holds stays as it is: {shown}."]


def _named_files(parts: Sequence[Part]) -> list[str]:
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Literal):
            texts.append(part.text.rpartition("=")[2] if part.text.startswith("-") else part.text)
        elif isinstance(part, ValueSlot) and part.original is not None:
            texts.append(part.original)
    named = [text.removeprefix("@") for text in texts]
    return list(dict.fromkeys(text for text in named if is_configuration(text) or text.endswith(_CODE)))


def _first_line(error: Exception) -> str:
    return _NOT_OF_SYNTAX.sub("", str(error).partition("\n")[0].rstrip("."))
