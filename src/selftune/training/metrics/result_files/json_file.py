"""`metrics.json`, `eval_results.json` and the like: one object, a list of records, or a record on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from selftune.training.metrics.names import is_counter
from selftune.training.metrics.recognisers.json_record import numbers_of
from selftune.training.metrics.result_files.file_names import is_called_results
from selftune.training.metrics.result_files.reading import FilePoint, FileRecogniser
from selftune.training.metrics.steps import unit_of


def read(path: Path, is_growing: bool) -> list[FilePoint]:
    """The file's numbers under their names, in order; nested ones as `outer/inner`.

    Raises:
        ValueError: it is no JSON.
    """
    text = path.read_text(encoding="utf-8")
    try:
        return list(_points(json.loads(text)))
    except json.JSONDecodeError:
        lines = text.splitlines()
        if is_growing and not text.endswith("\n"):
            lines = lines[:-1]
        records = [json.loads(line) for line in lines if line.strip()]
    return [point for record in records for point in _points(record)]


def _points(data: Any) -> Iterator[FilePoint]:
    if isinstance(data, list):
        for item in data:
            yield from _points(item)
    elif isinstance(data, dict):
        yield from record_points(list(numbers_of({k: v for k, v in data.items() if not isinstance(v, list)})))
        for name, item in data.items():
            if isinstance(item, list):
                yield from _series(name, item)


def _series(name: str, items: list[Any]) -> Iterator[FilePoint]:
    """A list: of records, or of the values that a metric had one after the other."""
    if items and all(isinstance(item, dict) for item in items):
        yield from _points(items)
    elif not is_counter(name):
        for step, item in enumerate(items):
            if isinstance(item, int | float) and not isinstance(item, bool):
                yield FilePoint(name=name, value=float(item), step=step)


def record_points(found: Sequence[tuple[str, float]]) -> Iterator[FilePoint]:
    """The metrics of one record, with its own count as their step."""
    step = next((value for name, value in found if unit_of(name) is not None), None)
    for name, value in found:
        if not is_counter(name):
            yield FilePoint(name=name, value=value, step=step)


JSON_FILE = FileRecogniser(
    name="JSON file",
    example="metrics.json",
    takes=lambda name: is_called_results(name, (".json", ".jsonl", ".ndjson")),
    read=read,
)
