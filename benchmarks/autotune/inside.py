"""Whether the best values that anybody found lie inside our inferred ranges, before and after they went further."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scores import best_after
from searches import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often the best known value of a hyperparameter that we tune lies inside."""

    by_name: dict[str, tuple[int, int]]
    """Hyperparameter to (inside, of so many)."""
    tasks_inside: float
    """Share of searches with the best values of all their tuned hyperparameters inside."""

    @property
    def values_inside(self) -> float:
        """Share over tasks and hyperparameters."""
        inside, of = (sum(counts) for counts in zip(*self.by_name.values(), strict=True))
        return inside / of


def best_known(rows: Iterable[Row]) -> dict[tuple[str, str], dict[str, Any]]:
    """The hyperparameters of the lowest loss that any tool found with any seed, by (learner, data set).

    What a tool left at the script's default is not listed.
    """
    best: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
    for row in rows:
        loss, task = best_after(row, row["jobs"]), (row["learner"], row["task"])
        if loss < best.get(task, (math.inf, {}))[0]:
            best[task] = (loss, row["best_values"])
    return {task: values for task, (_, values) in best.items()}


def coverage(
    ours: Sequence[Row], best: Mapping[tuple[str, str], Mapping[str, Any]], today: Mapping[str, Any], ranges: str
) -> Coverage | None:
    """How much of what is best lies inside `ranges` ("ranges_before" or "ranges_after") of our searches.

    Args:
        best: by (learner, data set).
        today: default values by learner, for what the best search left alone.
    """
    by_name: dict[str, tuple[int, int]] = {}
    whole = 0
    for row in ours:
        values = {**today[row["learner"]], **best[row["learner"], row["task"]]}
        inside = {name: is_inside(values[name], space) for name, space in row[ranges].items() if name in values}
        for name, is_in in inside.items():
            found, of = by_name.get(f"{row['learner']}.{name}", (0, 0))
            by_name[f"{row['learner']}.{name}"] = (found + is_in, of + 1)
        whole += all(inside.values())
    return Coverage(by_name=by_name, tasks_inside=whole / len(ours)) if by_name else None


def is_inside(value: Any, space: Sequence[Any]) -> bool:
    """Whether a value lies in a range as `ours.described` writes it down; a relative 1e-6 beyond an end still does."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or len(space) != 3 or not isinstance(space[2], bool):
        return value in space
    low, high, has_zero = space
    return low - 1e-6 * abs(low) <= value <= high + 1e-6 * abs(high) or (has_zero and 0 <= value < low)
