"""Which points of a space may have a training job: nothing is run twice, and no constraint is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

import numpy as np

from selftune.model.history import Exhausted, History, Observation, Running
from selftune.search.allowed import Allowed
from selftune.search.encoder import Array, Encoder
from selftune.search.steps import about, down

Key: TypeAlias = tuple[float, ...]

EXHAUSTED = Exhausted(reason="Every combination of values has had its training job.")
DIGITS = 10
"""Points that agree in so many digits are one."""
ROUNDS = 8
"""How often a new handful of points is drawn where constraints forbid all of the one before."""
MOST_POINTS = 20_000
"""So many points of a finite space are looked at, at most, for one that is left."""
MOST_STARTS = 64
"""So many points that are known are looked at, at most, for some that keep the constraints."""


class Untried:
    """Remembers the taken points of one history, and finds others."""

    def __init__(self, encoder: Encoder, history: History) -> None:
        self._encoder, self._history = encoder, history
        self.allowed = Allowed(encoder, history.constraints)
        jobs: tuple[Observation | Running, ...] = (*history.ended, *history.running)
        tried = [dict(job.values) for job in jobs]
        points = encoder.cube(tried)
        self._points = points
        self._positions = {job.number: position for position, job in enumerate(jobs)}
        inside = encoder.as_run(points[encoder.inside(tried)])
        self._taken: set[Key] = set(map(tuple, np.round(inside, DIGITS).tolist()))
        self._suggested: list[Array] = []

    def points_of(self, jobs: Iterable[Observation | Running]) -> Array:
        """(n, d): where training jobs of the history run, inside the space or at its nearest point."""
        return self._points[[self._positions[job.number] for job in jobs]]

    @property
    def remaining(self) -> float:
        """How many points are left at most; infinite where a range is continuous. Constraints may forbid them all."""
        return self._encoder.size - len(self._taken)

    @property
    def exhausted(self) -> Exhausted:
        """Why nothing is left."""
        if self.remaining < 1 or not self.allowed.constraints:
            return EXHAUSTED
        if self._encoder.size <= len(self._taken) + MOST_POINTS:
            return Exhausted(reason=f"No untried values that keep {self.allowed} are left.")
        return Exhausted(reason=f"No untried values that keep {self.allowed} were found.", is_certain=False)

    def take(self, point: Array) -> None:
        """Mark a point, shape (d,), as taken."""
        self._taken.add(self._key(point))
        self._suggested.append(point)

    def has(self, point: Array) -> bool:
        """True where the point is still untried, and keeps the constraints."""
        return self._key(point) not in self._taken and self.allowed.has(point)

    def first_of(self, cube: Array) -> Array | None:
        """The first untried row of `cube` (n, d), or None where all are taken or forbidden."""
        rows: Iterator[Array] = iter(cube)
        return next(filter(self.has, rows), None)

    def first(self, count: int) -> Iterator[tuple[int, Array]]:
        """The first `count` untried points of a finite space in order, each with its position, counted from one."""
        points = ((number, np.array(point)) for number, point in enumerate(self._encoder.points(), start=1))
        return islice(((number, point) for number, point in points if self.has(point)), count)

    def another(self, rng: np.random.Generator, attempts: int = 64) -> Array | None:
        """An untried point: drawn from the priors, or the first free one where nearly all are taken.

        Args:
            rng: the draws' source.
            attempts: how many points are drawn; under constraints up to `ROUNDS` times as many, and where they forbid
                all of them, steps lead to others.

        Returns:
            The point, shape (d,); None where none was found.
        """
        rounds = []
        for _ in range(ROUNDS if self.allowed.constraints else 1):
            drawn = self._encoder.from_uniform(rng.random((attempts, self._encoder.dimension)))
            fresh = self.first_of(drawn)
            if fresh is not None:
                return fresh
            rounds.append(drawn)
        stepped = self._stepped(np.vstack(rounds), rng) if self.allowed.constraints else None
        return self._first_left() if stepped is None else stepped

    def _stepped(self, drawn: Array, rng: np.random.Generator) -> Array | None:
        """An untried point that keeps the constraints, by steps from known ones, or else from what was drawn."""
        starts = self._known_to_be_allowed(rng)
        if not len(starts):
            starts = down(drawn, self._encoder, self.allowed, rng)
        return self.first_of(about(starts, self._encoder, self.allowed, rng)) if len(starts) else None

    def _known_to_be_allowed(self, rng: np.random.Generator) -> Array:
        """(k, d): training jobs, what is suggested beside them, values from elsewhere and those of parents."""
        history = self._history
        elsewhere = [*(good.values for good in history.portfolio), *(v for p in history.parents for v, _ in p.rows)]
        rows = [dict(values) for values in elsewhere if self._encoder.contains(dict(values))]
        known = np.vstack([self._points, *self._suggested, self._encoder.cube(rows)])
        if len(known) > MOST_STARTS:
            known = known[rng.choice(len(known), MOST_STARTS, replace=False)]
        return known[self.allowed.mask(known)]

    def _key(self, point: Array) -> Key:
        """Of the values that a point stands for: real numbers are rounded before they run, so near points are one."""
        return _key(self._encoder.cube([dict(self._encoder.values(point))])[0])

    def _first_left(self) -> Array | None:
        """The first free point of a finite space, as far as one may look."""
        if not np.isfinite(self._encoder.size):
            return None
        points = islice(self._encoder.points(), len(self._taken) + MOST_POINTS)
        return next((point for point in map(np.array, points) if self.has(point)), None)


def _key(point: Array) -> Key:
    return tuple(np.round(point, DIGITS).tolist())
