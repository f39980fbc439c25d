"""TOML: `key = scalar` lines, each checked against what the whole file says."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from selftune.model.values import HyperparameterValue, is_number
from selftune.training.config_formats.located import Located, drop_ambiguous

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\\\n]*"|'[^'\n]*')"""
_TABLE = re.compile(rf"\s*\[\s*(?P<path>{_KEY}(?:\s*\.\s*{_KEY})*)\s*\]\s*(?:#.*)?\Z")
_ASSIGNMENT = re.compile(rf"\s*(?P<path>{_KEY}(?:\s*\.\s*{_KEY})*)\s*=\s*(?P<value>.*)\Z", re.DOTALL)
_SCALAR = re.compile(r"""(?:"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')[^'\n]*'|[^\s#,\[\]{}"']+)""")
_PART = re.compile(_KEY)
_REST = re.compile(r"\s*(?:#.*)?\s*\Z")


def locate(text: str) -> dict[str, Located]:
    """Scalars below tables, by dotted key; those of arrays of tables and of inline tables are left out."""
    whole = tomllib.loads(text)
    found: list[tuple[str, Located]] = []
    table: tuple[str, ...] | None = ()
    offset = 0
    for line in text.splitlines(keepends=True):
        if heading := _TABLE.match(line.rstrip("\r\n")):
            table = _path(heading["path"])
        elif line.lstrip().startswith("[["):
            table = None
        elif table is not None and (place := _scalar_of(line, offset, table, whole)):
            found.append(place)
        offset += len(line)
    return drop_ambiguous(found)


def write(value: HyperparameterValue, _standing: str) -> str:
    """A scalar as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)


def _scalar_of(line: str, offset: int, table: tuple[str, ...], whole: dict[str, Any]) -> tuple[str, Located] | None:
    """(dotted key, place) of a line that assigns a scalar; None for anything else, as a line inside a long string."""
    assignment = _ASSIGNMENT.match(line)
    scalar = _SCALAR.match(line, assignment.start("value")) if assignment else None
    if assignment is None or scalar is None or not _REST.match(line, scalar.end()):
        return None
    path = table + _path(assignment["path"])
    try:
        value = tomllib.loads(f"value = {scalar[0]}")["value"]
    except tomllib.TOMLDecodeError:
        return None
    if not (is_number(value) or isinstance(value, bool | str)) or _at(whole, path) != value:
        return None
    return ".".join(path), Located(value, offset + scalar.start(), offset + scalar.end())


def _path(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _at(whole: dict[str, Any], path: tuple[str, ...]) -> object:
    node: Any = whole
    for part in path:
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node
