"""What must hold between the hyperparameters of a plan: the knowledge base's constraints in the program's own names.

A constraint speaks only where it is sure: each name is a hyperparameter that the program takes, with a range or with a
value that stays, or a fact about the data. Library defaults of what a script does not show are never assumed.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from selftune.autotune.conditional import acting
from selftune.autotune.data_facts import DataFacts
from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge.entry import KnownConstraint
from selftune.model.conditions import Clause
from selftune.model.constraints import Constraint
from selftune.model.plan import PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value

_NAME = re.compile(r"[A-Za-z_]\w*")
_POINTS = 512
"""So many points of the space are looked at before a constraint is said to leave none."""
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)

Values = Mapping[str, HyperparameterValue]


@dataclass(frozen=True, slots=True)
class _Term:
    """What stands in a constraint for one of its names."""

    name: str
    """For people: the program's own name."""
    text: str
    """The name as a constraint spells it, or a number."""
    value: HyperparameterValue | None
    """Where it stays."""
    range: Range | None
    """Where it is tuned."""


def relations(
    known: Sequence[KnownConstraint],
    judgements: Sequence[Judgement],
    planned: Sequence[PlannedHyperparameter],
    *,
    facts: DataFacts | None = None,
    baseline: Sequence[tuple[str, HyperparameterValue]] | None = None,
) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    """(the constraints of a plan, why others were dropped).

    Args:
        known: What the knowledge base holds between the hyperparameters of the program's frameworks.
        judgements: What each hyperparameter was found to be.
        planned: What becomes of each.
        facts: What the data are like.
        baseline: The values of the first training job; what they break is not demanded of later ones.
    """
    plan = {h.name: h for h in planned}
    found = [c for k in known for c in _resolved(k, judgements, plan, facts)]
    distinct = list({constraint.text: constraint for constraint in reversed(found)}.values())[::-1]
    warnings: list[str] = []
    kept: list[Constraint] = []
    points = _witnesses({h.name: h.range for h in plan.values() if h.range is not None}, baseline) if distinct else []
    for constraint in distinct:
        if _is_idle(constraint, plan):
            continue
        problem = _broken_today(constraint, dict(baseline or ()), plan) or _contradiction(constraint, kept, points)
        if problem:
            warnings.append(f"The constraint {_plain(constraint)} is left out: {problem}.")
        else:
            kept.append(constraint)
            points = [point for point in points if constraint.holds(point)]
    return tuple(kept), tuple(warnings)


def _resolved(
    known: KnownConstraint,
    judgements: Sequence[Judgement],
    plan: Mapping[str, PlannedHyperparameter],
    facts: DataFacts | None,
) -> Iterator[Constraint]:
    """The constraint in the program's names; nothing where one of its names is not known, or where it need not hold."""
    names = dict.fromkeys((*_NAME.findall(known.text), *(known.when.names if known.when is not None else ())))
    numbers = facts.numbers() if facts is not None else {}
    terms = {name: _term(name, known.framework, judgements, plan, numbers) for name in names}
    if any(term is None for term in terms.values()):
        return
    sure = {name: term for name, term in terms.items() if term is not None}
    spoken = [sure[name] for name in _NAME.findall(known.text)]
    if not any(t.range is not None for t in spoken) or any(t.range is None and not is_number(t.value) for t in spoken):
        return
    if known.when is not None and not all(_always(clause, sure[clause.name]) for clause in known.when.clauses):
        return
    text = _NAME.sub(lambda match: sure[match[0]].text, known.text)
    reason = known.reason
    for name, term in sure.items():
        reason = reason.replace(f"{{{name}}}", _said(term))
    data = f"; {facts.words(names)}" if facts is not None and numbers.keys() & names else ""
    source = f"knowledge: {known.framework} ({known.source}{data})"
    yield Constraint(text=text, reason=reason[:1].upper() + reason[1:], source=source)


def _term(
    name: str,
    framework: str,
    judgements: Sequence[Judgement],
    plan: Mapping[str, PlannedHyperparameter],
    numbers: Mapping[str, float],
) -> _Term | None:
    if name in numbers:
        return _Term(name, f"{numbers[name]:.12g}", numbers[name], None)
    judgement = acting(name, framework, judgements)
    if judgement is None:
        return None
    found = judgement.found
    planned = plan.get(found.name)
    if planned is not None and planned.role is Role.TUNED and planned.range is not None:
        return _Term(found.name, found.name if found.name.isidentifier() else f"{{{found.name}}}", None, planned.range)
    value = found.value
    if value is None:
        return None
    return _Term(found.name, f"{float(value):.12g}" if is_number(value) else "", value, None)


def _said(term: _Term) -> str:
    return term.name if term.value is None or not is_number(term.value) else f"{term.name} ({short_value(term.value)})"


def _always(clause: Clause, term: _Term) -> bool:
    """Whether a clause holds for whatever value a hyperparameter takes in this plan."""
    if term.range is None:
        return term.value is not None and clause.holds(term.value) is True
    if isinstance(term.range, CategoricalRange):
        return all(clause.holds(value) is True for value in term.range.values)
    return clause.holds(term.range.low) is True and clause.holds(term.range.high) is True


def _is_idle(constraint: Constraint, plan: Mapping[str, PlannedHyperparameter]) -> bool:
    """Whether the ranges keep it by themselves: it holds in all their corners, and nothing in it goes up and down."""
    ends = {name: _ends(plan[name].range) for name in constraint.names}
    corners = itertools.product(*ends.values())
    return "%" not in constraint.text and all(constraint.holds(dict(zip(ends, c, strict=True))) for c in corners)


def _ends(range_: Range | None) -> tuple[HyperparameterValue, ...]:
    if range_ is None:
        return ()
    if isinstance(range_, CategoricalRange):
        return range_.values
    zero = (0.0,) if isinstance(range_, ContinuousRange) and range_.includes_zero else ()
    return (range_.low, range_.high, *zero)


def _plain(constraint: Constraint) -> str:
    """Its text for people, without the braces around names."""
    return constraint.text.replace("{", "").replace("}", "")


def _broken_today(constraint: Constraint, today: Values, plan: Mapping[str, PlannedHyperparameter]) -> str:
    """What the first training job breaks: the user's own values, or what a range of the user's has made of them."""
    if not today or constraint.holds(today):
        return ""
    names = sorted(name for name in constraint.names if name in today)
    if not any(plan[name].is_clipped for name in names):
        return f"your own values break it ({_assigned(names, today)})"
    space = {name: range_ for name in names if (range_ := plan[name].range) is not None}
    if not any(constraint.holds({**today, **point}) for point in _points(space)):
        return f"nothing in the ranges keeps it ({_assigned(names, space)})"
    return f"today's values, clipped to your ranges, break it ({_assigned(names, today)})"


def _assigned(names: Sequence[str], what: Mapping[str, HyperparameterValue] | Mapping[str, Range]) -> str:
    return ", ".join(f"{name}={_shown(what[name])}" for name in names if name in what)


def _shown(what: HyperparameterValue | Range) -> str:
    return short_value(what) if isinstance(what, bool | int | float | str) else str(what).removesuffix(":linear")


def _contradiction(constraint: Constraint, kept: Sequence[Constraint], points: Sequence[Values]) -> str:
    if any(constraint.holds(point) for point in points):
        return ""
    others = " and ".join(_plain(other) for other in kept if other.names & constraint.names)
    return f"nothing in the ranges keeps it{f' together with {others}' if others else ''}"


def _witnesses(space: Mapping[str, Range], baseline: Sequence[tuple[str, HyperparameterValue]] | None) -> list[Values]:
    """Points of which one must keep all constraints: today's values where they are known, else many of the space."""
    return [dict(baseline)] if baseline else list(_points(space))


def _points(space: Mapping[str, Range]) -> Iterator[Values]:
    """The ranges' ends, and points spread evenly (Halton's sequence) that are the same every time."""
    for share in (0.0, 1.0):
        yield {name: _at(range_, share) for name, range_ in space.items()}
    for index in range(1, _POINTS + 1):
        yield {
            name: _at(range_, _radical_inverse(index, _PRIMES[axis % len(_PRIMES)]))
            for axis, (name, range_) in enumerate(space.items())
        }
        yield {
            name: _power_of_two(range_, _radical_inverse(index, _PRIMES[axis % len(_PRIMES)]))
            for axis, (name, range_) in enumerate(space.items())
        }


def _radical_inverse(index: int, base: int) -> float:
    """The digits of `index` in a base, mirrored behind the point: Halton 1960."""
    share, scale = 0.0, 1.0 / base
    while index:
        index, digit = divmod(index, base)
        share += digit * scale
        scale /= base
    return share


def _at(range_: Range, share: float) -> HyperparameterValue:
    """The value of a range at a share of its width on its scale."""
    if isinstance(range_, CategoricalRange):
        return range_.values[min(int(share * len(range_.values)), len(range_.values) - 1)]
    return range_.nearest(range_.at(share))


def _power_of_two(range_: Range, share: float) -> HyperparameterValue:
    """The same, moved to a power of two where whole numbers are searched: they divide each other."""
    value = _at(range_, share)
    if not isinstance(range_, IntegerRange) or not is_number(value) or float(value) < 1:
        return value
    return range_.nearest(2 ** round(math.log2(float(value))))
