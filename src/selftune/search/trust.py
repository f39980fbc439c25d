"""How much the ranges' priors may say beside what has been seen.

    ln p   ln density of a prior over its peak, no less than ln FLOOR: a prior says where good values are likelier, and
           not that there are none elsewhere
    rho    rank correlation, over the training jobs with a loss, of the sum of ln p with how good they were
    trust  1 while rho sqrt(n - 1), next to standard normal by chance alone, is above -1; falling to 0 at -2
           (a one-sided rank test: what the priors call likely has turned out worse)

Beside that, a prior whose expectation lies more than two of its deviations from the best training job so far is ignored
for that hyperparameter.
"""

from __future__ import annotations

import math

import numpy as np

from selftune.search.encoder import Array, Encoder
from selftune.search.output_warp import shared_ranks

FLOOR = 0.05
"""Density that any place keeps, as a share of the prior's peak."""
FEWEST = 5
"""With fewer training jobs no rank correlation says anything."""


def log_belief(encoder: Encoder, cube: Array) -> Array:
    """(m, d) bounded ln p of points: 0 at the peak and on axes without a prior."""
    bounded: Array = np.log((np.exp(encoder.log_prior(cube)) + FLOOR) / (1.0 + FLOOR))
    return bounded


def trust_in_priors(encoder: Encoder, points: Array, losses: Array) -> Array:
    """(d,) from 0 to 1, of training jobs at `points` (n, d) with `losses` (n,)."""
    if not encoder.has_prior.any():
        return np.zeros(encoder.dimension)
    best = points[np.argmin(losses)]
    is_near = encoder.log_prior(best[None, :])[0] >= -2.0
    return np.asarray(is_near, dtype=float) * _standing(log_belief(encoder, points).sum(axis=1), losses)


def _standing(belief: Array, losses: Array) -> float:
    """1 where training jobs that were believed in did no worse than others, 0 where they clearly did."""
    if len(losses) < FEWEST:
        return 1.0
    expected, found = shared_ranks(belief), shared_ranks(-losses)
    spread = float(expected.std() * found.std())
    if spread <= 0:
        return 1.0
    correlation = float(np.mean((expected - expected.mean()) * (found - found.mean()))) / spread
    return float(np.clip(2.0 + correlation * math.sqrt(len(losses) - 1), 0.0, 1.0))
