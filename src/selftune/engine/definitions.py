"""Several training job definitions in one tuning job: which is next, and the bound that holds for all of them.

    first    each in turn, until each has `FIRST_JOBS` training jobs
    then     two training jobs for the definition of the best objective so far, one for that with the fewest

The objective metrics compare, whatever their names: all have one direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from selftune.engine.outcomes import has_result
from selftune.model.errors import UsageError
from selftune.model.jobs import TuningJob, TuningState
from selftune.model.plan import Chooser, Decision, Plan, Strategy
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.model.request import TuningJobRequest

FIRST_JOBS = 3
RANGES_STAY = "With several training job definitions, inferred ranges stay as they are: none goes further."
_ROUND = 3
"""Of so many training jobs one goes to the definition with the fewest."""


def next_definition(job: TuningJob, state: TuningState) -> int:
    """The definition that the next training job runs; it follows from the state alone."""
    open_ones = [k for k in range(len(job.alternatives) + 1) if k not in state.exhausted]
    if len(open_ones) < 2:
        return open_ones[0] if open_ones else 0
    counts = {k: sum(t.definition == k for t in state.training_jobs) for k in open_ones}
    fewest = min(open_ones, key=lambda k: (counts[k], k))
    best = _definition_of_the_best(state)
    is_others_turn = len(state.training_jobs) % _ROUND == _ROUND - 1
    if counts[fewest] < FIRST_JOBS or best not in open_ones or is_others_turn:
        return fewest
    return best


def is_first_of(state: TuningState, definition: int) -> bool:
    """Whether no training job has run this definition yet."""
    return all(t.definition != definition for t in state.training_jobs)


def with_common_bound(plans: Sequence[Plan]) -> list[Plan]:
    """Plans of definitions of one tuning job, with the bound and the number of training jobs that all share."""
    if len(plans) < 2:
        return list(plans)
    first = plans[0]
    max_jobs: Decision[int] = first.max_jobs
    if first.strategy.value is Strategy.GRID and all(plan.strategy.value is Strategy.GRID for plan in plans):
        jobs = sum(plan.max_jobs.value for plan in plans)
        max_jobs = replace(
            max_jobs, value=max(jobs, max_jobs.value) if max_jobs.by is not Chooser.USER else max_jobs.value
        )
    bound = replace(
        first.bound,
        jobs=max_jobs.value,
        seconds=max(plan.bound.seconds for plan in plans),
        slot_seconds=max(plan.bound.slot_seconds for plan in plans) * (max_jobs.value / first.max_jobs.value),
    )
    return [
        replace(
            _with_fixed_ranges(plan),
            max_jobs=max_jobs,
            bound=bound,
            strategy=first.strategy,
            max_parallel=first.max_parallel,
            max_runtime_seconds=first.max_runtime_seconds,
        )
        for plan in plans
    ]


def _with_fixed_ranges(plan: Plan) -> Plan:
    """A plan whose inferred ranges stay as they are, and that says so: each definition has too few training jobs."""
    fixed = [
        replace(planned, range=replace(planned.range, may_expand=False))
        if isinstance(planned.range, ContinuousRange | IntegerRange) and planned.range.may_expand
        else planned
        for planned in plan.hyperparameters
    ]
    if all(new is old for new, old in zip(fixed, plan.hyperparameters, strict=True)):
        return plan
    return replace(plan, hyperparameters=tuple(fixed), warnings=(*plan.warnings, RANGES_STAY))


def check_definitions(request: TuningJobRequest) -> None:
    """Refuse definitions whose objectives do not compare.

    Raises:
        UsageError: one has no objective, or another direction, or the name of another.
    """
    definitions = (request, *request.alternatives)
    if len(definitions) < 2:
        return
    names = [definition.definition_name for definition in definitions]
    if None in names or len(set(names)) < len(names):
        raise UsageError("With several training job definitions each needs a name of its own.")
    directions = {definition.settings.objective_direction for definition in definitions}
    if any(definition.settings.objective_name is None for definition in definitions) or None in directions:
        raise UsageError("With several training job definitions each needs an objective, a name and a type.")
    if len(directions) > 1:
        raise UsageError("The objectives of all training job definitions must have one type, Minimize or Maximize.")


def _definition_of_the_best(state: TuningState) -> int | None:
    loss = state.objective.direction.loss
    usable = [t for t in state.training_jobs if has_result(t)]
    found = [(loss(t.objective), t.number, t.definition) for t in usable if t.objective is not None]
    return min(found)[2] if found else None
