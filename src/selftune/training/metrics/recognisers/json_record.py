"""A line that is one JSON object, or ends with one: what structured loggers write, and `selftune.report`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from selftune.training.metrics.names import is_counter
from selftune.training.metrics.numbers import number_from_text
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser
from selftune.training.metrics.recognisers.settings import are_settings

_NAME_KEYS = ("metric", "metric_name", "name")
_VALUE_KEYS = ("value", "metric_value")


def find(line: str) -> list[Named] | None:
    """Each number of the object; nested ones as `outer/inner`, and of `{"metric": "auc", "value": 0.9}` that as `auc`.

    What stands before the object (a logger's words, a progress bar) is left out.
    """
    text = line.rstrip()
    if not text.endswith("}"):
        return None
    start = text.find('{"')
    if start < 0:
        return None
    if are_settings(text[:start]):
        return None if ":" in text[:start].rstrip(": ") else []
    try:
        data = json.loads(text[start:])
    except (ValueError, RecursionError):
        return None
    return _named(data) or [Named(start, name, value) for name, value in numbers_of(data)]


def numbers_of(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """(name, value) of each number in a JSON object, those of nested objects too."""
    for key, item in data.items():
        if isinstance(item, dict):
            yield from numbers_of(item, f"{prefix}{key}/")
        else:
            value = number_of(item)
            if value is not None:
                yield f"{prefix}{key}", value


def number_of(item: Any) -> float | None:
    """The number that a JSON value is, or that its text stands for."""
    if isinstance(item, bool):
        return None
    if isinstance(item, int | float):
        try:
            return float(item)
        except OverflowError:
            return None
    return number_from_text(item) if isinstance(item, str) else None


def _named(data: dict[str, Any]) -> list[Named]:
    name = next((data[key] for key in _NAME_KEYS if isinstance(data.get(key), str)), None)
    value = next((number_of(data[key]) for key in _VALUE_KEYS if key in data), None)
    if name is None or value is None:
        return []
    counters = ((key, number_of(item)) for key, item in data.items() if is_counter(key))
    return [Named(0, name, value), *(Named(0, key, count) for key, count in counters if count is not None)]


JSON_RECORD = Recogniser(name="JSON line", example='{"step": 3, "val_loss": 0.25}', find=find)
