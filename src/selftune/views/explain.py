"""Why one hyperparameter or setting is what it is, what the evidence says since, and which flag overrides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selftune.model.errors import UnknownName
from selftune.model.jobs import TuningJobRecord
from selftune.model.plan import Chooser, CompletionCriteria, Decision, PlannedHyperparameter, Role
from selftune.model.values import short_number, short_value
from selftune.views.durations import rough
from selftune.views.summary import Summary

_PLAN_FILE = "selftune plan ... -o plan.toml, edit `{name}`, then selftune run --plan plan.toml"

_FLAGS = {
    "strategy": "--strategy bayesian|random|grid|hyperband",
    "max_jobs": "--max-jobs N",
    "max_parallel": "--max-parallel N",
    "max_runtime_seconds": "--max-runtime 30m",
    "job_max_runtime_seconds": "--job-max-runtime 5m",
    "early_stopping": "--early-stopping auto|off",
    "completion": _PLAN_FILE.format(name="completion"),
    "retry": _PLAN_FILE.format(name="retry"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One decision and what has been seen of it since."""

    name: str
    value: str
    """What was chosen, for people."""
    by: Chooser
    reason: str
    source: str
    evidence: tuple[str, ...]
    """Sentences; empty before there is any."""
    override: str
    """The flag that changes it, or how else to."""


def explain(record: TuningJobRecord, summary: Summary, name: str | None = None) -> tuple[Explanation, ...]:
    """All decisions of a tuning job, or those of one name; `summary` is that of `record`.

    Raises:
        UnknownName: no hyperparameter and no setting of that name; names the nearest ones.
    """
    explanations = tuple(_all(record, summary))
    if name is None:
        return explanations
    plain = _plain(name)
    found = tuple(e for e in explanations if e.name == name) or tuple(
        e for e in explanations if _plain(e.name) == plain
    )
    if not found:
        known = [e.name for e in explanations]
        raise UnknownName("hyperparameter or setting", name, known, where=f"tuning job '{record.job.name}'")
    return found


def _all(record: TuningJobRecord, summary: Summary) -> Iterator[Explanation]:
    yield _objective(record, summary)
    for planned in record.job.plan.hyperparameters:
        yield _hyperparameter(planned, summary)
    for name in _FLAGS:
        yield _setting(name, getattr(record.job.plan, name))


def _objective(record: TuningJobRecord, summary: Summary) -> Explanation:
    planned, current = record.job.plan.objective, record.state.objective
    name = current.name or "not known yet"
    return Explanation(
        name="objective",
        value=f"{name}, {current.direction}",
        by=planned.by,
        reason=planned.reason,
        source=planned.source,
        evidence=tuple(_objective_evidence(record, summary)),
        override="--metric NAME[:min|:max], --metric-regex REGEX",
    )


def _objective_evidence(record: TuningJobRecord, summary: Summary) -> Iterator[str]:
    planned, current = record.job.plan.objective, record.state.objective
    if current.is_confirmed and current.name != planned.name:
        yield f"Planned was {planned.name}; the output of a training job showed {current.name}."
    elif not current.is_confirmed:
        yield "Not confirmed yet: the first training job's output decides."
    if planned.alternatives:
        yield f"Also seen: {', '.join(planned.alternatives)}."
    if summary.best is not None:
        yield f"Best so far: {short_number(summary.best.objective)} (training job {summary.best.number})."


def _hyperparameter(planned: PlannedHyperparameter, summary: Summary) -> Explanation:
    today = "unknown today" if planned.value is None else f"{short_value(planned.value)} today"
    what = f"tuned over {planned.range}" if planned.role is Role.TUNED else _untuned(planned.role)
    return Explanation(
        name=planned.name,
        value=f"{today}, {what}",
        by=planned.by,
        reason=planned.reason,
        source=planned.source,
        evidence=tuple(_evidence(planned, summary)),
        override=_override(planned),
    )


def _untuned(role: Role) -> str:
    return "kept: it sets how long a training job takes" if role is Role.RESOURCE else "kept"


def _evidence(planned: PlannedHyperparameter, summary: Summary) -> Iterator[str]:
    if planned.is_added:
        yield "You did not list it; the program takes it."
    if planned.is_clipped:
        yield "Clipped: your range excludes today's value, so the first training job ran the nearest value inside."
    yield from (move.reason for move in summary.range_moves if move.name == planned.name)
    best = dict(summary.best.values).get(planned.name) if summary.best is not None else None
    if best is not None:
        yield f"Best so far: {short_value(best)}."
    yield from (
        f"{entry.verdict.capitalize()}: {entry.reason}" for entry in summary.importance if entry.name == planned.name
    )
    yield from (note.text for note in summary.edges if note.name == planned.name)


def _override(planned: PlannedHyperparameter) -> str:
    if planned.role is not Role.TUNED:
        return f"--tune {planned.name}, or --range {planned.name}=LOW..HIGH"
    return f"--range {planned.name}=LOW..HIGH[:linear|:log|:reverse-log], or --keep {planned.name}"


def _setting(name: str, decision: Decision[Any]) -> Explanation:
    return Explanation(
        name=name,
        value=_value_text(name, decision.value),
        by=decision.by,
        reason=decision.reason,
        source=decision.source,
        evidence=(),
        override=_FLAGS[name],
    )


def _value_text(name: str, value: Any) -> str:
    if isinstance(value, CompletionCriteria):
        return _criteria_text(value)
    return rough(value) if name.endswith("_seconds") else str(value)


def _criteria_text(criteria: CompletionCriteria) -> str:
    parts = []
    if criteria.target_objective is not None:
        parts.append(f"when the objective reaches {short_number(criteria.target_objective)}")
    if criteria.max_jobs_not_improving is not None:
        parts.append(f"after {criteria.max_jobs_not_improving} training jobs without a better one")
    if criteria.complete_on_convergence:
        parts.append("once it has converged")
    return ", or ".join(parts) or "at its limits only"


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").strip("_")
