"""The first suggestions from knowledge: configurations that did well elsewhere, in this program's own names and ranges.

A configuration is translated by what each hyperparameter is known to be, whatever the program calls it. What is not
tuned stays at today's value. A configuration that the ranges would change much, that lacks what it is worth nothing
without, or that breaks a constraint is left out: half a configuration is no evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import KnowledgeEntry
from selftune.autotune.portfolio_file import Aim, Configuration, LearntPortfolio, Times, learnt_portfolios
from selftune.autotune.range_prior import doubt_about
from selftune.model.constraints import Constraint
from selftune.model.plan import PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue, is_number, text_from_value

FARTHEST_MOVE = 0.15
"""A value that its range moves by more than this share of the knowledge base's box is another value."""
LEAST_DISTANCE = 0.05
"""Two configurations differ where some hyperparameter differs by a larger share of its range."""
ROUNDS_TO_STOP_IN = 500
"""With fewer boosting rounds than these a training job that may stop early hardly does: its rounds count as fixed."""

Values = tuple[tuple[str, HyperparameterValue], ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Values of all tuned hyperparameters, best first, and where they come from."""

    values: tuple[Values, ...] = ()
    source: str = ""
    factors: tuple[str, ...] = ()
    """The program's names of what is learnt as factors of today's value."""


@dataclass(frozen=True, slots=True)
class _Term:
    """The one hyperparameter of the program that a name of the knowledge base means."""

    name: str
    """The program's own."""
    value: HyperparameterValue | None
    role: Role
    range: Range | None
    entry: KnowledgeEntry

    @property
    def is_tuned(self) -> bool:
        return self.role is Role.TUNED and self.range is not None


def portfolio_of(
    judgements: Sequence[Judgement],
    planned: Sequence[PlannedHyperparameter],
    *,
    baseline: Mapping[str, HyperparameterValue],
    constraints: Sequence[Constraint] = (),
    learnt: Sequence[LearntPortfolio] | None = None,
    evident: Set[str] | None = None,
) -> Portfolio:
    """The configurations that a plan tries after the user's own values.

    Args:
        judgements: What each hyperparameter of the program was found to be.
        planned: What becomes of each.
        baseline: Today's values of the tuned ones, as far as they are known.
        constraints: What the values must keep.
        learnt: The portfolios to choose from; those that ship with selftune unless given.
        evident: The frameworks that imports and calls show, whatever the names; None: all count as shown.
    """
    tuned = [h for h in planned if h.role is Role.TUNED and h.range is not None]
    if not tuned:
        return Portfolio()
    for known in learnt_portfolios() if learnt is None else learnt:
        if known.needs_evidence and evident is not None and known.frameworks.isdisjoint(evident):
            continue
        terms = _terms(known, judgements, planned)
        space = {h.name: h.range for h in tuned if h.range is not None}
        made = (_values(c, known, terms, space, baseline) for c in _settled(known, terms))
        kept = [v for v in made if v is not None and all(constraint.holds(dict(v)) for constraint in constraints)]
        distinct = tuple(_distinct(kept, space, baseline))
        if distinct:
            return Portfolio(distinct, known.source, _factors(known, terms))
    return Portfolio()


def _factors(known: LearntPortfolio, terms: Mapping[str, _Term]) -> tuple[str, ...]:
    named = {name for c in (*known.configurations, *known.early) for name, aim in c if isinstance(aim, Times)}
    return tuple(terms[name].name for name in sorted(named) if name in terms)


def _terms(
    known: LearntPortfolio, judgements: Sequence[Judgement], planned: Sequence[PlannedHyperparameter]
) -> dict[str, _Term]:
    """What the knowledge base's names mean in this program; one that fits two hyperparameters means neither."""
    plans = {h.name: h for h in planned}
    found: dict[str, list[_Term]] = {}
    for judgement in judgements:
        entry = judgement.entry
        if entry is not None and not judgement.is_guessed and entry.framework in known.frameworks:
            found.setdefault(entry.name, []).append(_term(judgement, entry, plans.get(judgement.found.name)))
    return {name: terms[0] for name, terms in found.items() if len(terms) == 1}


def _term(judgement: Judgement, entry: KnowledgeEntry, plan: PlannedHyperparameter | None) -> _Term:
    """What a plan does not show is what a built-in algorithm takes beside: it stays at the algorithm's default."""
    name, value = judgement.found.name, judgement.found.value
    if plan is None:
        return _Term(name, value, Role.STATIC, None, entry)
    return _Term(name, plan.value, plan.role, plan.range, entry)


def _settled(known: LearntPortfolio, terms: Mapping[str, _Term]) -> tuple[Configuration, ...]:
    """The configurations that were learnt for the way in which this program's boosting rounds are settled.

    Where nothing is known of the rounds, a rate says nothing.
    """
    if known.rounds is None:
        return known.configurations
    rounds = terms.get(known.rounds)
    if rounds is None or (not rounds.is_tuned and not is_number(rounds.value or "")):
        return ()
    stops_early = rounds.role is Role.RESOURCE and float(rounds.value or 0) >= ROUNDS_TO_STOP_IN
    return known.early if stops_early else known.configurations


def _values(
    configuration: Configuration,
    known: LearntPortfolio,
    terms: Mapping[str, _Term],
    space: Mapping[str, Range],
    baseline: Mapping[str, HyperparameterValue],
) -> Values | None:
    """The configuration in the program's names, today's values where it says nothing; None where it cannot be run."""
    values = {name: baseline[name] for name in space if name in baseline}
    if not any(terms[name].is_tuned for name, _ in configuration if name in terms):
        return None
    for name, aim in _with_its_rounds(configuration, known, terms):
        term = terms.get(name)
        if term is None or not term.is_tuned:
            if name in known.core and not _is_so_today(aim, term):
                return None
            continue
        value = _fitted(aim, term, baseline.get(term.name))
        if value is None:
            return None
        values[term.name] = value
    return tuple((name, values[name]) for name in space) if values.keys() == space.keys() else None


def _with_its_rounds(configuration: Configuration, known: LearntPortfolio, terms: Mapping[str, _Term]) -> Configuration:
    """The configuration with the rounds that it can have here, the rate making up for the difference.

    Rounds times rate stays, as far as the rate's own range allows.
    """
    aims = dict(configuration)
    rounds, aim = terms.get(known.rounds or ""), aims.get(known.rounds or "")
    if rounds is None or aim is None or isinstance(aim, Times) or not is_number(aim):
        return configuration
    possible = rounds.range.nearest(aim) if rounds.is_tuned and rounds.range is not None else rounds.value
    if possible is None or not is_number(possible) or float(possible) < 1:
        return configuration
    scaled = {name: _times(value, float(aim) / float(possible)) for name, value in aims.items() if name == known.rate}
    return tuple({**aims, **scaled, known.rounds or "": possible}.items())


def _times(aim: Aim, factor: float) -> Aim:
    return float(f"{float(aim) * factor:.2g}") if not isinstance(aim, Times) and is_number(aim) else aim


def _is_so_today(aim: Aim, term: _Term | None) -> bool:
    """Whether what is not tuned has nearly the configuration's value anyway; rounds were settled before."""
    if term is None or term.value is None or isinstance(aim, Times):
        return False
    if not is_number(aim) or not is_number(term.value):
        return text_from_value(aim) == text_from_value(term.value)
    return _apart(term.entry, aim, term.value) <= FARTHEST_MOVE


def _fitted(aim: Aim, term: _Term, today: HyperparameterValue | None) -> HyperparameterValue | None:
    """The nearest value inside the range; None where that is another value, or where today's is needed and unknown."""
    if isinstance(aim, Times):
        if today is None or not is_number(today) or float(today) <= 0:
            return None
        aim = float(f"{_believed(term, float(today)) * aim.factor:.3g}")
    if term.range is None:
        return None
    if isinstance(term.range, CategoricalRange):
        return _choice(aim, term.range)
    if not is_number(aim):
        return None
    nearest = term.range.nearest(aim)
    return nearest if _apart(term.entry, aim, nearest) <= FARTHEST_MOVE else None


def _apart(entry: KnowledgeEntry, value: HyperparameterValue, other: HyperparameterValue) -> float:
    """How far two numbers are apart, as a share of the knowledge base's box on its scale."""
    if float(value) == float(other):
        return 0.0
    apart = entry.scale.apart(float(value), float(other), low=entry.low, high=entry.high)
    return 1.0 if apart is None else apart


def _believed(term: _Term, today: float) -> float:
    """Today's value, or where good ones are expected if it is doubtful: three times a slip is another slip."""
    prior = None if isinstance(term.range, CategoricalRange) or term.range is None else term.range.prior
    return prior.center if prior is not None and doubt_about(term.entry, today) else today


def _choice(aim: HyperparameterValue, range_: CategoricalRange) -> HyperparameterValue | None:
    """The same choice, else the number among the choices that is nearest and less than a factor of 1.5 away."""
    same = next((value for value in range_.values if text_from_value(value) == text_from_value(aim)), None)
    if same is not None:
        return same
    if not is_number(aim) or float(aim) <= 0:
        return None
    numbers = [value for value in range_.values if is_number(value) and float(value) > 0]
    nearest = min(numbers, key=lambda value: abs(math.log(float(value) / float(aim))), default=None)
    return nearest if nearest is not None and 1 / 1.5 < float(nearest) / float(aim) < 1.5 else None


def _distinct(
    configurations: Sequence[Values], space: Mapping[str, Range], baseline: Mapping[str, HyperparameterValue]
) -> Iterator[Values]:
    """Those that differ from today's values and from one another."""
    taken = [dict(baseline)] if baseline.keys() >= space.keys() else []
    for values in configurations:
        mine = dict(values)
        if all(any(r.distance(mine[n], other[n]) > LEAST_DISTANCE for n, r in space.items()) for other in taken):
            taken.append(mine)
            yield values
