"""Lines that are a whole record: a JSON object, or a Python dictionary as a training library prints it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from selftune.training.metrics.numbers import number_from_text

_NAME_KEYS = ("metric", "metric_name", "name")
_VALUE_KEYS = ("value", "metric_value")


def record_in(line: str) -> list[tuple[str, float]] | None:
    """(name, value) of each number in a line that is one JSON object; None where the line is none.

    Nested objects give `outer/inner` names. `{"metric": "auc", "value": 0.9}` gives `auc`.
    """
    text = line.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _named(data) or list(_numbers(data, ""))


def _named(data: dict[str, Any]) -> list[tuple[str, float]]:
    name = next((data[key] for key in _NAME_KEYS if isinstance(data.get(key), str)), None)
    value = next((_number(data[key]) for key in _VALUE_KEYS if key in data), None)
    return [(name, value)] if name and value is not None else []


def _numbers(data: dict[str, Any], prefix: str) -> Iterator[tuple[str, float]]:
    for key, item in data.items():
        if isinstance(item, dict):
            yield from _numbers(item, f"{prefix}{key}/")
        else:
            value = _number(item)
            if value is not None:
                yield f"{prefix}{key}", value


def _number(item: Any) -> float | None:
    if isinstance(item, bool):
        return None
    if isinstance(item, int | float):
        return float(item)
    return number_from_text(item) if isinstance(item, str) else None
