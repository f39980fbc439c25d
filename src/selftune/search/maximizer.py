"""Where an acquisition is largest in the cube: many candidates first, then steps around the best of them.

Candidates are snapped before they are scored, so that what is scored is what will run: whole numbers, real choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from selftune.search.allowed import Allowed
from selftune.search.encoder import Array, Encoder
from selftune.search.steps import about, mutated
from selftune.search.trust_region import View, whole


class Acquisition(Protocol):
    """What is maximised."""

    def score(self, cube: Array) -> Array:
        """(m,) scores of snapped points (m, d), larger being better."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How many candidates are scored: the cost of a suggestion grows with their sum."""

    even: int = 500
    """Spread evenly over the cube."""
    expected: int = 300
    """Drawn from the priors, where there are any."""
    near_best: int = 200
    """Mutations of the best training jobs so far, at each of the two sizes of steps."""
    starts: int = 4
    """Best candidates around which local steps are tried."""
    steps: tuple[float, ...] = (0.08, 0.03, 0.01)
    """Standard deviations of the local steps, one round each."""
    tries: int = 60
    """Local steps a start and round."""
    fewest: int = 50
    """Where constraints leave fewer of the first candidates, walks from the best training jobs find more."""


def best_candidates(
    acquisition: Acquisition,
    encoder: Encoder,
    best: Array,
    rng: np.random.Generator,
    effort: Effort,
    allowed: Allowed | None = None,
    view: View | None = None,
) -> tuple[Array, Array]:
    """Candidates (m, d) and their scores (m,), best first; `best` (b, d) are the points of the best training jobs.

    Only what is `allowed` is a candidate, so that the local steps start from points that may run; m is 0 where nothing
    drawn is, nor any of `best`. They come from the box of a `view`, where one is given, and steps are shares of its
    sides.
    """
    allowed, view = allowed or Allowed(encoder, ()), view or whole(encoder)
    found = _kept(_first_candidates(encoder, best, rng, effort, view), allowed)
    if allowed.constraints and len(found) < effort.fewest:
        found = np.vstack([found, _walked(encoder, best, rng, allowed)])
    scores = acquisition.score(found)
    for step in effort.steps:
        starts = found[np.argsort(-scores, kind="stable")[: effort.starts]]
        steps = mutated(np.repeat(starts, effort.tries, axis=0), encoder, step * view.length, rng)
        tried = _kept(encoder.snap(steps), allowed)
        found, scores = np.vstack([found, tried]), np.concatenate([scores, acquisition.score(tried)])
    order = np.argsort(-scores, kind="stable")
    return found[order], scores[order]


def _kept(cube: Array, allowed: Allowed) -> Array:
    return cube[allowed.mask(cube)] if allowed.constraints else cube


def _walked(encoder: Encoder, best: Array, rng: np.random.Generator, allowed: Allowed) -> Array:
    starts = _kept(best, allowed)
    return about(starts, encoder, allowed, rng) if len(starts) else starts


def _first_candidates(encoder: Encoder, best: Array, rng: np.random.Generator, effort: Effort, view: View) -> Array:
    groups: list[Array] = [encoder.snap(view.drawn(rng.random((effort.even, encoder.dimension))))]
    if encoder.has_prior.any() and not view.is_region:
        groups.append(encoder.from_uniform(rng.random((effort.expected, encoder.dimension))))
    if len(best):
        parents = best[rng.integers(len(best), size=effort.near_best)]
        steps: Sequence[float] = (0.3, 0.1)
        groups.extend(encoder.snap(mutated(parents, encoder, step * view.length, rng)) for step in steps)
    return np.vstack(groups)
