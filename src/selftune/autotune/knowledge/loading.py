"""Reads knowledge files. A mistake in one is named with its file, entry and field."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from selftune.autotune.knowledge.entry import FlowRule, Framework, KnowledgeEntry, StaticGroup, ValueType
from selftune.model.errors import UnreadableInput
from selftune.model.ranges import HardBounds, ScalingType

FILES = ("xgboost", "lightgbm", "catboost", "sklearn", "dl", "hf", "rl", "sagemaker")
"""One file for each family; a framework's family is the part of its name before the first dot."""

_ENTRY_KEYS = frozenset(
    "framework name aliases meaning type low high factor step values words scale has_zero min max default priority "
    "affects_cost is_resource is_conditional scales_loss note source".split(" ")
)


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
    return tuple(FlowRule(argument=r["argument"], entry=r.get("entry"), kind=r.get("kind")) for r in data["flow"])


@functools.cache
def static_groups() -> tuple[StaticGroup, ...]:
    """Names that are never tuned unless the user asks."""
    data = tomllib.loads(_text("static.toml"))
    return tuple(StaticGroup(kind=g["kind"], patterns=tuple(g["patterns"]), why=g["why"]) for g in data["group"])


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
    unknown = item.keys() - _ENTRY_KEYS
    if unknown:
        raise UnreadableInput(f"{where} has an unknown field '{min(unknown)}'.", hint=f"Known: {sorted(_ENTRY_KEYS)}.")
    missing = [key for key in ("framework", "name", "meaning", "type", "source") if key not in item]
    if missing:
        raise UnreadableInput(f"{where} lacks the field '{missing[0]}'.")
    try:
        return _entry_from(item)
    except (ValueError, TypeError) as error:
        raise UnreadableInput(f"{where} ({item['framework']}.{item['name']}) has a wrong value: {error}.") from error


def _entry_from(item: dict[str, Any]) -> KnowledgeEntry:
    has_bounds = "min" in item or "max" in item
    plain = {key: item[key] for key in _PLAIN_KEYS if key in item}
    tuples = {key: tuple(item[key]) for key in ("aliases", "values", "words") if key in item}
    return KnowledgeEntry(
        type=ValueType(item["type"]),
        scale=ScalingType(item.get("scale", "linear")),
        factor=_pair(item.get("factor")),
        step=_pair(item.get("step")),
        bounds=HardBounds(low=item.get("min"), high=item.get("max")) if has_bounds else None,
        **plain,
        **tuples,
    )


_PLAIN_KEYS = (
    "framework",
    "name",
    "meaning",
    "source",
    "low",
    "high",
    "has_zero",
    "default",
    "priority",
    "affects_cost",
    "is_resource",
    "is_conditional",
    "scales_loss",
    "note",
)


def _pair(item: list[float] | None) -> tuple[float, float] | None:
    if item is None:
        return None
    down, up = item
    return float(down), float(up)


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
