"""JSON: a reader that remembers where each scalar stands."""

from __future__ import annotations

import json
import re

from selftune.model.values import HyperparameterValue, is_number
from selftune.training.config_formats.located import Located, drop_ambiguous

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def locate(text: str) -> dict[str, Located]:
    """Scalars below objects, by dotted key."""
    json.loads(text)  # the walk below need not look for mistakes
    found: list[tuple[str, Located]] = []
    start = _after_space(text, 0)
    if text.startswith("{", start):
        _walk_object(text, start, "", found)
    return drop_ambiguous(found)


def write(value: HyperparameterValue, _standing: str) -> str:
    """A scalar as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _walk_object(text: str, start: int, prefix: str, found: list[tuple[str, Located]]) -> int:
    """Enter the scalars of the object that opens at `start`; returns the position after it."""
    position = _after_space(text, start + 1)
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        position = _after_space(text, _after_space(text, position) + 1)  # over the colon
        position = _after_space(text, _walk_value(text, position, f"{prefix}{key}", found))
        if text[position] == ",":
            position = _after_space(text, position + 1)
    return position + 1


def _walk_value(text: str, start: int, key: str, found: list[tuple[str, Located]]) -> int:
    if text[start] == "{":
        return _walk_object(text, start, f"{key}.", found)
    value, end = _DECODER.raw_decode(text, start)
    if is_number(value) or isinstance(value, bool | str):
        found.append((key, Located(value, start, end)))
    return end


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
