"""Hyperparameters of an `Optimizer` that act only where others have certain values: `rate_drop` with `booster == dart`.

One that does not act is not part of a suggestion. Within the search it rests at one value, so that values that differ
only in what does not act are one and the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from selftune.model.conditions import Condition
from selftune.model.errors import UsageError
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue
from selftune.sdk.optimizer_space import Space, refuse_unknown_names

Values: TypeAlias = tuple[tuple[str, HyperparameterValue], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """When each hyperparameter acts; those of which nothing is said always do."""

    space: Space
    by_name: tuple[tuple[str, Condition], ...] = ()

    @classmethod
    def read(cls, texts: Mapping[str, str], space: Space) -> Conditions:
        """Conditions by hyperparameter, such as {"rate_drop": "booster == dart"}.

        Raises:
            UsageError: one is no condition, or speaks of what has no range.
        """
        names = dict(space)
        refuse_unknown_names("a condition", texts, names, "the ranges")
        found = {}
        for name, text in texts.items():
            try:
                found[name] = Condition.read(text)
            except ValueError as error:
                hint = "Write one or more comparisons joined by 'and', such as: booster == dart"
                raise UsageError(f"The condition of '{name}' cannot be read: {error}.", hint=hint) from None
            refuse_unknown_names(f"the condition of '{name}'", found[name].names, names, "the ranges")
        return cls(space=space, by_name=tuple(found.items()))

    def acting(self, values: Mapping[str, HyperparameterValue]) -> frozenset[str]:
        """Names of the hyperparameters that act; what depends on one that does not act does not act either."""
        acting = {name: values[name] for name, _ in self.space if name in values}
        while True:
            idle = [
                name for name, condition in self.by_name if name in acting and not condition.is_known_to_hold(acting)
            ]
            if not idle:
                return frozenset(acting)
            for name in idle:
                del acting[name]

    def settled(self, values: Mapping[str, HyperparameterValue]) -> Values:
        """Values of the whole space, what does not act at rest; `values` has all that acts."""
        acting = self.acting(values)
        return tuple((name, values[name] if name in acting else at_rest(range_)) for name, range_ in self.space)

    def shown(self, values: Values) -> Values:
        """Only what acts."""
        acting = self.acting(dict(values))
        return tuple((name, value) for name, value in values if name in acting)


def at_rest(range_: Range) -> HyperparameterValue:
    """The value of a hyperparameter that does not act."""
    if isinstance(range_, CategoricalRange):
        return range_.values[0]
    return range_.nearest(range_.at(0.5) if range_.prior is None else range_.prior.center)
