"""The configurations that a plan tries early, for people: by what differs from today's values."""

from __future__ import annotations

from selftune.model.limits import most_from_elsewhere
from selftune.model.plan import Plan
from selftune.model.values import HyperparameterValue, is_number, short_number, short_value


def most_tried(plan: Plan) -> int:
    """How many of the portfolio may be tried: what earlier tuning jobs found good comes before it."""
    earlier = 0 if plan.learning is None else len(plan.learning.value.values)
    return max(min(len(plan.portfolio), most_from_elsewhere(plan.max_jobs.value) - earlier), 0)


def configuration_texts(plan: Plan) -> tuple[str, ...]:
    """The configurations in their order, one text each: "max_depth 8, lr 0.03 (3 times today's)"."""
    return tuple(_text(dict(values), plan) for values in plan.portfolio)


def _text(values: dict[str, HyperparameterValue], plan: Plan) -> str:
    today = {h.name: h.value for h in plan.tuned}
    shown = [_value(n, value, today.get(n), plan) for n, value in values.items() if value != today.get(n)]
    return ", ".join(shown) or "today's values"


def _value(name: str, value: HyperparameterValue, today: HyperparameterValue | None, plan: Plan) -> str:
    """A value; where a factor of today's was learnt and not the value itself, with that factor."""
    text = f"{name} {short_value(value)}"
    if name not in plan.portfolio_factors or today is None or not is_number(today) or float(today) == 0:
        return text
    return f"{text} ({short_number(float(value) / float(today), 2)} times today's)"
