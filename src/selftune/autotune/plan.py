"""From a request to a complete plan: every gap filled, each decision with its reason. Nothing is executed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from selftune.autotune.algorithm import usual_metric
from selftune.autotune.budget import within_budget
from selftune.autotune.conditional import conditions_between, planned_by_conditions
from selftune.autotune.data_of_program import data_of
from selftune.autotune.evidence import traits_of
from selftune.autotune.hyperparameters import baseline_of, notes_on, planned_hyperparameters
from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import SHIPPED, KnowledgeBase
from selftune.autotune.limit_checks import check_settings
from selftune.autotune.objective import is_loss, planned_objective
from selftune.autotune.other_choices import with_other_choices
from selftune.autotune.plan_warnings import not_printed, plan_warnings
from selftune.autotune.portfolio import Portfolio, portfolio_of
from selftune.autotune.program import program_of, read_program
from selftune.autotune.reader.reading import ProgramReading
from selftune.autotune.relations import relations
from selftune.autotune.resource import resource_of
from selftune.autotune.rivals import without_rivals
from selftune.autotune.roles import is_surely_known, judge
from selftune.autotune.rules import Limits, bound_of, limits_for
from selftune.autotune.sleeping import sleeping_warning
from selftune.autotune.smoke import smoke_warnings, without_smoke_centers
from selftune.model.constraints import Constraint
from selftune.model.plan import Plan, PlannedHyperparameter, PlannedObjective, Role
from selftune.model.request import AlgorithmRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue


def make_plan(request: TuningJobRequest, *, slots: int, knowledge: KnowledgeBase = SHIPPED) -> Plan:
    """The whole plan of a tuning job, from reading files alone.

    Args:
        request: What was asked for.
        slots: How many training jobs the backend can run at once.
        knowledge: What is known of hyperparameters, with the user's own files.

    Raises:
        UsageError: the request cannot be carried out as it stands; the subclasses say how.
    """
    check_settings(request.settings)
    reading = read_program(request)
    facts, unread = data_of(request, reading)
    reading = replace(reading, warnings=(*reading.warnings, *unread))
    return plan_of_reading(request, reading, slots=slots, knowledge=knowledge.fitted_to(facts))


def plan_of_reading(
    request: TuningJobRequest, reading: ProgramReading, *, slots: int, knowledge: KnowledgeBase = SHIPPED
) -> Plan:
    """The plan of a program that has been read: what `make_plan` does once the files are closed.

    Args:
        request: What was asked for.
        reading: What the program takes and prints.
        slots: How many training jobs the backend can run at once.
        knowledge: What is known of hyperparameters, fitted to the data where those are known.

    Raises:
        UsageError: the settings do not fit the program.
    """
    objective, notes = _objective(request, reading)
    scopes, judged = _judgements(reading, knowledge)
    choosing = _Choosing(reading=reading, objective=objective, judged=judged, knowledge=knowledge, slots=slots)
    judged, hyperparameters = choosing.hyperparameters(request)
    tuned = tuple(h for h in hyperparameters if h.role is Role.TUNED)
    limits = choosing.limits(request, hyperparameters)
    baseline, unknown = _baseline(request, tuned)
    held = knowledge.constraints_for(scopes) if request.autotune else ()
    is_bounded = request.settings.budget is not None or request.settings.max_runtime_seconds is not None
    smoke = smoke_warnings(judged, hyperparameters, limits.max_jobs.value, is_bounded=is_bounded)
    constraints, left_out = relations(held, judged, hyperparameters, facts=knowledge.facts, baseline=baseline)
    flows = [flow for h in reading.hyperparameters for flow in h.flows]
    evident = knowledge.frameworks_in(reading.frameworks | reading.classes, flows, ())
    portfolio = _portfolio(request, judged, hyperparameters, constraints, frozenset(evident))
    plan = Plan(
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
        resource=resource_of(request.settings, limits.strategy.value, hyperparameters),
        portfolio=portfolio.values,
        portfolio_source=portfolio.source,
        portfolio_factors=portfolio.factors,
        constraints=constraints,
        conditions=conditions_between(judged, {h.name for h in tuned}),
        baseline_title=_baseline_title(request, tuned),
        warnings=(
            *reading.warnings,
            *notes,
            *not_printed(objective, reading.metrics),
            *sleeping_warning(judged),
            *notes_on(judged, hyperparameters),
            *plan_warnings(hyperparameters, unknown, judged),
            *(smoke if request.autotune else ()),
            *left_out,
        ),
    )
    return with_other_choices(plan, request, judged, slots=slots, limits_of=choosing.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choosing:
    """What hyperparameters and limits are chosen from, whatever the settings are."""

    reading: ProgramReading
    objective: PlannedObjective
    judged: Sequence[Judgement]
    knowledge: KnowledgeBase
    slots: int

    def hyperparameters(self, request: TuningJobRequest) -> tuple[list[Judgement], tuple[PlannedHyperparameter, ...]]:
        """(the judgements, those static that cannot act; what becomes of each hyperparameter)."""
        return planned_by_conditions(
            self.judged,
            partial(_hyperparameters, request, self.reading, self.objective),
            facts=self.knowledge.facts,
            metric=self.objective.name,
        )

    def limits(self, request: TuningJobRequest, planned: Iterable[PlannedHyperparameter] | None = None) -> Limits:
        """The limits of these hyperparameters, by default of those that this request selects."""
        chosen = self.hyperparameters(request)[1] if planned is None else planned
        space = {h.name: h.range for h in chosen if h.role is Role.TUNED and h.range is not None}
        return limits_for(request, space, slots=self.slots)


def _objective(request: TuningJobRequest, reading: ProgramReading) -> tuple[PlannedObjective, tuple[str, ...]]:
    usual = usual_metric(reading) if isinstance(request.program, AlgorithmRequest) else None
    return planned_objective(request.settings, reading.metrics, usual)


def _judgements(reading: ProgramReading, knowledge: KnowledgeBase) -> tuple[tuple[str, ...], list[Judgement]]:
    """(the program's frameworks, what may become of each hyperparameter)."""
    given = [h for h in reading.hyperparameters if not h.is_literal] or reading.hyperparameters
    flows = [flow for h in given for flow in h.flows]
    names = [h.telling_name for h in given]
    scopes = knowledge.frameworks_in(reading.frameworks | reading.classes, flows, names)
    found = without_rivals(reading, scopes)
    traits = traits_of(scopes, found, knowledge)
    return scopes, without_smoke_centers([judge(h, traits) for h in found])


def _hyperparameters(
    request: TuningJobRequest, reading: ProgramReading, objective: PlannedObjective, judged: Sequence[Judgement]
) -> tuple[PlannedHyperparameter, ...]:
    unknown = {j.found.name for j in judged if j.found.is_literal and not is_surely_known(j)}
    planned = planned_hyperparameters(
        judged,
        within_budget(request.settings),
        autotune=request.autotune,
        scaling_loss=objective.name if is_loss(objective.name) else None,
        title=reading.title,
        repeated=dict(reading.repeated_literals),
    )
    return tuple(
        h
        for h in planned
        if h.role is Role.TUNED or not (h.name in unknown or _is_mere_default(h.name, request, reading))
    )


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


def _portfolio(
    request: TuningJobRequest,
    judged: Sequence[Judgement],
    planned: Sequence[PlannedHyperparameter],
    constraints: Sequence[Constraint],
    evident: frozenset[str],
) -> Portfolio:
    """What is tried after the user's own values; the best of an earlier tuning job need no such help."""
    if not request.autotune or request.parent is not None:
        return Portfolio()
    today = baseline_of([h for h in planned if h.role is Role.TUNED])[0]
    return portfolio_of(judged, planned, baseline=dict(today), constraints=constraints, evident=evident)


def _baseline_title(request: TuningJobRequest, tuned: Sequence[PlannedHyperparameter]) -> str:
    """What the first training job runs, for people: what lies outside a range of the user's is not what runs today."""
    title = "your own values" if request.parent is None else f"the best values of {request.parent}"
    return f"{title} clipped to your range" if any(h.is_clipped for h in tuned) else title


def _seed(request: TuningJobRequest) -> int:
    """The user's seed, else one that follows from the tuning job's name, so that it can be told again."""
    if request.settings.seed is not None:
        return request.settings.seed
    return zlib.crc32(request.name.encode()) % 2**31
