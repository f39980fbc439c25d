"""Which configurations of earlier tuning jobs are worth a training job: those that are good, inside, and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from selftune.autotune.earlier_result import BEST, EarlierResult, RankedValues
from selftune.model.plan import EarlierValues, Plan
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue

MOST_VALUES = 3
"""So many configurations are tried early, the best of each tuning job before the second best of any."""
LEAST_DISTANCE = 0.1
"""Two configurations are both worth a try where some hyperparameter differs by this share of its range."""


def worth_a_try(plan: Plan, used: Sequence[EarlierResult]) -> tuple[EarlierValues, ...]:
    """The best configurations, those of each tuning job in turn, that lie inside the ranges and differ.

    Where today's values are the best of a tuning job already, its second best are known to be worse.
    """
    today = dict(plan.baseline or ())
    chosen: list[EarlierValues] = []
    taken = [today] if today else []
    for result, ranked in _in_turn([result for result in used if not _is_today(plan, result.best[0])]):
        values = _completed(plan, ranked)
        if _is_inside(plan.space, values) and all(_differ(plan.space, values, other) for other in taken):
            taken.append(values)
            kept = tuple((name, value) for name, value in ranked.values if name in plan.space)
            chosen.append(EarlierValues(values=kept, tuning_job=result.tuning_job))
    return tuple(chosen[:MOST_VALUES])


def _in_turn(used: Sequence[EarlierResult]) -> Iterator[tuple[EarlierResult, RankedValues]]:
    for rank in range(BEST):
        yield from ((result, result.best[rank]) for result in used if rank < len(result.best))


def _is_today(plan: Plan, ranked: RankedValues) -> bool:
    today, values = dict(plan.baseline or ()), _completed(plan, ranked)
    return bool(today) and _is_inside(plan.space, values) and not _differ(plan.space, values, today)


def _completed(plan: Plan, ranked: RankedValues) -> dict[str, HyperparameterValue]:
    """Values of the tuned hyperparameters, today's where the tuning job had none."""
    return {**dict(plan.baseline or ()), **{name: value for name, value in ranked.values if name in plan.space}}


def _is_inside(space: Mapping[str, Range], values: Mapping[str, HyperparameterValue]) -> bool:
    return all(name in values and range_.contains(values[name]) for name, range_ in space.items())


def _differ(
    space: Mapping[str, Range],
    values: Mapping[str, HyperparameterValue],
    others: Mapping[str, HyperparameterValue],
) -> bool:
    return any(
        name not in others or range_.distance(values[name], others[name]) > LEAST_DISTANCE
        for name, range_ in space.items()
    )
