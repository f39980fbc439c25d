"""Functions that fail in places, as tasks: what a training that runs out of memory or diverges looks like to a search.

cliff     the loss falls towards an edge, beyond which all fails
strewn    a hash of the values fails three of ten training jobs
corner    what is large in both of two hyperparameters fails, and the optimum lies along that edge
valley    only a narrow part of the space works
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from types import MappingProxyType
from typing import TypeAlias

from tasks import Parameter, Task, Values

Loss: TypeAlias = Callable[[Sequence[float]], float]

DRAWS = 20_000
"""Random values from which the scores at regret 0 (the best thousandth) and 1 (the median) are taken."""


def failing_task(name: str) -> Task:
    """One of `NAMES`; a training that fails has the score NaN."""
    loss, dimension = _FUNCTIONS[name]
    names = [f"x{number}" for number in range(dimension)]

    def score(values: Values) -> float:
        return -loss([float(values[name]) for name in names])

    draws = random.Random(0)
    drawn = (-loss([draws.random() for _ in range(dimension)]) for _ in range(DRAWS))
    found = sorted(reached for reached in drawn if not math.isnan(reached))
    return Task(
        name=name,
        parameters=tuple(Parameter(name=name, kind="float", low=0.0, high=1.0) for name in names),
        start=dict.fromkeys(names, 0.3),
        score=score,
        zero=found[int(0.999 * (len(found) - 1))],
        one=median(found),
    )


def _cliff(x: Sequence[float]) -> float:
    return math.nan if x[0] > 0.75 + 0.1 * x[1] else _bowl(x, 0.75)


def _strewn(x: Sequence[float]) -> float:
    number = math.sin(1e4 * sum(weight * place for weight, place in zip((1.3, 2.7, 3.1, 4.9), x, strict=True)))
    return math.nan if number > math.cos(0.3 * math.pi) else _bowl(x, 0.6)


def _corner(x: Sequence[float]) -> float:
    size = x[0] + x[1]
    if size > 0.9:
        return math.nan
    return math.log(0.03 + (1 - size) ** 2 + 0.3 * (x[0] - 0.35) ** 2 + (x[2] - 0.3) ** 2 + 0.3 * (x[3] - 0.5) ** 2)


def _valley(x: Sequence[float]) -> float:
    if abs(x[0] - 0.3) > 0.12 or x[1] > 0.6:
        return math.nan
    return math.log(0.03 + 4 * (x[0] - 0.35) ** 2 + (x[1] - 0.5) ** 2 + 0.5 * (x[2] - 0.8) ** 2)


def _bowl(x: Sequence[float], lowest: float) -> float:
    slopes = 4 * (lowest - x[0]) ** 2 + 0.5 * (x[1] - 0.4) ** 2 + 0.3 * (x[2] - 0.6) ** 2 * (1 + x[0])
    return math.log(0.02 + slopes + 0.05 * abs(x[3] - 0.3))


_FUNCTIONS: Mapping[str, tuple[Loss, int]] = MappingProxyType(
    {"cliff": (_cliff, 4), "strewn": (_strewn, 4), "corner": (_corner, 4), "valley": (_valley, 3)}
)
NAMES = tuple(_FUNCTIONS)
