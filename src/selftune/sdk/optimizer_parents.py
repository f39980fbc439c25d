"""Results of earlier searches, from which an `Optimizer` makes a warm start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from selftune.model.acting import at_rest
from selftune.model.errors import UsageError
from selftune.model.history import ParentResults
from selftune.model.objective import Direction
from selftune.model.values import is_finite_number, is_number
from selftune.sdk.optimizer_record import OptimizerOutcome
from selftune.sdk.optimizer_space import Space
from selftune.sdk.optimizer_state import OptimizerState
from selftune.sdk.values import plain, shown

Results: TypeAlias = Iterable[tuple[Mapping[str, Any], float]]

MOST_PARENTS = 5
_PAIRS = (
    "Give an earlier Optimizer, or pairs such as [({'lr': 0.1}, 0.83), ({'lr': 0.01}, 0.79)], each in parents=[...]."
)
FEWEST_ROWS = 4
"""A parent with fewer results inside the ranges gives values to try, and says nothing of what lies between them."""


def results_of_state(state: OptimizerState) -> list[tuple[Mapping[str, Any], float]]:
    """(values, loss) of what an earlier optimizer was told."""
    return [
        (dict(job.values), state.direction.loss(job.objective))
        for job in state.jobs
        if job.outcome is OptimizerOutcome.COMPLETED and job.objective is not None
    ]


def results_as_losses(given: Any, direction: Direction) -> list[tuple[Mapping[str, Any], float]]:
    """(values, loss) of (values, objective) pairs; those without a finite objective show nothing.

    Raises:
        UsageError: they are no such pairs.
    """
    try:
        pairs = [(_plain_values(values), plain(objective)) for values, objective in given]
    except (TypeError, ValueError) as error:
        raise UsageError(f"The parent {shown(given)} holds no pairs of values and objective.", hint=_PAIRS) from error
    odd = next((found for _, found in pairs if found is not None and not is_number(found)), None)
    if odd is not None:
        raise UsageError(f"A parent has the objective {shown(odd)}, which is no number.", hint=_PAIRS)
    return [(values, direction.loss(float(found))) for values, found in pairs if is_finite_number(found)]


def _plain_values(values: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in dict(values).items()}


def parents_of(
    given: Sequence[list[tuple[Mapping[str, Any], float]]], space: Space
) -> tuple[tuple[ParentResults, ...], tuple[str, ...]]:
    """(what the parents have shown, what a user should know of them).

    Raises:
        UsageError: there are too many, or one has no hyperparameter of the space.
    """
    if len(given) > MOST_PARENTS:
        raise UsageError(f"A warm start has at most {MOST_PARENTS} parents, but {len(given)} were given.")
    found: list[ParentResults] = []
    warnings: list[str] = []
    for number, results in enumerate(given, start=1):
        parent, of_parent = _parent(f"parent {number}", results, space)
        found.append(parent)
        warnings.extend(of_parent)
    return tuple(parent for parent in found if parent.rows), tuple(warnings)


def _parent(
    name: str, results: Sequence[tuple[Mapping[str, Any], float]], space: Space
) -> tuple[ParentResults, list[str]]:
    if not results:
        return ParentResults(tuning_job=name, rows=()), [f"The {name} has no results: it says nothing."]
    theirs = set().union(*(values for values, _ in results))
    missing = [own for own, _ in space if own not in theirs]
    if len(missing) == len(space):
        has = ", ".join(sorted(map(str, theirs)))
        raise UsageError(
            f"The {name} has no hyperparameter in common with this search: it has {has}, "
            f"and here are {', '.join(missing)}.",
            hint="Leave it out, or name its hyperparameters as here.",
        )
    rest = {own: at_rest(range_) for own, range_ in space}
    rows = sorted((({**rest, **values}, loss) for values, loss in results), key=lambda row: row[1])
    inside = tuple(
        (tuple((own, range_.nearest(values[own])) for own, range_ in space), loss)
        for values, loss in rows
        if all(range_.contains(values[own]) for own, range_ in space)
    )
    warnings = []
    if missing:
        assumed = ", ".join(f"{own}={rest[own]}" for own in missing)
        warnings.append(f"The {name} says nothing of {', '.join(missing)}: its results count as if with {assumed}.")
    if len(inside) < FEWEST_ROWS:
        warnings.append(
            f"Only {len(inside)} of {len(rows)} results of the {name} lie inside the ranges: too few to learn from."
        )
    return ParentResults(tuning_job=name, rows=inside), warnings
