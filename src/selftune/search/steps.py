"""Steps from points to others: around good ones, and to points that keep constraints where even draws meet none.

Of eight hyperparameters that together may be no more than one range is long, one even draw in 40,320 is allowed. There

    down     from the draws that break the constraints least, by steps that break them less, until some keep them
    about    from points that keep them, by many steps that keep them as well, so that it matters little where it began
"""

from __future__ import annotations

import numpy as np

from selftune.search.allowed import Allowed
from selftune.search.encoder import Array, Encoder

LENGTHS = (0.3, 0.1, 0.03, 0.01)
"""Standard deviations of the steps, shares of an axis; which one a step has is chance."""
WALKERS = 16
"""So many points step at the same time."""
STEPS_DOWN = 24
TRIES = 8
"""So many steps down are tried from each point, and the best of all are kept."""
STEPS_ABOUT = 48


def mutated(points: Array, encoder: Encoder, step: float | Array, rng: np.random.Generator) -> Array:
    """(m, d) points with some coordinates moved: a normal step, or another choice where order means nothing."""
    shape = points.shape
    share = min(1.0, 3.0 / max(int(encoder.is_free.sum()), 1))
    is_moved = (rng.random(shape) < share) & encoder.is_free
    moved = np.clip(points + step * rng.standard_normal(shape), 0.0, 1.0)
    moved = np.where(encoder.is_categorical, rng.random(shape), moved)
    return np.where(is_moved, moved, points)


def about(starts: Array, encoder: Encoder, allowed: Allowed, rng: np.random.Generator) -> Array:
    """(m, d) allowed points to which walks from `starts` (k, d), themselves allowed, have led; the last ones first."""
    walkers = starts[rng.integers(len(starts), size=WALKERS)]
    visited = [walkers]
    for _ in range(STEPS_ABOUT):
        tried = _stepped(walkers, encoder, rng)
        walkers = np.where(allowed.mask(tried)[:, None], tried, walkers)
        visited.append(walkers)
    return np.vstack(visited[::-1])


def down(drawn: Array, encoder: Encoder, allowed: Allowed, rng: np.random.Generator) -> Array:
    """(m, d) allowed points to which steps down from `drawn` (n, d) have led; m is 0 where they led to none."""
    walkers, gaps = drawn, allowed.gaps(drawn)
    for _ in range(STEPS_DOWN):
        least = np.argsort(gaps.sum(axis=1), kind="stable")[:WALKERS]
        walkers, gaps = walkers[least], gaps[least]
        kept: Array = walkers[(gaps == 0).all(axis=1)]
        if len(kept):
            return kept
        stepped = _stepped(np.repeat(walkers, TRIES, axis=0), encoder, rng)
        walkers, gaps = np.vstack([walkers, stepped]), np.vstack([gaps, allowed.gaps(stepped)])
    return np.zeros((0, encoder.dimension))


def _stepped(points: Array, encoder: Encoder, rng: np.random.Generator) -> Array:
    length = rng.choice(LENGTHS, size=(len(points), 1))
    return encoder.snap(mutated(points, encoder, length, rng))
