"""The fields of a knowledge file, and how the value of each is read. A value that does not fit says what would."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from selftune.autotune.knowledge.entry import ValueType
from selftune.autotune.knowledge.expressions import Expression
from selftune.model.conditions import Condition
from selftune.model.ranges import ScalingType

T = TypeVar("T")


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("it must be text")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("it must be true or false")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("it must be a number")
    if not math.isfinite(value):
        raise ValueError("it must be a finite number")
    return float(value)


def _priority(value: Any) -> int:
    if isinstance(value, bool) or value not in (0, 1, 2, 3):
        raise ValueError("it must be 0, 1, 2 or 3")
    return int(value)


def _scalar(value: Any) -> Any:
    if not isinstance(value, bool | int | float | str):
        raise TypeError("it must be a number, text, true or false")
    return _number(value) if isinstance(value, float) else value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_words(item) for item in _listed(value))


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("it must be a list")
    return value


def _pair(value: Any) -> tuple[float, float]:
    if len(_listed(value)) != 2:
        raise ValueError("it must be a list of two numbers, down and up")
    down, up = _number(value[0]), _number(value[1])
    if min(down, up) <= 0:
        raise ValueError("both numbers, down and up, must be above zero")
    return down, up


def _one_of(kind: Callable[[Any], T], *words: str) -> Callable[[Any], T]:
    """A reader of one of a few words, which names them all."""

    def read(value: Any) -> T:
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"it must be one of {', '.join(words)}") from None

    return read


ENTRY_REQUIRED = ("framework", "name", "meaning", "type", "source")
ENTRY_READERS: Mapping[str, Callable[[Any], Any]] = {
    "framework": _words,
    "name": _words,
    "aliases": _texts,
    "meaning": _words,
    "type": _one_of(ValueType, *ValueType),
    "low": _number,
    "high": _number,
    "factor": _pair,
    "step": _pair,
    "values": lambda value: tuple(_scalar(item) for item in _listed(value)),
    "words": _texts,
    "scale": _one_of(ScalingType, *ScalingType),
    "has_zero": _switch,
    "off": lambda value: tuple(_number(item) for item in _listed(value)),
    "smoke": _number,
    "smoke_beside": _number,
    "meant_from": _number,
    "min": _number,
    "max": _number,
    "sense_min": _number,
    "sense_max": _number,
    "default": _scalar,
    "priority": _priority,
    "affects_cost": _switch,
    "is_resource": _switch,
    "scales_loss": _switch,
    "is_conditional": _switch,
    "when": lambda value: Condition.read(_words(value)),
    "priority_when": _priority,
    "low_by_data": Expression.read,
    "high_by_data": Expression.read,
    "max_by_data": Expression.read,
    "usual_by_data": Expression.read,
    "note": _words,
    "source": _words,
}
CONSTRAINT_REQUIRED = ("framework", "text", "reason", "source")
CONSTRAINT_READERS: Mapping[str, Callable[[Any], Any]] = {
    "framework": _words,
    "text": _words,
    "when": lambda value: Condition.read(_words(value)),
    "is_kept": _switch,
    "reason": _words,
    "source": _words,
}
FRAMEWORK_READERS: Mapping[str, Callable[[Any], Any]] = {
    "name": _words,
    "title": _words,
    "imports": _texts,
    "steps": _texts,
    "images": _texts,
    "callables": _texts,
    "companions": lambda value: tuple(_texts(names) for names in _listed(value)),
    "extends": _texts,
}
SECTIONS = ("entry", "constraint", "framework")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "entry": tuple(ENTRY_READERS),
    "constraint": tuple(CONSTRAINT_READERS),
    "framework": tuple(FRAMEWORK_READERS),
}
"""Every field of each section of a knowledge file."""
