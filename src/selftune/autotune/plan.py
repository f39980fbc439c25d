"""From a request to a complete plan: every gap filled, each decision with its reason. Nothing is executed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from selftune.autotune.algorithm import usual_metric
from selftune.autotune.hyperparameters import baseline_of, planned_hyperparameters
from selftune.autotune.knowledge import frameworks_in
from selftune.autotune.objective import is_loss, planned_objective
from selftune.autotune.plan_warnings import plan_warnings
from selftune.autotune.program import program_of, read_program
from selftune.autotune.reader.reading import ProgramReading
from selftune.autotune.rivals import without_rivals
from selftune.autotune.roles import judge, traits_of
from selftune.autotune.rules import bound_of, check_settings, limits_for
from selftune.model.plan import Plan, PlannedHyperparameter, PlannedObjective, Role
from selftune.model.request import AlgorithmRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue


def make_plan(request: TuningJobRequest, *, slots: int) -> Plan:
    """The whole plan of a tuning job, from reading files alone.

    Args:
        request: What was asked for.
        slots: How many training jobs the backend can run at once.

    Raises:
        UsageError: the request cannot be carried out as it stands; the subclasses say how.
    """
    check_settings(request.settings)
    return plan_of_reading(request, read_program(request), slots=slots)


def plan_of_reading(request: TuningJobRequest, reading: ProgramReading, *, slots: int) -> Plan:
    """The plan of a program that has been read: what `make_plan` does once the files are closed.

    Args:
        request: What was asked for.
        reading: What the program takes and prints.
        slots: How many training jobs the backend can run at once.

    Raises:
        UsageError: the settings do not fit the program.
    """
    objective, notes = _objective(request, reading)
    hyperparameters = _hyperparameters(request, reading, objective)
    tuned = tuple(h for h in hyperparameters if h.role is Role.TUNED)
    limits = limits_for(request, {h.name: h.range for h in tuned if h.range is not None}, slots=slots)
    baseline, unknown = _baseline(request, tuned)
    return Plan(
        program=program_of(request, reading, frozenset(h.name for h in tuned)),
        objective=objective,
        hyperparameters=hyperparameters,
        strategy=limits.strategy,
        max_jobs=limits.max_jobs,
        max_parallel=limits.max_parallel,
        max_runtime_seconds=limits.max_runtime_seconds,
        job_max_runtime_seconds=limits.job_max_runtime_seconds,
        early_stopping=limits.early_stopping,
        completion=limits.completion,
        retry=limits.retry,
        seed=_seed(request),
        bound=bound_of(limits, request.settings.price_per_hour),
        baseline=baseline,
        baseline_title=_baseline_title(request, tuned),
        warnings=(*reading.warnings, *notes, *plan_warnings(hyperparameters, unknown, reading)),
    )


def _objective(request: TuningJobRequest, reading: ProgramReading) -> tuple[PlannedObjective, tuple[str, ...]]:
    usual = usual_metric(reading) if isinstance(request.program, AlgorithmRequest) else None
    return planned_objective(request.settings, reading.metrics, usual)


def _hyperparameters(
    request: TuningJobRequest, reading: ProgramReading, objective: PlannedObjective
) -> tuple[PlannedHyperparameter, ...]:
    flows = [flow for h in reading.hyperparameters for flow in h.flows]
    names = [h.telling_name for h in reading.hyperparameters]
    scopes = frameworks_in(reading.frameworks, flows, names)
    found = without_rivals(reading, scopes)
    traits = traits_of(scopes, found)
    planned = planned_hyperparameters(
        [judge(h, traits) for h in found],
        request.settings,
        autotune=request.autotune,
        scaling_loss=objective.name if is_loss(objective.name) else None,
        title=reading.title,
    )
    return tuple(h for h in planned if h.role is Role.TUNED or not _is_mere_default(h.name, request, reading))


def _is_mere_default(name: str, request: TuningJobRequest, reading: ProgramReading) -> bool:
    """True for what a built-in algorithm accepts and the user did not list: untuned, it is no part of the job."""
    if not isinstance(request.program, AlgorithmRequest):
        return False
    return not any(h.name == name and h.is_listed for h in reading.hyperparameters)


def _baseline(
    request: TuningJobRequest, tuned: Sequence[PlannedHyperparameter]
) -> tuple[tuple[tuple[str, HyperparameterValue], ...] | None, tuple[str, ...]]:
    """(values of the first training job, names whose value is unknown); no values where no baseline is run."""
    if not request.run_baseline:
        return None, ()
    values, unknown = baseline_of(tuned)
    return (None if unknown else values), unknown


def _baseline_title(request: TuningJobRequest, tuned: Sequence[PlannedHyperparameter]) -> str:
    """What the first training job runs, for people: what lies outside a range of the user's is not what runs today."""
    title = "your own values" if request.parent is None else f"the best values of {request.parent}"
    return f"{title} clipped to your range" if any(h.is_clipped for h in tuned) else title


def _seed(request: TuningJobRequest) -> int:
    """The user's seed, else one that follows from the tuning job's name, so that it can be told again."""
    if request.settings.seed is not None:
        return request.settings.seed
    return zlib.crc32(request.name.encode()) % 2**31
