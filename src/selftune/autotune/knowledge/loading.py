"""Reads knowledge files. A mistake in one is named with its file, entry and field."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from selftune.autotune.knowledge.entry import FlowRule, Framework, KnowledgeEntry, StaticGroup, ValueType
from selftune.model.errors import UnreadableInput, nearest_hint
from selftune.model.ranges import HardBounds, ScalingType

FILES = ("xgboost", "lightgbm", "catboost", "sklearn", "dl", "hf", "rl", "sagemaker")
"""One file for each family; a framework's family is the part of its name before the first dot."""


@functools.cache
def entries_of(family: str) -> tuple[KnowledgeEntry, ...]:
    """All entries of one family, in the order of its file; none for a family without a file."""
    if family not in FILES:
        return ()
    return entries_from_text(_text(f"{family}.toml"), f"{family}.toml")


@functools.cache
def frameworks() -> Mapping[str, Framework]:
    """All frameworks by name."""
    data = tomllib.loads(_text("frameworks.toml"))
    found = [_framework(item) for item in data["framework"]]
    return {framework.name: framework for framework in found}


@functools.cache
def flow_rules() -> tuple[FlowRule, ...]:
    """What arguments of callables mean, most specific first."""
    data = tomllib.loads(_text("frameworks.toml"))
    return tuple(
        FlowRule(argument=r["argument"], entry=r.get("entry"), kind=r.get("kind"), is_weak=r.get("weak", False))
        for r in data["flow"]
    )


@functools.cache
def static_groups() -> tuple[StaticGroup, ...]:
    """Names that are never tuned unless the user asks."""
    data = tomllib.loads(_text("static.toml"))
    return tuple(_static_group(item) for item in data["group"])


def entries_from_text(text: str, file: str) -> tuple[KnowledgeEntry, ...]:
    """The entries of a knowledge file.

    Raises:
        UnreadableInput: it is no TOML, or an entry has a field that is missing, unknown or of a wrong value.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"The knowledge file {file} does not parse: {error}.") from error
    return tuple(_entry(item, f"{file}, entry {number}") for number, item in enumerate(data.get("entry", []), 1))


def _text(file: str) -> str:
    return resources.files(__package__).joinpath(file).read_text(encoding="utf-8")


def _entry(item: dict[str, Any], where: str) -> KnowledgeEntry:
    missing = [key for key in _REQUIRED if key not in item]
    if missing:
        raise UnreadableInput(f"{where} lacks the field '{missing[0]}'.")
    fields = {key: _field(key, value, f"{where} ({item['framework']}.{item['name']})") for key, value in item.items()}
    low, high = fields.pop("min", None), fields.pop("max", None)
    if low is not None or high is not None:
        fields["bounds"] = HardBounds(low=low, high=high)
    return KnowledgeEntry(**fields)


def _field(key: str, value: Any, where: str) -> Any:
    if key not in _READERS:
        raise UnreadableInput(f"{where} has an unknown field '{key}'.", hint=nearest_hint(key, list(_READERS)))
    try:
        return _READERS[key](value)
    except (ValueError, TypeError) as error:
        raise UnreadableInput(f"{where} has a wrong value {value!r} in its field '{key}': {error}.") from error


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("it must be text")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("it must be true or false")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_words(item) for item in value)


def _pair(value: Any) -> tuple[float, float]:
    down, up = value
    return float(down), float(up)


_REQUIRED = ("framework", "name", "meaning", "type", "source")
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "framework": _words,
    "name": _words,
    "meaning": _words,
    "source": _words,
    "note": _words,
    "aliases": _texts,
    "words": _texts,
    "values": tuple,
    "type": ValueType,
    "scale": ScalingType,
    "low": float,
    "high": float,
    "min": float,
    "max": float,
    "off": lambda value: tuple(float(item) for item in value),
    "factor": _pair,
    "step": _pair,
    "default": lambda value: value,
    "priority": int,
    "has_zero": _switch,
    "affects_cost": _switch,
    "is_resource": _switch,
    "is_conditional": _switch,
    "scales_loss": _switch,
}


def _static_group(item: dict[str, Any]) -> StaticGroup:
    why = item["why"]
    return StaticGroup(
        kind=item["kind"], patterns=tuple(item["patterns"]), why=why, switch_why=item.get("switch_why", why)
    )


def _framework(item: dict[str, Any]) -> Framework:
    return Framework(
        name=item["name"],
        title=item["title"],
        imports=tuple(item.get("imports", ())),
        callables=tuple(item.get("callables", ())),
        companions=tuple(tuple(names) for names in item.get("companions", ())),
        extends=tuple(item.get("extends", ())),
        is_boosting=item.get("boosting", False),
    )
