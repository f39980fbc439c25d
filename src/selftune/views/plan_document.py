"""The plan as JSON: a public contract (`selftune plan --json`, REST, `tuner.plan`)."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any

from selftune.model.plan import Decision, Learning, Plan, PlannedHyperparameter, PlannedObjective
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, Prior, Range

_SETTINGS = (
    "strategy",
    "max_jobs",
    "max_parallel",
    "max_runtime_seconds",
    "job_max_runtime_seconds",
    "early_stopping",
    "completion",
    "retry",
)


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as dicts, lists and scalars that JSON has."""
    return {
        "objective": _objective(plan.objective),
        "hyperparameters": [_hyperparameter(planned) for planned in plan.hyperparameters],
        **{name: _decision(getattr(plan, name)) for name in _SETTINGS},
        "portfolio": [{"values": dict(values), "source": plan.portfolio_source} for values in plan.portfolio],
        "learning": None if plan.learning is None else _learning(plan.learning),
        "constraints": [dataclasses.asdict(constraint) for constraint in plan.constraints],
        "conditions": {name: condition.text() for name, condition in plan.conditions},
        "bound": dataclasses.asdict(plan.bound),
        "warnings": list(plan.warnings),
    }


def _objective(objective: PlannedObjective) -> dict[str, Any]:
    return {
        "name": objective.name,
        "type": objective.direction.value,
        "regex": objective.regex,
        "by": objective.by.value,
        "reason": objective.reason,
        "source": objective.source,
    }


def _hyperparameter(planned: PlannedHyperparameter) -> dict[str, Any]:
    numeric = planned.range if isinstance(planned.range, ContinuousRange | IntegerRange) else None
    return {
        "name": planned.name,
        "value": planned.value,
        "role": planned.role.value,
        "range": None if planned.range is None else _range(planned.range),
        "prior": _prior(numeric.prior) if numeric is not None else None,
        "hard_bounds": _hard_bounds(numeric.hard_bounds) if numeric is not None else None,
        "may_expand": numeric is not None and numeric.may_expand,
        "by": planned.by.value,
        "added": planned.is_added,
        "reason": planned.reason,
        "source": planned.source,
    }


def _range(space: Range) -> dict[str, Any]:
    if isinstance(space, CategoricalRange):
        return {"type": "categorical", "low": None, "high": None, "scale": None, "values": list(space.values)}
    kind = "integer" if isinstance(space, IntegerRange) else "continuous"
    return {"type": kind, "low": space.low, "high": space.high, "scale": space.scaling.value, "values": None}


def _prior(prior: Prior | None) -> dict[str, float] | None:
    return None if prior is None else {"center": prior.center, "spread": prior.spread}


def _hard_bounds(bounds: HardBounds | None) -> dict[str, float | None] | None:
    return None if bounds is None else {"low": bounds.low, "high": bounds.high}


def _learning(decision: Decision[Learning]) -> dict[str, Any]:
    learning = decision.value
    early = [{"values": dict(found.values), "tuning_job": found.tuning_job} for found in learning.values]
    value = {"on": learning.is_on, "tuning_jobs": list(learning.tuning_jobs), "configurations": early}
    return {**_decision(decision), "value": value}


def _decision(decision: Decision[Any]) -> dict[str, Any]:
    return {
        "value": _plain(decision.value),
        "by": decision.by.value,
        "reason": decision.reason,
        "source": decision.source,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value
