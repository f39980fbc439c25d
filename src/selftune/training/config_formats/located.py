"""A value and where it stands in a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selftune.model.values import HyperparameterValue


@dataclass(frozen=True, slots=True)
class Located:
    """A scalar and the characters `[start, end)` that spell it."""

    value: HyperparameterValue
    start: int
    end: int
    before: str = ""
    """What is written in front of the value, where nothing stands there yet."""


@dataclass(frozen=True, slots=True)
class ConfigFormat:
    """One syntax of configuration files."""

    locate: Callable[[str], dict[str, Located]]
    """All scalars by dotted key; raises ValueError where the text is not of this syntax."""
    write: Callable[[HyperparameterValue, str], str]
    """(new value, the text that stands there now) -> the text that is to stand there."""
    place: Callable[[str, str], Located | None] | None = None
    """(text, key) -> where the value of a key that is not there would be added, in syntaxes in which one can be."""
    passed_over: Callable[[str], list[tuple[int, str]]] | None = None
    """(line, what it says) of what may hold values and is not read, in syntaxes of which only a part is."""


def drop_ambiguous(found: list[tuple[str, Located]]) -> dict[str, Located]:
    """By key, without keys that occur more than once (repeated, or one with a dot that equals a path)."""
    by_key: dict[str, Located] = {}
    repeated = set()
    for key, place in found:
        if key in by_key:
            repeated.add(key)
        by_key[key] = place
    return {key: place for key, place in by_key.items() if key not in repeated}
