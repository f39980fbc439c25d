"""The summary of a tuning job: best, gain, spent, saved, what mattered. Computed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from selftune.model.events import RangeMove
from selftune.model.history import BASELINE
from selftune.model.jobs import TrainingJob, TuningJobRecord, TuningJobStatus, TuningState, current_space, objective_of
from selftune.model.objective import Direction
from selftune.model.plan import Bound
from selftune.views.edges import EdgeNote, edge_notes
from selftune.views.expectation import Expectation, expectation_after_the_first, expectation_of
from selftune.views.failures import FailureGroup, group_failures
from selftune.views.gain import Gain, gain_over
from selftune.views.importance import Importance, Verdict, importance_of
from selftune.views.inert import Metrics
from selftune.views.progress import ProgressPoint, best_so_far
from selftune.views.results import JobResult, best_of, is_usable, result_of
from selftune.views.set_aside import SetAside
from selftune.views.spent import (
    Counters,
    Saved,
    Spent,
    count,
    saved_by_early_stopping,
    spent_so_far,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a reader wants to know first; whole at any time, while the tuning job runs and after."""

    tuning_job: str
    status: TuningJobStatus
    status_reason: str
    objective_name: str | None
    direction: Direction
    best: JobResult | None
    """None until a training job has given the objective."""
    baseline: JobResult | None
    """Today's values; None where they are not run, not done yet, or failed."""
    gain: Gain | None
    """Of the best over today's values; None without both."""
    counters: Counters
    spent: Spent
    bound: Bound
    expectation: Expectation | None
    """What the whole tuning job will take, with an 80 % interval; None before a training job has ended."""
    first_expectation: Expectation | None
    """The same as it was once the first training job had ended."""
    saved: Saved
    ended_since_best: int
    """How many training jobs have ended since the best one did."""
    progress: tuple[ProgressPoint, ...]
    """Best so far, one point for each ended training job."""
    importance: tuple[Importance, ...]
    """One entry for each tuned hyperparameter, the most important first."""
    edges: tuple[EdgeNote, ...]
    range_moves: tuple[RangeMove, ...]
    """How inferred ranges have expanded, in order."""
    failures: tuple[FailureGroup, ...]
    set_aside: tuple[SetAside, ...] = ()
    """Earlier tuning jobs whose good values did worse here."""

    @property
    def mattered(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.importance if entry.verdict is Verdict.MATTERED)

    @property
    def did_nothing(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.importance if entry.verdict is Verdict.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The part of a summary that needs no learning curves and no models."""

    best: TrainingJob | None
    counters: Counters
    spent: Spent
    ended_since_best: int


def totals_of(record: TuningJobRecord, *, now: float) -> Totals:
    """The totals of a tuning job as it stands; `now` in seconds since the epoch."""
    best = best_of(record.state)
    return Totals(
        best=best,
        counters=count(record.state),
        spent=spent_so_far(record, now),
        ended_since_best=_ended_since(best, record.state),
    )


def summarize(
    record: TuningJobRecord,
    curves: Mapping[int, tuple[float, ...]],
    *,
    now: float,
    set_aside: tuple[SetAside, ...] = (),
    metrics: Metrics | None = None,
) -> Summary:
    """The summary of a tuning job as it stands.

    Args:
        record: the tuning job as stored.
        curves: the objective's values in the order reported, by training-job number.
        now: seconds since the epoch; counts only while the tuning job runs.
        set_aside: what the search has set aside of earlier tuning jobs.
        metrics: what training jobs of equal curves printed beside the objective (`inert.alike`).
    """
    job, state = record.job, record.state
    best = best_of(state)
    definition = 0 if best is None else best.definition
    plan, compared = job.of(definition).plan, _of_definition(record, definition)
    space = current_space(plan, state)
    tuned = tuple(replace(planned, range=space[planned.name]) for planned in plan.tuned)
    baseline = _baseline_of(compared)
    spent = spent_so_far(record, now)
    importance = importance_of(compared, space, curves, metrics)
    inert = [entry.name for entry in importance if entry.verdict is Verdict.NOTHING]
    has_both = best is not None and baseline is not None
    return Summary(
        tuning_job=job.name,
        status=state.status,
        status_reason=state.status_reason,
        objective_name=objective_of(job, state, definition).name,
        direction=state.objective.direction,
        best=None if best is None else result_of(job, best),
        baseline=None if baseline is None else result_of(job, baseline),
        gain=gain_over(baseline, best, compared, space, curves, inert) if has_both else None,  # type: ignore[arg-type]
        counters=count(state),
        spent=spent,
        bound=job.plan.bound,
        expectation=expectation_of(record, spent),
        first_expectation=expectation_after_the_first(record),
        saved=saved_by_early_stopping(state, spent),
        ended_since_best=_ended_since(best, state),
        progress=best_so_far(record),
        importance=importance,
        edges=() if best is None else edge_notes(tuned, best.values),
        range_moves=state.range_moves,
        failures=group_failures(state, space),
        set_aside=set_aside,
    )


def _of_definition(record: TuningJobRecord, definition: int) -> TuningState:
    """The state with the training jobs of one definition only: values of others do not compare."""
    state = record.state
    if not record.job.alternatives:
        return state
    return replace(state, training_jobs=tuple(t for t in state.training_jobs if t.definition == definition))


def _baseline_of(state: TuningState) -> TrainingJob | None:
    return next((job for job in state.training_jobs if _is_baseline(job) and is_usable(job)), None)


def _is_baseline(job: TrainingJob) -> bool:
    """Training job 1, or the first of another definition than that one's."""
    return job.is_baseline or (job.definition > 0 and job.suggestion.strategy == BASELINE)


def _ended_since(best: TrainingJob | None, state: TuningState) -> int:
    if best is None or best.ended_at is None:
        return 0
    return sum(job.ended_at is not None and job.ended_at > best.ended_at for job in state.training_jobs)
