"""Which points of a space have no training job yet: nothing is run twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

import numpy as np

from selftune.model.history import Exhausted, History, Observation, Running
from selftune.search.encoder import Array, Encoder

Key: TypeAlias = tuple[float, ...]

EXHAUSTED = Exhausted(reason="Every combination of values has had its training job.")


class Untried:
    """Remembers the taken points of one history, and finds others."""

    def __init__(self, encoder: Encoder, history: History) -> None:
        self._encoder = encoder
        self._taken: set[Key] = set()
        jobs: tuple[Observation | Running, ...] = (*history.ended, *history.running)
        tried = [dict(job.values) for job in jobs]
        for point in encoder.cube(values for values in tried if encoder.contains(values)):
            self.take(point)

    @property
    def remaining(self) -> float:
        """How many points are left; infinite where a range is continuous."""
        return self._encoder.size - len(self._taken)

    def take(self, point: Array) -> None:
        """Mark a point, shape (d,), as taken."""
        self._taken.add(_key(point))

    def has(self, point: Array) -> bool:
        """True where the point is still untried."""
        return _key(point) not in self._taken

    def first_of(self, cube: Array) -> Array | None:
        """The first untried row of `cube` (n, d), or None where all are taken."""
        rows: Iterator[Array] = iter(cube)
        return next(filter(self.has, rows), None)

    def first(self, count: int) -> Iterator[tuple[int, Array]]:
        """The first `count` untried points of a finite space in order, each with its position, counted from one."""
        points = ((number, np.array(point)) for number, point in enumerate(self._encoder.points(), start=1))
        return islice(((number, point) for number, point in points if self.has(point)), count)

    def another(self, rng: np.random.Generator, attempts: int = 64) -> Array:
        """An untried point: drawn from the priors, or the first free one where nearly all are taken.

        Raises:
            ValueError: none is left.
        """
        drawn = self._encoder.from_uniform(rng.random((attempts, self._encoder.dimension)))
        fresh = self.first_of(drawn)
        if fresh is not None:
            return fresh
        for _, point in self.first(1):
            return point
        raise ValueError("No untried point is left.")


def _key(point: Array) -> Key:
    return tuple(np.round(point, 10).tolist())
