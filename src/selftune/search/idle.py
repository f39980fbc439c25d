"""Hyperparameters that do nothing beside certain values of others: `rate_drop` unless `booster == dart`.

One that does not act rests at one place of its axis. So points that differ only in what does not act are one point:
they run once, the surrogate sees no distance between them, and no step along an idle axis is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from selftune.model.acting import Dependences
from selftune.model.conditions import Clause, Condition
from selftune.model.values import HyperparameterValue
from selftune.search.axes import Array

ValueAt = Callable[[int, float], HyperparameterValue]
"""The value of hyperparameter number i at a coordinate."""


class Idle:
    """Puts what does not act to rest, row by row of a cube (`model.acting` decides what acts)."""

    def __init__(
        self,
        names: Sequence[str],
        conditions: Sequence[tuple[str, Condition]],
        rest: Sequence[float],
        value_at: ValueAt,
    ) -> None:
        """`rest` has the coordinate of each hyperparameter where it does not act."""
        self._place = {name: index for index, name in enumerate(names)}
        self._dependences = Dependences(self._place, conditions)
        self._rest, self._value_at = rest, value_at

    def settled(self, cube: Array) -> Array:
        """(n, d) snapped points with each idle coordinate at rest."""
        if not self._dependences.clauses:
            return cube
        return np.where(self.acting(cube), cube, np.asarray(self._rest, dtype=float))

    def acting(self, cube: Array) -> NDArray[np.bool_]:
        """(n, d): True where a hyperparameter acts."""
        if not self._dependences.clauses:
            return np.ones(cube.shape, dtype=bool)
        known = {name: np.ones(len(cube), dtype=bool) for name in self._place}
        acts = self._dependences.acting(known, lambda clause: self._holds(clause, cube), np.logical_and)
        return np.column_stack(list(acts.values()))

    def _holds(self, clause: Clause, cube: Array) -> NDArray[np.bool_]:
        parent = self._place[clause.name]
        places, which = np.unique(cube[:, parent], return_inverse=True)
        verdicts = [clause.holds(self._value_at(parent, float(place))) is True for place in places]
        return np.array(verdicts, dtype=bool)[which]
