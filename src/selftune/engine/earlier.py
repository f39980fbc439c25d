"""What the store remembers of earlier tuning jobs, as little of it as one can learn from."""

from __future__ import annotations

import math
from collections.abc import Iterator

from selftune.autotune.earlier_result import BEST, BEST_SHARE, EarlierResult, RankedValues
from selftune.engine.history import history_of
from selftune.engine.outcomes import has_result
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.search.earlier import evidence_of
from selftune.store.store import Store
from selftune.views.set_aside import SetAside

MOST_LOOKED_AT = 20
"""So many of the newest tuning jobs of a store are looked at, so that a plan takes no longer in an old home."""
FEWEST_RESULTS = 3
"""A tuning job with fewer results teaches nothing."""


def earlier_results(store: Store, parent: str | None = None) -> Iterator[EarlierResult]:
    """What can be learnt from the newest tuning jobs of a store, that of `parent` first; loaded one by one, as needed.

    Raises:
        StorageFailure: the store cannot be read.
    """
    names = [name for name in store.names() if name != parent][:MOST_LOOKED_AT]
    for name in names if parent is None else [parent, *names]:
        result = earlier_result(store.load(name))
        if result is not None:
            yield result


def earlier_result(record: TuningJobRecord) -> EarlierResult | None:
    """What can be learnt from one tuning job; None where it is not over, gave too little, or never varied."""
    plan, objective = record.job.plan, record.state.objective
    usable = [t for t in record.state.training_jobs if t.status.is_terminal and _is_evidence(t)]
    losses = {t.number: objective.direction.loss(t.objective) for t in usable if t.objective is not None}
    is_over = record.state.status.is_terminal and not record.job.alternatives
    if not is_over or objective.name is None or len(usable) < FEWEST_RESULTS or len(set(losses.values())) < 2:
        return None
    ranked = sorted(usable, key=lambda t: (losses[t.number], t.number))
    best = ranked[: min(BEST, max(1, math.floor(BEST_SHARE * len(ranked))))]
    return EarlierResult(
        tuning_job=record.job.name,
        title=plan.program.title,
        algorithm=plan.program.algorithm,
        folder=plan.program.folder,
        objective=objective.name,
        direction=objective.direction,
        names=frozenset(h.name for h in plan.hyperparameters),
        best=tuple(
            RankedValues(values=t.suggestion.values, quantile=rank / len(ranked)) for rank, t in enumerate(best)
        ),
        refuted=frozenset(aside.tuning_job for aside in set_aside_in(record)),
    )


def set_aside_in(record: TuningJobRecord) -> tuple[SetAside, ...]:
    """Which of the earlier tuning jobs that one has learnt from misled it, by the results that it has."""
    learning = record.job.plan.learning
    if learning is None or not learning.value.values:
        return ()
    against = evidence_of(history_of(record.job, record.state)).against
    sources = {f"tuning job {name}": name for name in learning.value.tuning_jobs}
    return tuple(
        SetAside(tuning_job=sources[source], training_jobs=numbers) for source, numbers in against if source in sources
    )


def _is_evidence(training_job: TrainingJob) -> bool:
    """Whether its last value is its result: what the early stopping rule ended says only that it was not good."""
    value = training_job.objective
    return has_result(training_job) and value is not None and math.isfinite(value) and not training_job.is_stopped_early
