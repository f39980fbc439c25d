"""The expert's ranges as ours, under names that say nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tasks import Parameter, Values

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType


def range_of(parameter: Parameter) -> Range:
    """The expert's range as one of ours."""
    if parameter.kind == "choice":
        return CategoricalRange(values=parameter.choices)
    scaling = ScalingType.LOG if parameter.is_log else ScalingType.LINEAR
    if parameter.kind == "int":
        return IntegerRange(low=int(parameter.low), high=int(parameter.high), scaling=scaling)
    return ContinuousRange(low=parameter.low, high=parameter.high, scaling=scaling)


def anonymous(names: Iterable[str]) -> dict[str, str]:
    """Names that say nothing, in the same order: no knowledge of hyperparameters has a part in the result, nor do its
    bounds refuse what the expert's range holds."""
    return {name: f"h{number:03d}" for number, name in enumerate(names)}


def renamed(values: Values, names: dict[str, str]) -> Values:
    """The values under the names that say nothing; those without one are left out."""
    return {names[name]: value for name, value in values.items() if name in names}


def behind(score: Callable[[Values], Any], names: dict[str, str]) -> Callable[[Values], Any]:
    """A score of values under the names that say nothing."""
    return lambda values: score({name: values[hidden] for name, hidden in names.items()})
