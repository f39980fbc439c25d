"""The metric that a program says it watches: `ModelCheckpoint(monitor="val_loss", mode="min")`, `monitor: max f1`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from selftune.autotune.names import last_part
from selftune.autotune.reader.python.constants import fold
from selftune.autotune.reader.python.source import SourceProgram
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.objective import Direction
from selftune.model.values import HyperparameterValue

_KEYS = frozenset({"monitor", "monitor_metric", "metric_for_best_model", "early_stopping_metric"})
_WAYS = {
    "min": Direction.MINIMIZE,
    "minimize": Direction.MINIMIZE,
    "max": Direction.MAXIMIZE,
    "maximize": Direction.MAXIMIZE,
}
_TEXT = re.compile(r"(?:(?P<way>min|max)\s+)?(?P<name>[A-Za-z][\w./@:-]*)")


def monitored_in_source(program: SourceProgram) -> list[PrintedMetric]:
    """What literal arguments and dictionary items called "monitor" name, in the order of the source."""
    found: list[PrintedMetric] = []
    for module in program:
        for call in module.all(ast.Call):
            if not call.keywords or _KEYS.isdisjoint([k.arg for k in call.keywords]):
                continue
            items = {k.arg: fold(k.value, module.constants) for k in call.keywords if k.arg is not None}
            found += _monitored(items, module.source(call))
        for dictionary in module.all(ast.Dict):
            keys = [k.value if isinstance(k, ast.Constant) else None for k in dictionary.keys]
            if _KEYS.isdisjoint(keys):
                continue
            values = [fold(value, module.constants) for value in dictionary.values]
            pairs = {str(k): v for k, v in zip(keys, values, strict=True) if isinstance(k, str)}
            found += _monitored(pairs, module.source(dictionary))
    return found


def monitored_in_files(entries: Iterable[tuple[str, Mapping[str, HyperparameterValue]]]) -> list[PrintedMetric]:
    """What the keys called "monitor" of configuration files name; of each file (path, values by dotted key)."""
    found: list[PrintedMetric] = []
    for path, values in entries:
        for key, value in values.items():
            prefix = key[: len(key) - len(last_part(key))]
            if last_part(key) in _KEYS:
                way = {name: values.get(prefix + name) for name in ("mode", "greater_is_better")}
                found += _monitored({"monitor": value, **way}, path)
    return found


def _monitored(items: Mapping[str, object], source: str) -> Iterator[PrintedMetric]:
    text = next((items[key] for key in _KEYS if isinstance(items.get(key), str)), None)
    match = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or match["name"] in ("off", "auto", "none"):
        return
    way = match["way"] or items.get("mode")
    direction = _WAYS.get(way) if isinstance(way, str) else None
    if isinstance(items.get("greater_is_better"), bool):
        direction = Direction.MAXIMIZE if items["greater_is_better"] else Direction.MINIMIZE
    yield PrintedMetric(name=match["name"], source=source, is_monitored=True, direction=direction)
