"""Arguments and words that a user may have misspelled: an error with the nearest valid one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from selftune.model.errors import UnknownName, nearest

W = TypeVar("W", bound=StrEnum)


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise TypeError for the first keyword that nobody takes, naming the nearest."""
    known = list(known)
    for name in given:
        if name not in known:
            close = nearest(name, known, count=1)
            raise TypeError(f"Unknown argument '{name}'." + (f" Did you mean {close[0]}?" if close else ""))


def argument_names(function: Callable[..., Any]) -> list[str]:
    """The names under which a function takes its arguments, `self` and the catch-all ones aside."""
    return [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]


def word(kind: str, text: str | None, words: Mapping[str, W]) -> W | None:
    """The setting that SageMaker's word `text` stands for, whatever its case; None where nothing was given.

    Raises:
        UnknownName: there is no such word.
    """
    if text is None:
        return None
    by_lower = {spelled.lower(): meant for spelled, meant in words.items()}
    if str(text).lower() not in by_lower:
        raise UnknownName(kind, str(text), words)
    return by_lower[str(text).lower()]
