"""Values in configuration files that a command names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeAlias

from selftune.autotune.reader.interface import SourceReading, plain
from selftune.autotune.reader.monitored import monitored_in_files
from selftune.autotune.reader.reading import FoundHyperparameter, PrintedMetric
from selftune.autotune.reader.tokens import TokenReading
from selftune.model.command import Literal, ValueSlot
from selftune.model.errors import UsageError
from selftune.model.plan import ConfigFile
from selftune.model.values import HyperparameterValue

_FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
MAX_BYTES = 1_000_000
"""Larger files are data, not configuration."""
MAX_KEYS = 500
_Entry: TypeAlias = tuple[str, str, dict[str, HyperparameterValue]]
"""(path, format, values by dotted key) of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReading:
    """What the configuration files of a command hold."""

    entries: tuple[_Entry, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The dotted keys of all files."""
        return frozenset(key for _, _, values in self.entries for key in values)

    @property
    def metrics(self) -> list[PrintedMetric]:
        """The metrics that the files say are watched."""
        return monitored_in_files((path, values) for path, _, values in self.entries)

    def hyperparameters(self, source: SourceReading) -> list[FoundHyperparameter]:
        """One for each key; of two files with the same key the first counts."""
        found: dict[str, FoundHyperparameter] = {}
        for path, _, values in self.entries:
            for key, value in values.items():
                found.setdefault(key, _found(key, value, path, source))
        return list(found.values())

    def files(self, *, excluding: Collection[str]) -> tuple[ConfigFile, ...]:
        """The files with the keys that no argument of the command hides."""
        taken = set(excluding)
        found: list[ConfigFile] = []
        for path, kind, values in self.entries:
            keys = tuple((key, key) for key in values if key not in taken)
            taken.update(values)
            found += [ConfigFile(path=path, format=kind, keys=keys)] if keys else []
        return tuple(found)


def _found(key: str, value: HyperparameterValue, path: str, source: SourceReading) -> FoundHyperparameter:
    """One key, with what the script declares under its name."""
    declared = next((d for d in source.interface.declarations if plain(d.dest) == plain(key)), None)
    return FoundHyperparameter(
        name=key,
        value=value,
        source=path,
        is_listed=True,
        declared_type=declared.declared_type if declared is not None else None,
        choices=declared.choices if declared is not None else None,
        help=declared.help if declared is not None else "",
        flows=source.flows.get(declared.dest if declared is not None else key, ()),
    )


def read_config_files(tokens: TokenReading, folder: Path) -> ConfigReading:
    """Read the YAML, JSON and TOML files of `folder` that stand on the command line, as values or by position."""
    entries: list[_Entry] = []
    warnings: list[str] = []
    for name in _named_files(tokens):
        path = folder / name
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            continue
        if PurePath(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            warnings.append(
                f"{name} lies outside of the copied folder, so its values stay; name it relative to {folder}."
            )
            continue
        kind = _FORMATS[PurePath(name).suffix.lower()]
        try:
            values = _read(path, kind)
        except (UsageError, UnicodeDecodeError) as error:
            warnings.append(f"{name} does not read as {kind.upper()} ({_first_line(error)}), so its values stay.")
            continue
        if len(values) <= MAX_KEYS:
            entries.append((name, kind, values))
    return ConfigReading(entries=tuple(entries), warnings=tuple(warnings))


def _read(path: Path, kind: str) -> dict[str, HyperparameterValue]:
    from selftune.training.config_file import read_values  # only commands with such a file pay for it

    return read_values(path.read_text(encoding="utf-8"), kind)


def _named_files(tokens: TokenReading) -> list[str]:
    texts: list[str] = []
    for part in tokens.parts:
        if isinstance(part, Literal):
            texts.append(part.text.rpartition("=")[2] if part.text.startswith("-") else part.text)
        elif isinstance(part, ValueSlot) and part.original is not None:
            texts.append(part.original)
    named = [text.removeprefix("@") for text in texts]
    return list(dict.fromkeys(text for text in named if PurePath(text).suffix.lower() in _FORMATS))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")
