"""The axis of choices: each has an equal share of it, and for the surrogate each is about one apart from the others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from selftune.model.ranges import CategoricalRange, Prior
from selftune.model.values import HyperparameterValue, is_number, text_from_value

Array: TypeAlias = NDArray[np.float64]


class CategoricalAxis:
    """Choices of equal share. Where all are numbers, the surrogate sees their order too."""

    is_categorical: ClassVar[bool] = True
    prior: ClassVar[Prior | None] = None

    def __init__(self, range_: CategoricalRange) -> None:
        self._values = range_.values
        self._index = {text_from_value(value): i for i, value in enumerate(range_.values)}
        self.size = float(len(range_.values))
        self._table = _feature_table(range_.values)
        self.width = self._table.shape[1]

    def coordinate(self, value: HyperparameterValue) -> float:
        return (self._index[text_from_value(value)] + 0.5) / len(self._values)

    def value(self, coordinate: float) -> HyperparameterValue:
        return self._values[int(self._indices(np.array([coordinate]))[0])]

    def snap(self, column: Array) -> Array:
        snapped: Array = (self._indices(column) + 0.5) / len(self._values)
        return snapped

    def features(self, column: Array) -> Array:
        return self._table[self._indices(column)]

    def from_uniform(self, column: Array) -> Array:
        return column

    def log_prior(self, column: Array) -> Array:
        return np.zeros_like(column)

    def coordinates(self) -> Iterator[float]:
        return ((i + 0.5) / len(self._values) for i in range(len(self._values)))

    def _indices(self, column: Array) -> NDArray[np.intp]:
        return np.clip(column * len(self._values), 0, len(self._values) - 1).astype(np.intp)


def _feature_table(values: tuple[HyperparameterValue, ...]) -> Array:
    """(k, width): a row a choice; two columns or more are scaled so that different choices lie about one apart."""
    count = len(values)
    if count <= 2:
        return np.arange(float(count))[:, None]
    if not all(is_number(value) for value in values):
        return np.eye(count) * math.sqrt(0.5)
    rank = np.argsort(np.argsort([float(value) for value in values])) / (count - 1)
    return np.hstack([np.eye(count) * 0.35, rank[:, None]])
