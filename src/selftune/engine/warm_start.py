"""A warm start: what the training jobs of ended tuning jobs have shown becomes part of the plan of a new one.

It is read once, when the plan is made (ADR 8); whether it holds here is for the strategy to see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from selftune.engine.outcomes import has_result
from selftune.model.errors import NoSuchJob, UsageError
from selftune.model.history import ParentResults
from selftune.model.jobs import TuningJobRecord
from selftune.model.plan import Plan
from selftune.model.request import WarmStart
from selftune.model.values import HyperparameterValue
from selftune.training.metrics import same_metric

T = TypeVar("T")
MOST_PARENTS = 5
MOST_ROWS = 300
"""Training jobs of all parents together that a plan keeps: of each the best, and an even spread of the others."""


def with_parents(plan: Plan, wanted: WarmStart, load: Callable[[str], TuningJobRecord]) -> Plan:
    """The plan with what its parents have shown.

    Args:
        load: Gives a tuning job by its name.

    Raises:
        UsageError: there are too many parents; one is not there, has not ended, had another objective or algorithm, or
            has no hyperparameter in common with the plan.
    """
    if not 1 <= len(wanted.parents) <= MOST_PARENTS:
        raise UsageError(f"A warm start has 1 to {MOST_PARENTS} parents, but {len(wanted.parents)} were given.")
    records = [_parent(name, load) for name in wanted.parents]
    for record in records:
        _check(plan, record, is_identical=wanted.is_identical)
    most = MOST_ROWS // len(records)
    found = tuple(results_of_parent(record, most) for record in records)
    notes = tuple(note for record in records for note in _notes(plan, record))
    return replace(plan, parents=tuple(parent for parent in found if parent.rows), warnings=(*plan.warnings, *notes))


def results_of_parent(record: TuningJobRecord, most: int = MOST_ROWS) -> ParentResults:
    """What one tuning job has shown, the best first; no more than `most` of its training jobs.

    What was static there counts with its value: it may be tuned in the tuning job that starts from it.
    """
    loss = record.state.objective.direction.loss
    static = _static_values(record)
    rows = [
        (tuple({**static, **dict(t.suggestion.values)}.items()), loss(t.objective))
        for t in record.state.training_jobs
        if has_result(t) and not t.is_stopped_early and t.objective is not None and math.isfinite(t.objective)
    ]
    return ParentResults(tuning_job=record.job.name, rows=tuple(_thinned(sorted(rows, key=lambda row: row[1]), most)))


def _static_values(record: TuningJobRecord) -> dict[str, HyperparameterValue]:
    tuned = record.job.plan.space
    return {h.name: h.value for h in record.job.plan.hyperparameters if h.name not in tuned and h.value is not None}


def _notes(plan: Plan, parent: TuningJobRecord) -> Iterator[str]:
    """What of the plan the parent says nothing of.

    Raises:
        UsageError: of none of it.
    """
    theirs = {*parent.job.plan.space, *_static_values(parent)}
    missing = [name for name in plan.space if name not in theirs]
    if missing and len(missing) == len(plan.space):
        raise UsageError(
            f"The parent tuning job '{parent.job.name}' has no hyperparameter in common with this one: it has "
            f"{', '.join(sorted(theirs)) or 'none'}, and this one tunes {', '.join(missing)}.",
            hint="Leave it out, or start from a tuning job of the same program.",
        )
    if missing:
        yield (
            f"The parent tuning job '{parent.job.name}' says nothing of {', '.join(missing)}, so only its best values "
            "are tried, with today's value of the rest."
        )


def _parent(name: str, load: Callable[[str], TuningJobRecord]) -> TuningJobRecord:
    try:
        record = load(name)
    except NoSuchJob as error:
        raise UsageError(f"The parent tuning job '{name}' is not there.", hint=error.hint) from None
    if not record.state.status.is_terminal:
        raise UsageError(
            f"The parent tuning job '{name}' has not ended ({record.state.status}).",
            hint="A parent must be Completed, Stopped or Failed.",
        )
    return record


def _check(plan: Plan, parent: TuningJobRecord, *, is_identical: bool) -> None:
    theirs, ours = parent.state.objective, plan.objective
    is_other = theirs.name is not None and ours.name is not None and not same_metric(theirs.name, ours.name)
    if is_other or (theirs.name is not None and theirs.direction is not ours.direction):
        raise UsageError(
            f"The parent tuning job '{parent.job.name}' has the objective {theirs.name} ({theirs.direction}), and this "
            f"one has {ours.name} ({ours.direction}).",
            hint="All parents must have the objective of the new tuning job.",
        )
    their_algorithm, our_algorithm = parent.job.plan.program.algorithm, plan.program.algorithm
    if is_identical and their_algorithm != our_algorithm:
        raise UsageError(
            f"The parent tuning job '{parent.job.name}' runs {their_algorithm or parent.job.plan.program.title}, and "
            f"this one runs {our_algorithm or plan.program.title}.",
            hint="With another algorithm the warm start is of the type TransferLearning.",
        )


def _thinned(rows: Sequence[T], most: int) -> list[T]:
    if len(rows) <= most:
        return list(rows)
    best, rest = list(rows[: most // 2]), rows[most // 2 :]
    count = most - len(best)
    return best + [rest[round(i * (len(rest) - 1) / max(count - 1, 1))] for i in range(count)]
