"""Why each hyperparameter and setting is what it is, what else it might have been, and what the evidence says since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selftune.model.jobs import TuningJobRecord
from selftune.model.plan import Chooser, CompletionCriteria, Decision, Plan, PlannedHyperparameter, Role
from selftune.model.ranges import Range
from selftune.model.request import TuningJobRequest
from selftune.model.values import counted, short_number, short_value
from selftune.views.durations import rough
from selftune.views.evidence import hyperparameter_evidence, objective_evidence, setting_evidence
from selftune.views.explanation import HYPERPARAMETER, Explanation, moves_by_itself, named
from selftune.views.portfolio_text import configuration_texts, most_tried
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
_DECISIONS = frozenset({*_FLAGS, "objective", "seed", "portfolio", "constraints", "learning"})


@dataclass(frozen=True, slots=True)
class _Subject:
    """A plan, with what came of it where it has run."""

    plan: Plan
    request: TuningJobRequest
    record: TuningJobRecord | None = None
    summary: Summary | None = None

    def evidence(self, name: str) -> tuple[str, ...]:
        if self.record is None or self.summary is None:
            return ()
        return tuple(setting_evidence(name, self.record, self.summary))


def explain(record: TuningJobRecord, summary: Summary, name: str | None = None) -> tuple[Explanation, ...]:
    """All decisions of a tuning job, or those of one name; `summary` is that of `record`.

    Raises:
        UnknownName: no hyperparameter and no setting of that name; names the nearest ones.
    """
    subject = _Subject(record.job.plan, record.job.request, record, summary)
    return named(tuple(_all(subject)), name, where=f"tuning job '{record.job.name}'")


def explain_plan(plan: Plan, request: TuningJobRequest, name: str | None = None) -> tuple[Explanation, ...]:
    """The same of a plan that has not run: there is no evidence yet.

    Raises:
        UnknownName: no hyperparameter and no setting of that name; names the nearest ones.
    """
    return named(tuple(_all(_Subject(plan, request))), name, where="the plan")


def _all(subject: _Subject) -> Iterator[Explanation]:
    yield _objective(subject)
    for planned in subject.plan.hyperparameters:
        yield _hyperparameter(planned, subject)
    for name in _FLAGS:
        yield _setting(name, getattr(subject.plan, name), subject)
    yield _seed(subject)
    yield _portfolio(subject)
    yield _constraints(subject)
    yield _learning(subject)


def _objective(subject: _Subject) -> Explanation:
    planned, record, summary = subject.plan.objective, subject.record, subject.summary
    name = (record.state.objective.name if record is not None else planned.name) or "not known yet"
    direction = record.state.objective.direction if record is not None else planned.direction
    also = (f"Also seen: {', '.join(planned.alternatives)}.",) if planned.alternatives else ()
    evidence = tuple(objective_evidence(record, summary)) if record is not None and summary is not None else ()
    return Explanation(
        name="objective",
        value=f"{name}, {direction}",
        by=planned.by,
        reason=planned.reason,
        source=planned.source,
        alternatives=planned.considered or also,
        evidence=evidence,
        would_change=planned.would_change,
        override="--metric NAME[:min|:max], --metric-regex REGEX",
    )


def _hyperparameter(planned: PlannedHyperparameter, subject: _Subject) -> Explanation:
    today = "unknown today" if planned.value is None else f"{short_value(planned.value)} today"
    now = _range_now(planned, subject)
    moved = f" (at first {planned.range})" if str(now) != str(planned.range) else ""
    what = f"tuned over {now}{moved}" if planned.role is Role.TUNED else _untuned(planned.role)
    clipped = ", clipped to your range" if planned.is_clipped else ""
    return Explanation(
        name=_name(planned.name),
        value=f"{today}{clipped}, {what}",
        by=planned.by,
        reason=planned.reason,
        source=planned.source,
        alternatives=planned.considered,
        evidence=tuple(_hyperparameter_facts(planned, subject)),
        would_change=tuple(_range_changes(planned, now, subject)),
        override=_override(planned),
    )


def _name(name: str) -> str:
    """A hyperparameter's name; told apart where a decision of the plan has the same."""
    return f"{name}{HYPERPARAMETER}" if name in _DECISIONS else name


def _range_now(planned: PlannedHyperparameter, subject: _Subject) -> Range | None:
    moves = () if subject.summary is None else subject.summary.range_moves
    return next((move.after for move in reversed(moves) if move.name == planned.name), planned.range)


def _range_changes(planned: PlannedHyperparameter, now: Range | None, subject: _Subject) -> Iterator[str]:
    """What would change it; of a range that moves by itself, as it is now, and nothing once the search is over."""
    by_itself = None if planned.range is None else moves_by_itself(planned.range)
    for sentence in planned.would_change:
        if sentence != by_itself:
            yield sentence
        elif now is not None and not (subject.record is not None and subject.record.state.status.is_terminal):
            yield moves_by_itself(now)


def _untuned(role: Role) -> str:
    return "kept: it sets how long a training job takes" if role is Role.RESOURCE else "kept"


def _hyperparameter_facts(planned: PlannedHyperparameter, subject: _Subject) -> Iterator[str]:
    if planned.is_added and planned.by is not Chooser.USER:
        yield "You did not list it; the program takes it."
    if subject.record is not None and subject.summary is not None:
        yield from hyperparameter_evidence(planned, subject.record, subject.summary)


def _override(planned: PlannedHyperparameter) -> str:
    if planned.needs_range:
        return f"--range {planned.name}=LOW..HIGH, or the choices: --range {planned.name}=A,B"
    if planned.role is not Role.TUNED:
        return f"--tune {planned.name}, or --range {planned.name}=LOW..HIGH"
    return f"--range {planned.name}=LOW..HIGH[:linear|:log|:reverse-log], or --keep {planned.name}"


def _setting(name: str, decision: Decision[Any], subject: _Subject) -> Explanation:
    return Explanation(
        name=name,
        value=_value_text(name, decision.value),
        by=decision.by,
        reason=decision.reason,
        source=decision.source,
        alternatives=decision.considered,
        evidence=subject.evidence(name),
        would_change=decision.would_change,
        override=_FLAGS[name],
    )


def _seed(subject: _Subject) -> Explanation:
    is_yours = subject.request.settings.seed is not None
    return Explanation(
        name="seed",
        value=str(subject.plan.seed),
        by=Chooser.USER if is_yours else Chooser.AUTOTUNE,
        reason=f"You set the seed {subject.plan.seed}."
        if is_yours
        else "It follows from the tuning job's name, so that it can be told and repeated.",
        source="your settings" if is_yours else "the tuning job's name",
        alternatives=("A random one: nobody could repeat the search without having written it down.",),
        evidence=subject.evidence("seed"),
        would_change=("Another --name.",) if not is_yours else ("Only you, by --seed.",),
        override="--seed N",
    )


def _portfolio(subject: _Subject) -> Explanation:
    plan = subject.plan
    shown = configuration_texts(plan)[: most_tried(plan)]
    return Explanation(
        name="portfolio",
        value=f"up to {counted(len(shown), 'configuration')} tried early: {'; '.join(shown)}" if shown else "none",
        by=Chooser.AUTOTUNE,
        reason="Values that are good across other data are tried before the search has learnt anything of its own."
        if shown
        else "No values for these hyperparameters are known to be good across other data.",
        source=plan.portfolio_source or "knowledge: portfolio",
        alternatives=("Values spread over the ranges at once: what is known from other data would be found out anew.",)
        if shown
        else (),
        evidence=subject.evidence("portfolio"),
        would_change=("Ranges of yours that leave such values out (--range) take them away.",)
        if shown
        else ("Tuning what configurations are known of, such as learning rate and depth of boosted trees.",),
        override="--no-autotune, or ranges of your own (--range NAME=LOW..HIGH)",
    )


def _constraints(subject: _Subject) -> Explanation:
    constraints = subject.plan.constraints
    kept = [constraint.text for constraint in constraints]
    return Explanation(
        name="constraints",
        value=", ".join(kept) or "none",
        by=Chooser.AUTOTUNE,
        reason=" ".join(constraint.reason for constraint in constraints)
        if kept
        else "Nothing is known that must hold between the tuned hyperparameters.",
        source="; ".join(dict.fromkeys(constraint.source for constraint in constraints)) or "knowledge: constraints",
        alternatives=("Trying such values all the same: the training jobs would fail or be wasted.",) if kept else (),
        evidence=subject.evidence("constraints"),
        would_change=("Keeping one of the hyperparameters in them (--keep NAME) fixes its side.",)
        if kept
        else ("Tuning hyperparameters that depend on each other, such as warmup and epochs.",),
        override="a knowledge file of your own: selftune knowledge",
    )


def _learning(subject: _Subject) -> Explanation:
    decision, settings = subject.plan.learning, subject.request.settings
    used = decision.value.tuning_jobs if decision is not None else ()
    misled = [each.tuning_job for each in subject.summary.set_aside] if subject.summary is not None else []
    aside = f"; set aside since: {', '.join(misled)}" if misled else ""
    return Explanation(
        name="learning",
        value=f"from {', '.join(used)}{aside}" if used else "from no earlier tuning job",
        by=decision.by if decision is not None else Chooser.AUTOTUNE,
        reason=decision.reason if decision is not None else "No earlier tuning job was asked.",
        source=decision.source if decision is not None else "the store",
        alternatives=tuple(_not_learning(decision is not None and bool(used), settings.seed)),
        evidence=subject.evidence("learning"),
        would_change=("An earlier tuning job of the same program and objective in the same home.",)
        if not used
        else ("Other objectives, other arguments or another home: then these are not of the same program.",),
        override="--no-learning, or --learning",
    )


def _not_learning(is_used: bool, seed: int | None) -> Iterator[str]:
    if is_used:
        yield "Starting without them: the same training jobs would be spent on what is known already."
    elif seed is not None:
        yield "Learning from earlier ones: then the same seed would not repeat the search."


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
