"""A plan beside an expert's labels: the same names, and whether role, scale, range and objective are right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labels import Case, Label

_TINY = 1e-12
_INSIDE = 0.4
"""A strictly good range lies in the expert's window by at least this share of its length, on its own scale."""
_NARROW = 10
"""High over low: in so narrow a range a linear scale does as well as a logarithmic one."""
_SAME_WORD = {
    "valid": "val",
    "validation": "val",
    "vali": "val",
    "dev": "val",
    "eval": "val",
    "accuracy": "acc",
    "perplexity": "ppl",
}
_EMPTY_WORDS = {"average", "avg", "mean", "the", "set", "score", "of", "best", "is", "final"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a plan does with one name."""

    name: str
    role: str
    low: float | None = None
    high: float | None = None
    scale: str = ""

    @property
    def is_tuned(self) -> bool:
        return self.role == "tuned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """What is judged of a plan."""

    hyperparameters: Mapping[str, Planned]
    """By plain name."""
    objective: str | None
    direction: str
    seconds: float
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class RangeVerdict:
    """How good the range of a tuned hyperparameter is."""

    scale: bool
    acceptable: bool
    """It holds today's value and meets the window."""
    strict: bool
    """Besides, at least 40 % of it lie in the window, and none beyond what the program accepts."""


def read_plan(document: Mapping[str, Any], seconds: float) -> ReadPlan:
    """Read the plan's JSON: the one place that knows it."""
    objective = document.get("objective") or {}
    is_max = str(objective.get("type", "")).lower().startswith("max")
    found = [_planned(entry) for entry in document.get("hyperparameters", ())]
    return ReadPlan(
        hyperparameters={plain(planned.name): planned for planned in found},
        objective=objective.get("name"),
        direction="max" if is_max else "min",
        seconds=seconds,
    )


def failed_plan(failure: str, seconds: float) -> ReadPlan:
    return ReadPlan(hyperparameters={}, objective=None, direction="min", seconds=seconds, failure=failure)


def plain(name: str) -> str:
    """A name as the parsers take it: dashes and underscores are one, letters are small."""
    return name.lstrip("-").replace("-", "_").lower()


def paired(labels: Iterable[Label], plan: ReadPlan) -> dict[str, Planned]:
    """Label name -> what the plan says: the same name, else the only one with the same last dotted part."""
    labels = list(labels)
    pairs = {a.name: plan.hyperparameters[plain(a.name)] for a in labels if plain(a.name) in plan.hyperparameters}
    taken = {plain(planned.name) for planned in pairs.values()}
    free = {name: planned for name, planned in plan.hyperparameters.items() if name not in taken}
    rest = [label for label in labels if label.name not in pairs]
    for label in rest:
        candidates = [planned for name, planned in free.items() if _last(name) == _last(label.name)]
        rivals = [other for other in rest if _last(other.name) == _last(label.name)]
        if len(candidates) == len(rivals) == 1:
            pairs[label.name] = candidates[0]
    return pairs


def judged_range(label: Label, planned: Planned) -> RangeVerdict:
    """Judge the range that a plan gives to a name that must be tuned."""
    low, high = planned.low, planned.high
    is_narrow = low is not None and high is not None and low > 0 and high <= _NARROW * low
    scale = planned.scale in (*label.scales, "categorical")
    scale = scale or (planned.scale == "linear" and "log" in label.scales and is_narrow)
    if low is None or high is None or low > label.high or high < label.low:
        return RangeVerdict(scale, False, False)
    acceptable = _is_free(label) or low <= float(label.value) <= high
    within = label.minimum <= low and high <= label.maximum
    strict = acceptable and within and _share_inside(label, low, high, planned.scale) >= _INSIDE
    return RangeVerdict(scale, acceptable, strict)


def is_right_objective(case: Case, plan: ReadPlan) -> bool:
    """Whether the plan's objective metric and its direction are ones that an expert would take."""
    if plan.objective is None:
        return not case.objectives or case.may_lack_objective
    return any(
        metric_words(plan.objective) == metric_words(name) and plan.direction == sensible.direction
        for sensible in case.objectives
        for name in sensible.names
    )


def metric_words(name: str) -> frozenset[str]:
    """A metric's name as a set of words: "loss_val", "Validation Loss" and "val/loss" are one."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()
    found = {_SAME_WORD.get(word, word) for word in re.findall(r"[a-z]+|[0-9]+", split)}
    return frozenset(found - _EMPTY_WORDS or found)


def _planned(entry: Mapping[str, Any]) -> Planned:
    range_ = entry.get("range") or {}
    bounds = [v for v in range_.get("values") or () if isinstance(v, int | float)]
    bounds = bounds or [b for b in (range_.get("low"), range_.get("high")) if b is not None]
    return Planned(
        name=entry["name"],
        role=entry["role"],
        low=min(bounds, default=None),
        high=max(bounds, default=None),
        scale="categorical" if range_.get("type") == "categorical" else str(range_.get("scale", "")).lower(),
    )


def _last(name: str) -> str:
    return plain(name).rpartition(".")[2]


def _is_free(label: Label) -> bool:
    """Today's value says nothing: a smoke value, none, no number, or zero on a logarithmic scale."""
    is_number = isinstance(label.value, int | float) and not isinstance(label.value, bool)
    return label.is_smoke or not is_number or (label.value == 0 and label.scales[0] == "log")


def _share_inside(label: Label, low: float, high: float, scale: str) -> float:
    a, b, c, d = (_on_scale(x, scale) for x in (low, high, label.low, label.high))
    return (min(b, d) - max(a, c)) / max(b - a, _TINY)


def _on_scale(x: float, scale: str) -> float:
    if scale == "log":
        return math.log(max(x, _TINY))
    if scale == "reverse-log":
        return -math.log(max(1 - x, _TINY))
    return float(x)
