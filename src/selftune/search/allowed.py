"""Which points of a space keep what must hold between hyperparameters.

A constraint speaks of what acts: one that does not act breaks nothing, whatever value it rests at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from selftune.model.constraints import Constraint
from selftune.model.values import HyperparameterValue
from selftune.search.encoder import Array, Encoder


class Allowed:
    """Decides over snapped points of the cube; only the hyperparameters of which a constraint speaks are decoded."""

    def __init__(self, encoder: Encoder, constraints: Iterable[Constraint]) -> None:
        self._encoder = encoder
        self.constraints = tuple(c for c in constraints if c.names & set(encoder.names))
        """Those that speak of this space at all."""
        spoken_of = frozenset[str]().union(*(c.names for c in self.constraints))
        self._spoken_of = [(i, name) for i, name in enumerate(encoder.names) if name in spoken_of]

    def has(self, point: Array) -> bool:
        """True where a point, shape (d,), keeps all constraints."""
        return bool(self.mask(point[None, :])[0])

    def mask(self, cube: Array) -> NDArray[np.bool_]:
        """(n,): True where a row of `cube` (n, d) keeps all constraints."""
        if not self.constraints:
            return np.ones(len(cube), dtype=bool)
        kept = (all(constraint.holds(values) for constraint in self.constraints) for values in self._values(cube))
        return np.fromiter(kept, dtype=bool, count=len(cube))

    def gaps(self, cube: Array) -> Array:
        """(n, c): by how much a row of `cube` (n, d) breaks each constraint, in the constraint's own unit."""
        rows = [[constraint.gap(values) for constraint in self.constraints] for values in self._values(cube)]
        return np.array(rows, dtype=float).reshape(len(cube), len(self.constraints))

    def _values(self, cube: Array) -> Iterator[dict[str, HyperparameterValue]]:
        """What acts at each row, of that of which the constraints speak."""
        for point, acts in zip(cube, self._encoder.acting(cube), strict=True):
            yield {name: self._encoder.value(i, float(point[i])) for i, name in self._spoken_of if acts[i]}

    def __str__(self) -> str:
        return " and ".join(constraint.text for constraint in self.constraints)
