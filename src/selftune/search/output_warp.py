"""Losses as a surrogate wants them: the better half keeps its distances, the worse half only its order.

A diverged training job may be a thousand times worse than a good one; on its own scale it would flatten every
difference that matters. So losses above the median become normal quantiles of their rank, joined to the better half at
the median (the half-rank warp of Vizier, Song et al. 2024, arXiv:2408.11527). The result does not change when all
losses are multiplied by a positive number or shifted.

Where the better half lies on a plateau, its differences are next to nothing beside what the first training jobs showed.
They are not blown up into a landscape of their own: a model would climb them for the rest of the budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array: TypeAlias = NDArray[np.float64]

FIRST = 6
"""So many training jobs show how far losses can lie apart."""
FINEST = 1e-3
"""The better half counts as spread over this share of that at least."""


def warped(losses: Sequence[float | None]) -> Array:
    """(n,) losses of mean 0 and deviation 1; None (a failed training job) counts as worse than all others."""
    raw = np.array([np.inf if loss is None else loss for loss in losses], dtype=float)
    return _standardised(half_ranked(raw))


def half_ranked(losses: Array) -> Array:
    """(n,) losses, in the order of training jobs, whose worse half become normal quantiles of their ranks.

    Infinite ones share the last rank.
    """
    finite = losses[np.isfinite(losses)]
    median = float(np.median(finite))
    better = losses <= median
    spread = max(_half_spread(median - losses[better]), FINEST * _first_spread(finite))
    ranks = shared_ranks(losses)
    warped_losses = (losses - median) / spread
    warped_losses[~better] = ndtri((ranks[~better] + 0.5) / len(losses)) - ndtri((better.sum() - 0.5) / len(losses))
    return warped_losses


def _first_spread(losses: Array) -> float:
    """How far most of the first losses lie above the best of all; one in four may have diverged."""
    return float(np.quantile(losses[:FIRST], 0.75) - losses.min())


def _half_spread(below: Array) -> float:
    """Deviation of a normal distribution whose better half lies `below` its median; 1 where there is no spread."""
    spread = float(np.sqrt(np.mean(below**2)))
    return spread if spread > 0 else 1.0


def shared_ranks(losses: Array) -> Array:
    """(n,) ranks from 0; equal losses share the mean of theirs."""
    _, inverse, counts = np.unique(losses, return_inverse=True, return_counts=True)
    last = np.cumsum(counts) - 1
    ranks: Array = (last - (counts - 1) / 2)[inverse]
    return ranks


def _standardised(losses: Array) -> Array:
    deviation = float(losses.std())
    standardised: Array = (losses - losses.mean()) / (deviation if deviation > 1e-12 else 1.0)
    return standardised
