"""Values in configuration files that a command names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath

from selftune.autotune.reader.interface import SourceReading
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.autotune.reader.tokens import TokenReading
from selftune.model.command import Literal, ValueSlot
from selftune.model.errors import UsageError
from selftune.model.plan import ConfigFile
from selftune.model.values import HyperparameterValue

_FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
MAX_BYTES = 1_000_000
"""Larger files are data, not configuration."""
MAX_KEYS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReading:
    """What the configuration files of a command hold."""

    entries: tuple[tuple[str, str, dict[str, HyperparameterValue]], ...] = ()
    """(path, format, values by dotted key) of each file."""
    warnings: tuple[str, ...] = ()

    def hyperparameters(self, source: SourceReading) -> list[FoundHyperparameter]:
        """One for each key; of two files with the same key the first counts."""
        found: dict[str, FoundHyperparameter] = {}
        for path, _, values in self.entries:
            for key, value in values.items():
                flows = source.flows.get(key, ())
                found.setdefault(
                    key, FoundHyperparameter(name=key, value=value, source=path, is_listed=True, flows=flows)
                )
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


def read_config_files(tokens: TokenReading, folder: Path) -> ConfigReading:
    """Read the YAML, JSON and TOML files of `folder` that stand on the command line, as values or by position."""
    entries: list[tuple[str, str, dict[str, HyperparameterValue]]] = []
    warnings: list[str] = []
    for name in _named_files(tokens):
        path = folder / name
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            continue
        if PurePath(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            warnings.append(
                f"{name} is named by a path that leads out of the folder of the command, so its values stay; "
                f"name it relative to {folder} to have them tuned."
            )
            continue
        kind = _FORMATS[PurePath(name).suffix.lower()]
        try:
            values = _read(path, kind)
        except (UsageError, UnicodeDecodeError) as error:
            warnings.append(
                f"{name} could not be read as {kind.upper()} ({_first_line(error)}); its values stay as they are."
            )
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
