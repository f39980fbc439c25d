"""Hyperparameters that do nothing beside certain values of others: `rate_drop` unless `booster == dart`.

One that does not act rests at one place of its axis. So points that differ only in what does not act are one point:
they run once, the surrogate sees no distance between them, and no step along an idle axis is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from selftune.model.conditions import Clause, Condition
from selftune.model.values import HyperparameterValue
from selftune.search.axes import Array

ValueAt = Callable[[int, float], HyperparameterValue]
"""The value of hyperparameter number i at a coordinate."""


class Idle:
    """Puts what does not act to rest. What depends on one that does not act does not act either."""

    def __init__(
        self,
        names: Sequence[str],
        conditions: Sequence[tuple[str, Condition]],
        rest: Sequence[float],
        value_at: ValueAt,
    ) -> None:
        """Conditions by hyperparameter; clauses that speak of no hyperparameter of the space are not its concern.

        `rest` has the coordinate of each hyperparameter where it does not act.
        """
        place = {name: index for index, name in enumerate(names)}
        known = [(place[name], condition) for name, condition in conditions if name in place]
        self._clauses = [
            (index, [(place[clause.name], clause) for clause in condition.clauses if clause.name in place])
            for index, condition in known
        ]
        self._clauses = [(index, clauses) for index, clauses in self._clauses if clauses]
        self._rest, self._value_at = rest, value_at

    def settled(self, cube: Array) -> Array:
        """(n, d) snapped points with each idle coordinate at rest."""
        if not self._clauses:
            return cube
        acts = self.acting(cube)
        return np.where(acts, cube, np.asarray(self._rest, dtype=float))

    def acting(self, cube: Array) -> NDArray[np.bool_]:
        """(n, d): True where a hyperparameter acts; as many passes as a chain of conditions can be long."""
        holds = [
            (index, [(parent, self._holds(clause, parent, cube[:, parent])) for parent, clause in clauses])
            for index, clauses in self._clauses
        ]
        acts = np.ones(cube.shape, dtype=bool)
        for _ in holds:
            for index, verdicts in holds:
                for parent, verdict in verdicts:
                    acts[:, index] &= verdict & acts[:, parent]
        return acts

    def _holds(self, clause: Clause, parent: int, column: Array) -> NDArray[np.bool_]:
        places, which = np.unique(column, return_inverse=True)
        verdicts = [clause.holds(self._value_at(parent, float(place))) is True for place in places]
        return np.array(verdicts, dtype=bool)[which]
