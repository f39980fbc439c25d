"""The history that search and stopping see, made from a tuning job's state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from selftune.engine.outcomes import has_result, says_nothing
from selftune.model.budget import MoneyBudget, TimeBudget
from selftune.model.history import History, KnownGood, Observation, Outcome, Running, TimeSpent
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJob, TuningState, current_space
from selftune.model.objective import Direction
from selftune.model.plan import Plan
from selftune.model.values import HyperparameterValue

BEST_OF_PARENTS = 1
"""So many of the best training jobs of each parent are run again. A second one would lie close to the first and tell
nothing of whether the parent holds here; a point of the even spread does (docs/research/transfer.md)."""

Values: TypeAlias = tuple[tuple[str, HyperparameterValue], ...]
LossCurves = Mapping[int, tuple[float, ...]]
"""Losses in the order reported, by training-job number."""


def history_of(
    job: TuningJob,
    state: TuningState,
    curves: LossCurves | None = None,
    of: int | None = None,
    now: float | None = None,
) -> History:
    """What is known now; curves come in where given.

    Seconds measured stay out, so that a seed repeats a search, unless `now` is given and the budget is time.

    Args:
        of: With several training job definitions, the one whose space and training jobs are meant; None: the first
            one's space, and all training jobs.
        now: With it seconds measured come in, where the budget is time.
    """
    direction, curves = state.objective.direction, curves or {}
    time = time_spent(job, now)
    own = [t for t in state.training_jobs if of is None or t.definition == of]
    job = job if of is None else job.of(of)
    return History(
        space=tuple(current_space(job.plan, state).items()),
        ended=tuple(_observation(t, direction, curves, is_timed=time is not None) for t in own if t.status.is_terminal),
        running=tuple(running_of(t, curves) for t in own if not t.status.is_terminal),
        max_jobs=job.plan.max_jobs.value,
        max_parallel=job.plan.max_parallel.value,
        seed=job.plan.seed,
        portfolio=known_good(job.plan),
        constraints=job.plan.constraints,
        conditions=job.plan.conditions,
        parents=job.plan.parents,
        priors_before_learning=() if job.plan.learning is None else job.plan.learning.value.priors_before,
        time=time,
    )


def time_spent(job: TuningJob, now: float | None) -> TimeSpent | None:
    """How far the time is used up where it, or what it costs, is the budget; None where training jobs are counted."""
    settings = job.request.settings
    is_time = settings.max_runtime_seconds is not None and settings.max_jobs is None
    if now is None or not (is_time or isinstance(settings.budget, TimeBudget | MoneyBudget)):
        return None
    return TimeSpent(total_seconds=job.plan.max_runtime_seconds.value, spent_seconds=max(now - job.created_at, 0.0))


def known_good(plan: Plan) -> tuple[KnownGood, ...]:
    """What parents and earlier tuning jobs found good, then the portfolio; a value that one lacks is that of today."""
    today = dict(plan.baseline or ())
    earlier = plan.learning.value.values if plan.learning is not None else ()
    return (
        *(
            KnownGood(values=_completed(values, today), source=parent.source, is_earlier=True)
            for rank in range(BEST_OF_PARENTS)
            for parent in plan.parents
            for values, _ in parent.rows[rank : rank + 1]
        ),
        *(
            KnownGood(values=_completed(found.values, today), source=f"tuning job {found.tuning_job}", is_earlier=True)
            for found in earlier
        ),
        *(
            KnownGood(values=_completed(values, today), source=plan.portfolio_source or "the knowledge base")
            for values in plan.portfolio
        ),
    )


def _completed(values: Values, today: Mapping[str, HyperparameterValue]) -> Values:
    return tuple({**today, **dict(values)}.items())


def running_of(training_job: TrainingJob, curves: LossCurves) -> Running:
    """One running training job as a stopping rule sees it."""
    return Running(
        number=training_job.number,
        values=training_job.suggestion.values,
        curve=curves.get(training_job.number, ()),
    )


def _observation(training_job: TrainingJob, direction: Direction, curves: LossCurves, *, is_timed: bool) -> Observation:
    value = training_job.objective
    is_usable = has_result(training_job) and value is not None and math.isfinite(value)
    is_completed = training_job.status is TrainingJobStatus.COMPLETED
    without = Outcome.UNKNOWN if says_nothing(training_job) else Outcome.FAILED
    return Observation(
        number=training_job.number,
        values=training_job.suggestion.values,
        outcome=(Outcome.COMPLETED if is_completed else Outcome.STOPPED) if is_usable else without,
        loss=direction.loss(value) if is_usable and value is not None else None,
        strategy=training_job.suggestion.strategy,
        curve=curves.get(training_job.number, ()),
        is_stopped_early=training_job.is_stopped_early and not is_completed,
        duration_seconds=training_job.duration_seconds if is_timed else None,
    )
