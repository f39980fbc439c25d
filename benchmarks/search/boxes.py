"""Ranges that a search is given in place of the expert's: those that AWS prints, and ranges that miss the optimum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tasks import Parameter, Task, Values

CUT = 0.45
"""A cut range ends here, or begins at one minus it, on its unit axis."""


def missing_the_optimum(task: Task, reference: Values) -> tuple[Parameter, ...]:
    """Each important range cut to the half, on its scale, in which the best known value does not lie.

    Args:
        reference: "important" names and "best_cfg", the best values known.
    """
    return tuple(cut(parameter, reference) for parameter in task.parameters)


def cut(parameter: Parameter, reference: Values) -> Parameter:
    """The parameter without the part of its range in which the best known value lies, where it is important."""
    if parameter.name not in reference["important"] or parameter.kind == "choice":
        return parameter
    low, high = (math.log(end) if parameter.is_log else end for end in (parameter.low, parameter.high))
    best = reference["best_cfg"][parameter.name]
    place = ((math.log(best) if parameter.is_log else best) - low) / (high - low)
    ends = (low, low + CUT * (high - low)) if place > 0.5 else (high - CUT * (high - low), high)
    low, high = (math.exp(end) if parameter.is_log else end for end in ends)
    if parameter.kind == "int":
        low, high = math.ceil(low), math.floor(high)
    return replace(parameter, low=low, high=high)


def within(printed: Sequence[Parameter], domain: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """The printed ranges as far as they lie in the domain, on the printed scale; the domain's where none is printed."""
    by_name = {parameter.name: parameter for parameter in printed}
    return tuple(_within(by_name[known.name], known) if known.name in by_name else known for known in domain)


def _within(printed: Parameter, domain: Parameter) -> Parameter:
    return replace(printed, low=max(printed.low, domain.low), high=min(printed.high, domain.high))


def nearest(parameter: Parameter, value: Any) -> Any:
    """The value, or the nearest one that the parameter's range holds."""
    if parameter.kind == "choice":
        return value
    found = min(max(value, parameter.low), parameter.high)
    return round(found) if parameter.kind == "int" else float(found)
