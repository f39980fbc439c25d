"""Which hyperparameters act beside the values of others, and where one that does not act rests.

`rate_drop` acts with `booster == dart`. One that does not act rests at one value, so that values that differ only in
what does not act are one and the same. What depends on one that does not act does not act either. This is the one
place that decides both: for one set of values here, for whole columns in `search.idle`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias, TypeVar

from selftune.model.conditions import Clause, Condition
from selftune.model.ranges import CategoricalRange, ContinuousRange, Range
from selftune.model.values import HyperparameterValue

Values: TypeAlias = tuple[tuple[str, HyperparameterValue], ...]
V = TypeVar("V")


class Dependences:
    """Of which clauses it depends whether each hyperparameter of a space acts."""

    def __init__(self, names: Collection[str], conditions: Sequence[tuple[str, Condition]]) -> None:
        """Conditions by hyperparameter; clauses that speak of none of `names` are not its concern."""
        found: dict[str, list[Clause]] = {}
        for name, condition in conditions:
            clauses = [clause for clause in condition.clauses if clause.name in names]
            if name in names and clauses:
                found.setdefault(name, []).extend(clauses)
        order, self.cycle = _in_order({name: {clause.name for clause in clauses} for name, clauses in found.items()})
        self.clauses: tuple[tuple[str, tuple[Clause, ...]], ...] = tuple(
            (name, tuple(found[name])) for name in order if name in found
        )
        """By hyperparameter, each after those on which it depends; those of which nothing is said always act."""

    def acting(self, known: Mapping[str, V], holds: Callable[[Clause], V], both: Callable[[V, V], V]) -> dict[str, V]:
        """By name, whether it acts: as a truth, or as a column of truths.

        Args:
            known: by name of the whole space, whether there is a value at all.
            holds: whether the values keep a clause.
            both: two truths as one.
        """
        acts = dict(known)
        verdicts = [(name, clause.name, holds(clause)) for name, clauses in self.clauses for clause in clauses]
        for _ in range(len(self.clauses) if self.cycle else 1):
            for name, parent, verdict in verdicts:
                acts[name] = both(acts[name], both(verdict, acts[parent]))
        return acts


class Conditions:
    """When each hyperparameter of a space acts, for one set of values at a time."""

    def __init__(self, space: Sequence[tuple[str, Range]], conditions: Sequence[tuple[str, Condition]] = ()) -> None:
        self._space = tuple(space)
        self._dependences = Dependences(dict(self._space), conditions)

    def acting(self, values: Mapping[str, HyperparameterValue]) -> frozenset[str]:
        """Names of the hyperparameters that act; one without a value does not."""

        def holds(clause: Clause) -> bool:
            return clause.name in values and clause.holds(values[clause.name]) is True

        known = {name: name in values for name, _ in self._space}
        acts = self._dependences.acting(known, holds, lambda one, other: one and other)
        return frozenset(name for name, is_acting in acts.items() if is_acting)

    def settled(self, values: Mapping[str, HyperparameterValue]) -> Values:
        """Values of the whole space, what does not act at rest; `values` has all that acts."""
        acting = self.acting(values)
        return tuple((name, values[name] if name in acting else at_rest(range_)) for name, range_ in self._space)

    def shown(self, values: Values) -> Values:
        """Only what acts, of values of the whole space."""
        if not self._dependences.clauses:
            return values
        acting = self.acting(dict(values))
        return tuple((name, value) for name, value in values if name in acting)


def at_rest(range_: Range) -> HyperparameterValue:
    """The value of a hyperparameter that does not act.

    Zero where the range has it beside a log scale, since that is off; otherwise where good values are expected, or in
    the middle; the first of choices.
    """
    if isinstance(range_, CategoricalRange):
        return range_.values[0]
    if isinstance(range_, ContinuousRange) and range_.includes_zero:
        return 0.0
    return range_.nearest(range_.at(0.5) if range_.prior is None else range_.prior.center)


def _in_order(needed: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(names, each after those that it needs; those that need one another in a circle, empty where there is none)."""
    try:
        return tuple(TopologicalSorter(needed).static_order()), ()
    except CycleError as error:
        return tuple(needed), tuple(error.args[1])
