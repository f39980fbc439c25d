"""Where the model looks once there are more training jobs than one model can take: one region of the space at a time.

    whole     up to `most` training jobs: the model sees all of them, and candidates come from the whole cube
    wide      the best half, the newest quarter, and an even spread over the rest: a rough model of the whole cube
    region    the `near` training jobs that lie nearest to a centre; candidates come from the box that they span, which
              is the unit cube of the model's features

Centres are the best training job, and others that are the best of their own surroundings: several regions, as in TuRBO
(Eriksson et al. 2019, arXiv:1910.01739). Nothing of a region is remembered. A region's box shrinks because training
jobs gather around its centre, so it closes in as long as it brings something; where it has brought nothing for a while
its share of the suggestions goes to the others (a restart). Which view is next follows from the history and the job's
number alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selftune.search.encoder import Array, Encoder

Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSettings:
    """The constants of the views."""

    most: int = 400
    """Up to so many training jobs the model sees all of them."""
    near: int = 300
    """So many training jobs make up a region."""
    wide: int = 300
    """So many training jobs are seen by the model of the whole cube."""
    regions: int = 4
    """Centres, the best one among them."""
    apart: float = 0.4
    """Least distance of two centres, as a share of the mean distance of two even draws."""
    patience: int = 60
    """After so many training jobs without a new best one the best region has had its turn."""
    narrowest: float = 1e-6
    """No side of a region's box is shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the model sees and where candidates come from."""

    seen: Positions
    """Positions, rising, of the training jobs that the model sees."""
    low: Array
    """(d,) lower corner of the box of candidates."""
    high: Array
    title: str
    """For a suggestion's reason; empty where the view is the whole."""

    def features(self, encoder: Encoder, cube: Array) -> Array:
        """(m, p) features of points (m, d) as the model of this view measures them: its box is a unit cube."""
        features = encoder.features(cube)
        return features / self.length[encoder.groups]

    @property
    def is_region(self) -> bool:
        """Whether it is a part of the cube."""
        return bool((self.low > 0).any() or (self.high < 1).any())

    @property
    def length(self) -> Array:
        """(d,) sides of the box."""
        sides: Array = self.high - self.low
        return sides

    def drawn(self, cube: Array) -> Array:
        """(m, d) even draws from the cube as even draws from the box."""
        return self.low + cube * self.length


def whole(encoder: Encoder) -> View:
    """The whole cube, of which nothing is seen yet."""
    return _cube(encoder, np.arange(0), "")


def view_of(
    encoder: Encoder, points: Array, losses: Array, number: int, settings: RegionSettings | None = None
) -> View:
    """The view for suggestion number `number`.

    Args:
        encoder: of the space.
        points: (n, d) of the training jobs that say something, in order of their numbers.
        losses: (n,) theirs; only their order counts, failed ones are infinite.
        number: of training jobs begun.
    """
    settings = settings or RegionSettings()
    if len(losses) <= settings.most:
        return _cube(encoder, np.arange(len(losses)), "")
    turn = turn_of(losses, number, settings)
    if turn is None:
        return _cube(encoder, _wide(losses, settings.wide), "in a rough model of the whole space")
    features = encoder.features(points)
    centres = _centres(encoder, features, losses, turn + 1, settings)
    return _region(encoder, points, features, centres[turn % len(centres)], settings)


def as_numbers(losses: Sequence[float | None]) -> Array:
    """(n,) losses, a failed training job's infinite."""
    return np.array([np.inf if loss is None else loss for loss in losses], dtype=float)


def turn_of(losses: Array, number: int, settings: RegionSettings) -> int | None:
    """Whose turn it is at suggestion `number`: the same view for all numbers with the same turn.

    A region by its rank, the best being 0; None: the whole cube.
    """
    return _turn(number, _jobs_since_best(losses), settings) if len(losses) > settings.most else None


def _turn(number: int, jobs_since_best: int, settings: RegionSettings) -> int | None:
    """Which region is looked at, the best being 0; None: the whole cube."""
    is_stuck = jobs_since_best > settings.patience
    others = number // 4
    if is_stuck:
        return (0, None, 1 + others % (settings.regions - 1), None)[number % 4]
    return (0, 0, 0, None if others % 2 else 1 + others // 2 % (settings.regions - 1))[number % 4]


def _jobs_since_best(losses: Array) -> int:
    return len(losses) - 1 - int(np.argmin(losses))


def _cube(encoder: Encoder, seen: Positions, title: str) -> View:
    return View(seen=seen, low=np.zeros(encoder.dimension), high=np.ones(encoder.dimension), title=title)


def _wide(losses: Array, limit: int) -> Positions:
    """Half of them the best, a quarter the newest, the others an even spread over the rest."""
    ranked = np.argsort(losses, kind="stable")
    chosen = np.zeros(len(losses), dtype=bool)
    chosen[ranked[: limit // 2]] = True
    chosen[-(limit // 4) :] = True
    rest = np.flatnonzero(~chosen)
    chosen[rest[np.linspace(0, len(rest) - 1, limit - int(chosen.sum())).astype(np.intp)]] = True
    return np.flatnonzero(chosen)


def _centres(encoder: Encoder, features: Array, losses: Array, count: int, settings: RegionSettings) -> Sequence[int]:
    """Positions of at most `count` training jobs: each the best of its own surroundings, not a slope of another's."""
    apart = settings.apart * math.sqrt(max(int(encoder.is_free.sum()), 1) / 6.0)
    centres: list[int] = []
    open_losses = losses.copy()
    while len(centres) < count and np.isfinite(open_losses).any():
        centre = int(np.argmin(open_losses))
        is_near = _distance(features, features[centre]) < apart
        is_near[centre] = True
        if losses[centre] <= losses[is_near].min():
            centres.append(centre)
        open_losses[is_near] = np.inf
    return centres


def _region(encoder: Encoder, points: Array, features: Array, centre: int, settings: RegionSettings) -> View:
    near = np.argsort(_distance(features, features[centre]), kind="stable")[: settings.near]
    seen = np.sort(near)
    low, high = points[seen].min(axis=0), points[seen].max(axis=0)
    high = np.where(high - low < settings.narrowest, low + settings.narrowest, high)
    low, high = np.where(encoder.is_categorical, 0.0, low), np.where(encoder.is_categorical, 1.0, high)
    return View(seen=seen, low=low, high=high, title="near one of the best so far")


def _distance(features: Array, center: Array) -> Array:
    squared: Array = np.square(features - center).sum(axis=1)
    return np.sqrt(squared)
