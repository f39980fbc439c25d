"""Which points of a space keep what must hold between hyperparameters."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from selftune.model.constraints import Constraint
from selftune.search.encoder import Array, Encoder


class Allowed:
    """Decides over points of the cube; only the hyperparameters of which a constraint speaks are decoded."""

    def __init__(self, encoder: Encoder, constraints: Iterable[Constraint]) -> None:
        self._encoder = encoder
        self.constraints = tuple(c for c in constraints if c.names & set(encoder.names))
        """Those that speak of this space at all."""
        spoken_of = frozenset[str]().union(*(c.names for c in self.constraints))
        self._spoken_of = [(i, name) for i, name in enumerate(encoder.names) if name in spoken_of]

    def has(self, point: Array) -> bool:
        """True where a point, shape (d,), keeps all constraints."""
        if not self.constraints:
            return True
        values = {name: self._encoder.value(i, float(point[i])) for i, name in self._spoken_of}
        return all(constraint.holds(values) for constraint in self.constraints)

    def mask(self, cube: Array) -> NDArray[np.bool_]:
        """(n,): True where a row of `cube` (n, d) keeps all constraints."""
        if not self.constraints:
            return np.ones(len(cube), dtype=bool)
        return np.fromiter((self.has(point) for point in cube), dtype=bool, count=len(cube))

    def __str__(self) -> str:
        return " and ".join(constraint.text for constraint in self.constraints)
