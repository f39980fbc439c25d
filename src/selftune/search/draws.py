"""What the losses may be without their noise: draws from a Gaussian process, at all training jobs at once.

    n, q, m, w   ended and pending training jobs, candidates, draws
    Z    (n + q, p)  features of the ended and of the pending training jobs;  Z_n the first n of them
    K    (n + q, n + q)  k(Z, Z) = L L^T, without noise;   N (n, n)  k(Z_n, Z_n) + v I
    U    (n + q, w)  standard normal;   E (n, w)  sqrt(v) times standard normal
    G    (n + q, w)  L U, draws from the prior at Z
    B    (n, w)  N^-1 (y - G_n - E)
    F    (n + q, w)  G + k(Z, Z_n) B, draws from the posterior at Z      (Matheron's rule, Wilson et al. 2020,
                                                                         arXiv:2002.09309, eq. 9)

Given one draw, the loss at a candidate is normal, with mean k(x, Z) W, where W = L^-T U + B (B is 0 where pending), and
a variance that is the same for all draws. It is next to zero at every training job, so nothing can be gained by
repeating one, however noisy it was; and a pending training job is one whose loss differs from draw to draw. Without
noise all draws are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, solve_triangular

from selftune.search.gaussian_process import Groups, Kernel

Array: TypeAlias = NDArray[np.float64]

_JITTER = 1e-6
"""Share of the signal's variance that is added to K, for points that lie close together."""


Trend: TypeAlias = Callable[[Array], Array]


def flat(features: Array) -> Array:
    """No trend."""
    return np.zeros(len(features))


class PosteriorDraws:
    """Draws at ended and pending training jobs, and the posterior given each of them."""

    def __init__(
        self,
        features: Array,
        losses: Array,
        groups: Groups,
        theta: Array,
        count: int,
        rng: np.random.Generator,
        trend: Trend = flat,
    ) -> None:
        """Draws around a trend, (m, p) features to (m,): what is drawn is how the losses depart from it."""
        self._trend = trend
        self._kernel = Kernel(groups, theta)
        self._rng, self._count = rng, count
        self._ended, self._losses = features, losses - trend(features)
        self._noisy_factor = self._kernel.factor(features, self._kernel.noise + _JITTER * self._kernel.signal)
        self._errors = np.sqrt(self._kernel.noise) * rng.standard_normal((len(features), count))
        self._all = features[:0]
        self._normal: Array = np.zeros((0, count))
        self.add(features)

    def add(self, features: Array) -> None:
        """Take (q, p) more features as those of training jobs whose loss is not known."""
        self._all = np.vstack([self._all, features])
        self._normal = np.vstack([self._normal, self._rng.standard_normal((len(features), self._count))])
        self._factor = self._kernel.factor(self._all, _JITTER * self._kernel.signal)
        prior = self._factor @ self._normal
        gap = self._losses[:, None] - prior[: len(self._ended)] - self._errors
        correction = cho_solve((self._noisy_factor, True), gap, check_finite=False)
        self._weights: Array = solve_triangular(self._factor, self._normal, lower=True, trans=1, check_finite=False)
        self._weights[: len(self._ended)] += correction
        drawn = prior + self._kernel.between(self._all, self._ended) @ correction
        self.incumbents: Array = (drawn + self._trend(self._all)[:, None]).min(axis=0)
        """(w,): the smallest loss of each draw."""

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Means (m, w) by draw and standard deviations (m,) of the noise-free loss at (m, p) features."""
        cross = self._kernel.between(features, self._all)
        explained = solve_triangular(self._factor, cross.T, lower=True, check_finite=False)
        mean: Array = cross @ self._weights
        variance = self._kernel.signal - np.einsum("nm,nm->m", explained, explained)
        mean += self._trend(features)[:, None]
        return mean, np.sqrt(np.maximum(variance, _JITTER * self._kernel.signal))
