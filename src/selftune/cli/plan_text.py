"""The plan for people: what is tuned over which range and why, what stays, for how long at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from selftune.cli.layout import bold, dim, paragraph, plain, table, yellow
from selftune.model.plan import Chooser, Decision, Plan, PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range
from selftune.model.values import HyperparameterValue, counted, short_number, short_value
from selftune.views.durations import rough
from selftune.views.portfolio_text import configuration_texts, most_tried

_YOUR_FILE = re.compile(r"your [^;()]+")
"""How the references of what a knowledge file of the user's says begin."""
_NO_VALUE = "-"


def plan_lines(plan: Plan, *, width: int) -> Iterator[str]:
    """The whole plan, line by line, at most `width` columns wide."""
    yield from _headline(plan, width)
    yield from _objective(plan, width)
    yield ""
    yield from _tuned(plan, width)
    yield from _kept(plan, width)
    yield from _constraints(plan, width)
    yield ""
    yield from _search(plan, width)
    yield ""
    yield from _bound(plan, width)
    for warning in plan.warnings:
        yield from paragraph(f"Note: {warning}", width=width, style=yellow)


def value_text(value: HyperparameterValue | None) -> str:
    """A value for people; a dash where nobody knows it."""
    return _NO_VALUE if value is None else short_value(value)


def range_words(range_: Range | None) -> tuple[str, str]:
    """A range for people, as (bounds, scale)."""
    match range_:
        case None:
            return _NO_VALUE, ""
        case CategoricalRange():
            return ", ".join(short_value(value) for value in range_.values), "choice"
        case IntegerRange():
            return f"{range_.low}..{range_.high}", f"{range_.scaling}, whole"
        case ContinuousRange():
            zero = "0 or " if range_.includes_zero else ""
            return f"{zero}{short_number(range_.low)}..{short_number(range_.high)}", str(range_.scaling)


def _headline(plan: Plan, width: int) -> Iterator[str]:
    tuned = len(plan.tuned)
    kept = len(plan.hyperparameters) - tuned
    how = "built-in algorithm" if plan.program.algorithm else "read, not executed"
    yield from paragraph(
        f"{plan.program.title} ({how}): {counted(len(plan.hyperparameters), 'hyperparameter')}, "
        f"{tuned} tuned, {kept} kept.",
        width=width,
    )


def _objective(plan: Plan, width: int) -> Iterator[str]:
    objective = plan.objective
    what = f"{objective.name}, {objective.direction}" if objective.name else "not known before the first training job"
    rows = [("Objective", what, _why(objective.reason, objective.source))]
    if objective.alternatives:
        rows.append(("", "", f"Also seen: {', '.join(objective.alternatives)} (--metric NAME chooses)."))
    yield from table(rows, width=width, indent=0, styles=(bold, bold, dim))


def _tuned(plan: Plan, width: int) -> Iterator[str]:
    yield bold("Tuned") if plan.tuned else "Nothing is tuned."
    rows = []
    for planned in plan.tuned:
        bounds, scale = range_words(planned.range)
        today = value_text(planned.value) + (" (clipped)" if planned.is_clipped else "")
        rows.append((planned.name, today, "->", bounds, scale, _hyperparameter_why(planned)))
    yield from table(rows, width=width, styles=(bold, plain, dim, plain, dim, dim))


def _kept(plan: Plan, width: int) -> Iterator[str]:
    kept = [planned for planned in plan.hyperparameters if planned.role is not Role.TUNED]
    if not kept:
        return
    yield bold("Kept")
    rows = [(planned.name, value_text(planned.value), _hyperparameter_why(planned)) for planned in kept]
    yield from table(rows, width=width, styles=(plain, plain, dim))


def _constraints(plan: Plan, width: int) -> Iterator[str]:
    if not plan.constraints:
        return
    yield bold("Always kept")
    rows = [(re.sub(r"[{}]", "", c.text), _why(c.reason, c.source)) for c in plan.constraints]
    yield from table(rows, width=width, styles=(plain, dim))


def _search(plan: Plan, width: int) -> Iterator[str]:
    criteria = plan.completion.value
    completion = []
    if criteria.complete_on_convergence:
        completion.append("when converged")
    if criteria.max_jobs_not_improving is not None:
        completion.append(f"after {counted(criteria.max_jobs_not_improving, 'training job')} without a better one")
    if criteria.target_objective is not None:
        completion.append(f"at {short_number(criteria.target_objective)}")
    rows = [
        ("strategy", str(plan.strategy.value), _decided(plan.strategy)),
        ("max jobs", str(plan.max_jobs.value), _decided(plan.max_jobs)),
        ("at once", str(plan.max_parallel.value), _decided(plan.max_parallel)),
        ("max runtime", rough(plan.max_runtime_seconds.value), _decided(plan.max_runtime_seconds)),
        ("a job at most", rough(plan.job_max_runtime_seconds.value), _decided(plan.job_max_runtime_seconds)),
        ("early stopping", str(plan.early_stopping.value), _decided(plan.early_stopping)),
        ("ends early", ", ".join(completion) or "no", _decided(plan.completion)),
        ("retries", str(plan.retry.value), _decided(plan.retry)),
        ("seed", str(plan.seed), f"The same seed repeats the search{_apart(plan)}."),
    ]
    if plan.learning is not None:
        used = len(plan.learning.value.tuning_jobs)
        rows.append(("learns from", counted(used, "job") if used else "no job", _decided(plan.learning)))
    if most_tried(plan):
        rows.append(("tried early", f"up to {most_tried(plan)}", _portfolio_words(plan)))
    yield bold("Search")
    yield from table(rows, width=width, styles=(plain, plain, dim))


def _portfolio_words(plan: Plan) -> str:
    """The configurations that may be tried, by what differs from today's values."""
    shown = configuration_texts(plan)[: most_tried(plan)]
    after = "After your own values, what" if plan.baseline is not None else "What"
    return f"{after} did well elsewhere: {'; '.join(shown)}. [{plan.portfolio_source}]"


def _apart(plan: Plan) -> str:
    is_learnt = plan.learning is not None and plan.learning.value.tuning_jobs
    return ", apart from what is learnt" if is_learnt else ""


def _bound(plan: Plan, width: int) -> Iterator[str]:
    bound = plan.bound
    price = f", {bound.price:.2f} in money" if bound.price is not None else ""
    first = (
        f"{plan.baseline_title[:1].upper()}{plan.baseline_title[1:]} are tried first."
        if plan.baseline is not None
        else "There are no values of yours to try first."
    )
    yield from paragraph(
        f"At most {counted(bound.jobs, 'training job')} and {rough(bound.seconds)} "
        f"({rough(bound.slot_seconds)} of computing{price}). {first}",
        width=width,
        style=bold,
    )


def _hyperparameter_why(planned: PlannedHyperparameter) -> str:
    role = "Training length. " if planned.role is Role.RESOURCE else ""
    is_added = planned.is_added and planned.role is Role.TUNED and planned.by is not Chooser.USER
    added = "Added. " if is_added else ""
    return role + added + _why(planned.reason, planned.source)


def _decided(decision: Decision[Any]) -> str:
    """The reason; a source inside this package tells a reader of the plan nothing."""
    is_ours = decision.by is Chooser.USER or decision.source.startswith("rule:")
    return decision.reason if is_ours else _why(decision.reason, decision.source)


def _why(reason: str, source: str) -> str:
    """The reason and the name of its source; `explain` has the source's own references too.

    A knowledge file of the user's is named: whoever reads the plan may want to change it.
    """
    name, _, references = source.partition(" (")
    yours = _YOUR_FILE.match(references)
    name += f" in {yours[0]}" if yours else ""
    return f"{reason} [{name}]" if name else reason
