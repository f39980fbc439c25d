"""The numbers in a script's code as hyperparameters that are tuned only where the user asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from selftune.autotune.reader.interface import SourceLiteral, plain
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.plan import ConfigFile

FORMAT = "python"


def literal_hyperparameters(
    literals: Sequence[SourceLiteral], folder: Path, taken: Iterable[str]
) -> tuple[list[FoundHyperparameter], list[ConfigFile]]:
    """One hyperparameter for each number, and the files that hold them.

    Each has the shortest name that tells it apart: its last word, its key, its file and key. `taken` are the names of
    what the command takes, which keep theirs.
    """
    usable = [literal for literal in literals if (folder / literal.path).is_file()]
    names = _names(usable, {plain(name) for name in taken})
    found = [_found(names[index], literal) for index, literal in enumerate(usable)]
    entries = sorted((literal.path, names[index], literal.key) for index, literal in enumerate(usable))
    files = [
        ConfigFile(path=path, format=FORMAT, keys=tuple((name, key) for _, name, key in group))
        for path, group in groupby(entries, key=lambda entry: entry[0])
    ]
    return found, files


def _names(literals: Sequence[SourceLiteral], taken: set[str]) -> list[str]:
    last = Counter(literal.name for literal in literals)
    keys = Counter(literal.key for literal in literals)
    found: list[str] = []
    for literal in literals:
        if last[literal.name] == 1 and plain(literal.name) not in taken:
            found.append(literal.name)
        elif keys[literal.key] == 1 and plain(literal.key) not in taken:
            found.append(literal.key)
        else:
            found.append(f"{literal.path.removesuffix('.py').replace('/', '.')}.{literal.key}")
    return found


def _found(name: str, literal: SourceLiteral) -> FoundHyperparameter:
    return FoundHyperparameter(
        name=name,
        value=literal.value,
        source=literal.source,
        is_listed=False,
        flows=literal.flows,
        dest=literal.name,
        is_literal=True,
        on_request=f"is written in the code, so it stays: --tune {name} gives each training job a copy with its own",
    )
