"""How far the training was when a line was printed: its epoch, step, iteration or round."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from selftune.training.metrics.recognisers.recogniser import Named

_UNITS = ("epoch", "step", "iteration", "round")
"""The coarser counts for more: a step often begins anew in each epoch."""
_SPELLINGS = {"ep": "epoch", "it": "iteration", "iter": "iteration", "timestep": "step", "epochs": "epoch"}
_COUNT = re.compile(
    r"(?<![A-Za-z])(epoch|step|iteration|iter|round)s?(?![A-Za-z])['\"]?\s*[=:#]?\s*['\"]?[\[(]?\s*(\d+)", re.IGNORECASE
)


class Count(NamedTuple):
    """A number that says how far the training was."""

    unit: str
    """One of "epoch", "step", "iteration" and "round"."""
    place: int
    """Where it stands in the line."""
    value: float


def count_in(line: str, found: Sequence[Named]) -> Count | None:
    """The count of a line, by its named numbers, or else by what stands in front of a number; None without one."""
    counts = [Count(unit, named.place, named.value) for named in found if (unit := unit_of(named.name)) is not None]
    for match in _COUNT.finditer(line):
        unit = unit_of(match.group(1))
        if unit is not None:
            counts.append(Count(unit, match.start(2), float(match.group(2))))
    return min(counts, key=lambda count: _UNITS.index(count.unit)) if counts else None


@functools.lru_cache(maxsize=4096)
def unit_of(name: str) -> str | None:
    """The unit of a number of this name; None where it counts nothing of the kind."""
    last = name.lower().replace("-", "_").replace("/", "_").rsplit("_", 1)[-1].rsplit(" ", 1)[-1]
    unit = _SPELLINGS.get(last, last)
    return unit if unit in _UNITS else None
