"""Reads knowledge files. A mistake in one is named with its file, line, entry and field."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from selftune.autotune.knowledge.entry import (
    FlowRule,
    Framework,
    KnowledgeEntry,
    KnownConstraint,
    StaticGroup,
    ValueType,
)
from selftune.autotune.knowledge.fields import (
    CONSTRAINT_READERS,
    CONSTRAINT_REQUIRED,
    ENTRY_READERS,
    ENTRY_REQUIRED,
    FRAMEWORK_READERS,
    SECTIONS,
)
from selftune.model.constraints import Constraint
from selftune.model.errors import UnknownName, UnreadableInput, UsageError, nearest_hint
from selftune.model.ranges import HardBounds, ScalingType

_HEADER = re.compile(r"\s*\[\[?[\w.\"' -]+\]\]?\s*(#.*)?\Z")
_STANDS_FOR = re.compile(r"\{([^{}]+)\}")
"""What in a reason stands for a program's own name."""
FILES = ("xgboost", "lightgbm", "catboost", "sklearn", "dl", "hf", "rl", "sagemaker")
"""One file for each family; a framework's family is the part of its name before the first dot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeFile:
    """What one file states."""

    name: str
    """For people: "xgboost.toml", or the path of a user's file."""
    entries: tuple[KnowledgeEntry, ...] = ()
    constraints: tuple[KnownConstraint, ...] = ()
    frameworks: tuple[Framework, ...] = ()


@functools.cache
def file_of(family: str) -> KnowledgeFile:
    """What is known of one family, in the order of its file; nothing for a family without a file."""
    name = f"{family}.toml"
    return file_from_text(_text(name), name) if family in FILES else KnowledgeFile(name=name)


@functools.cache
def frameworks() -> Mapping[str, Framework]:
    """All frameworks by name."""
    data = _frameworks_file()
    found = [_framework(item) for item in data["framework"]]
    return {framework.name: framework for framework in found}


@functools.cache
def _frameworks_file() -> dict[str, Any]:
    return tomllib.loads(_text("frameworks.toml"))


@functools.cache
def flow_rules() -> tuple[FlowRule, ...]:
    """What arguments of callables mean, most specific first."""
    data = _frameworks_file()
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
    return file_from_text(text, file).entries


def file_from_text(text: str, file: str, *, before: Before | None = None, source: str = "") -> KnowledgeFile:
    """All that a knowledge file states.

    Args:
        text: The file's text.
        file: Its name, for messages.
        before: What is known already, where the file is laid over it.
        source: Whose knowledge it is; put before the source that each entry names, or in place of it.

    Raises:
        UnreadableInput: it is no TOML, or it has a section or a field that is missing, unknown or of a wrong value;
            the message has file, line and field.
        UnknownName: a framework that there is not before nor in the file.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"The knowledge file {file} does not parse: {error}.") from error
    for section in data:
        if section not in SECTIONS:
            place = _Place(text, file, section, 1)
            raise UnreadableInput(
                f"{file} line {place.line()} has an unknown section '{section}'.",
                hint=nearest_hint(section, list(SECTIONS)),
            )
    frameworks = tuple(_checked_framework(i, p) for i, p in _tables(data, "framework", text, file))
    names = None if before is None else before.frameworks | {framework.name for framework in frameworks}
    entries, constraints = _tables(data, "entry", text, file), _tables(data, "constraint", text, file)
    for item, place in (*entries, *constraints) if names is not None else ():
        _check_framework(item, place, names or frozenset())
    return KnowledgeFile(
        name=file,
        entries=tuple(_entry(i, p, before, source) for i, p in entries),
        constraints=tuple(_constraint(i, p, source) for i, p in constraints),
        frameworks=frameworks,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was known before a file is read: its entries change only the fields that they have."""

    frameworks: frozenset[str]
    entry: Callable[[str, str], KnowledgeEntry | None]
    """(framework, name) -> what is known of it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One `[[section]]` of a file, the `number`-th."""

    text: str
    file: str
    section: str
    number: int

    def at(self, key: str = "") -> str:
        """ "knowledge.toml line 12, entry 3": where the section, or a key of it, stands."""
        return f"{self.file} line {self.line(key)}, {self.section} {self.number}"

    def line(self, key: str = "") -> int:
        count, start = 0, 1
        for number, line in enumerate(self.text.splitlines(), 1):
            if count == 0 and re.match(rf"\s*{re.escape(self.section)}\s*=", line):
                return number
            if _HEADER.match(line):
                if count == self.number:
                    break
                is_ours = re.match(rf"\s*\[\[?\s*{re.escape(self.section)}\s*\]", line) is not None
                count, start = (count + 1, number) if is_ours else (count, start)
            elif count == self.number and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        return start


def _tables(data: Mapping[str, Any], section: str, text: str, file: str) -> list[tuple[dict[str, Any], _Place]]:
    """Each `[[section]]` of a file with its place."""
    found = data.get(section, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UnreadableInput(f"{_Place(text, file, section, 1).at()} must be written [[{section}]].")
    return [(item, _Place(text, file, section, number)) for number, item in enumerate(found, 1)]


def _check_framework(item: Mapping[str, Any], place: _Place, known: frozenset[str]) -> None:
    name = item.get("framework")
    if name is not None and name not in known:
        raise UnknownName("framework", str(name), known, where=place.at("framework"))


def _text(file: str) -> str:
    return Path(__file__).with_name(file).read_text(encoding="utf-8")


def _entry(item: dict[str, Any], place: _Place, before: Before | None, source: str) -> KnowledgeEntry:
    base = before.entry(str(item.get("framework")), str(item.get("name"))) if before is not None else None
    _check_names(item, ENTRY_READERS, place)
    _require(item, ENTRY_REQUIRED if base is None else ("framework", "name"), place, given=bool(source))
    values = _fields(item, ENTRY_READERS, place, f" ({item['framework']}.{item['name']})")
    low, high = values.pop("min", None), values.pop("max", None)
    if low is not None or high is not None:
        given = base.bounds if base is not None and base.bounds is not None else HardBounds()
        values["bounds"] = _bounds(given.low if low is None else low, given.high if high is None else high, item, place)
    values["source"] = _source(source, values.get("source", ""))
    if base is not None:
        values = {**{f.name: getattr(base, f.name) for f in fields(base)}, **values, "name": base.name}
    _check_box(values, item, place)
    return KnowledgeEntry(**values)


def _bounds(low: float | None, high: float | None, item: Mapping[str, Any], place: _Place) -> HardBounds:
    if low is not None and high is not None and low > high:
        key = "min" if "min" in item else "max"
        raise UnreadableInput(f"{place.at(key)} has min {low:g} above max {high:g}.", hint="Exchange them.")
    return HardBounds(low=low, high=high)


def _check_box(values: Mapping[str, Any], item: Mapping[str, Any], place: _Place) -> None:
    """Refuse a box without room, or on a scale that it does not fit."""
    if values["type"] is ValueType.CATEGORICAL:
        return
    low, high = values.get("low", 0.0), values.get("high", 1.0)
    key = "low" if "low" in item else "high" if "high" in item else "scale"
    if low > high:
        raise UnreadableInput(f"{place.at(key)} has low {low:g} above high {high:g}.", hint="Exchange them.")
    scale = values.get("scale", ScalingType.LINEAR)
    if scale is ScalingType.LOG and low <= 0:
        raise UnreadableInput(
            f"{place.at(key)} has the log scale, but low is {low:g}.",
            hint="A log scale needs low above zero; has_zero = true tries zero beside it.",
        )
    if scale is ScalingType.REVERSE_LOG and not 0 <= low <= high <= 1:
        raise UnreadableInput(
            f"{place.at(key)} has the reverse-log scale, but the box {low:g}..{high:g}.",
            hint="Keep low and high within 0..1.",
        )


def _constraint(item: dict[str, Any], place: _Place, source: str) -> KnownConstraint:
    _check_names(item, CONSTRAINT_READERS, place)
    _require(item, CONSTRAINT_REQUIRED, place, given=bool(source))
    values = _fields(item, CONSTRAINT_READERS, place, "")
    try:
        names = Constraint(text=values["text"], reason="", source="").names
    except UsageError as error:
        raise UnreadableInput(f"{place.at('text')}: {error.message}", hint=error.hint) from error
    unknown = next((name for name in _STANDS_FOR.findall(values["reason"]) if name not in names), None)
    if unknown is not None:
        raise UnknownName("name", unknown, names, where=f"the reason of {place.at('reason')}")
    return KnownConstraint(**{**values, "source": _source(source, values.get("source", ""))})


def _checked_framework(item: dict[str, Any], place: _Place) -> Framework:
    _check_names(item, FRAMEWORK_READERS, place)
    _require(item, ("name", "title"), place, given=False)
    return Framework(**_fields(item, FRAMEWORK_READERS, place, ""))


def _require(item: Mapping[str, Any], required: tuple[str, ...], place: _Place, *, given: bool) -> None:
    needed = [key for key in required if not (given and key == "source")]
    missing = next((key for key in needed if key not in item), None)
    if missing is not None:
        raise UnreadableInput(f"{place.at()} lacks the field '{missing}'.", hint=f"It needs: {', '.join(needed)}.")


def _check_names(item: Mapping[str, Any], known: Mapping[str, Any], place: _Place) -> None:
    """Refuse a field that there is not, before one that is missing: it may be the one, misspelt."""
    unknown = next((key for key in item if key not in known), None)
    if unknown is not None:
        raise UnreadableInput(
            f"{place.at(unknown)} has an unknown field '{unknown}'.", hint=nearest_hint(unknown, list(known))
        )


def _fields(
    item: Mapping[str, Any], readers: Mapping[str, Callable[[Any], Any]], place: _Place, what: str
) -> dict[str, Any]:
    return {key: _field(key, value, readers, place, what) for key, value in item.items()}


def _field(key: str, value: Any, readers: Mapping[str, Callable[[Any], Any]], place: _Place, what: str) -> Any:
    try:
        return readers[key](value)
    except (ValueError, TypeError) as error:
        raise UnreadableInput(
            f"{place.at(key)}{what} has a wrong value {value!r} in its field '{key}': {error}."
        ) from error


def _source(whose: str, own: str) -> str:
    return "; ".join(part for part in (whose, own) if part)


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
        steps=tuple(item.get("steps", ())),
        images=tuple(item.get("images", ())),
    )
