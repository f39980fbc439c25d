"""How likely a training job is to end with an objective at all: a Gaussian process classifier over what has failed.

    n, m        ended training jobs, failed ones among them; candidates
    t    (n,)   +1 where a training job has an objective, -1 where it failed
    f    (n,)   latent values, f ~ N(c, K), K the Matern covariance of the features, c the belief before any evidence
    P(t | f)    cdf(t f)
    g, W (n,)   slope of ln P(t | f) by f, and minus its second derivative
    B    (n, n) I + W^1/2 K W^1/2

f is found by Newton's method, and its distribution taken as normal there (Laplace; Rasmussen & Williams 2006,
algorithms 3.1 and 3.2). The chance at a candidate is then cdf(mean / sqrt(1 + variance)).

The belief before evidence is that a training job works. One failure alone therefore leaves an even chance beside it and
closes nothing; a few of them on one side of a boundary close that side, and successes beside them keep theirs open. The
length scales are those that explain the labels best, taken as numbers (section 6.5 of the same); what they explain only
as noise, such as a machine that now and then runs out of memory, carries f the less far from c.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.special import log_ndtr

from selftune.search.encoder import Array
from selftune.search.gaussian_process import FitFailed, Groups, Kernel, ParameterPrior, climbed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeasibilitySettings:
    """The constants of the classifier."""

    belief: float = 1.0
    """c: 1 says that of training jobs somewhere new five of six work, less the doubt that distance brings."""
    variance: float = 10.0
    """How far evidence can carry f from c, where the labels follow a rule; less by the share of noise in them."""
    weight: float = 4.0
    """Weight of ln chance beside ln EI: a failed training job gains nothing, and has cost one."""
    most_rows: int = 150
    """Most training jobs that it sees, an even spread of each outcome, the rarer one up to half."""
    fit_steps: int = 15
    newton_steps: int = 20


class Feasibility:
    """The chance of success at any point, given what has ended."""

    def __init__(
        self,
        features: Array,
        is_success: NDArray[np.bool_],
        groups: Groups,
        dimension: int,
        prior: ParameterPrior,
        settings: FeasibilitySettings | None = None,
    ) -> None:
        """Learn from (n, p) features and (n,) outcomes.

        Raises:
            numpy.linalg.LinAlgError: the covariance is not positive definite.
        """
        self.weight = (settings or FeasibilitySettings()).weight
        """How much ln chance counts beside ln EI."""
        self._settings = settings or FeasibilitySettings()
        rows = _spread_of_each(is_success, self._settings.most_rows)
        self._features, labels = features[rows], np.where(is_success[rows], 1.0, -1.0)
        self._kernel = Kernel(groups, self._parameters(labels, groups, dimension, prior))
        covariance = self._kernel.between(self._features, self._features)
        latent = self._mode(covariance, labels)
        self._slope, weight = _slope_and_weight(labels, latent)
        self._root = np.sqrt(weight)
        self._factor = _factor(covariance, self._root)

    def log_chance(self, features: Array) -> Array:
        """(m,) ln of the chance that a training job with (m, p) features ends with an objective."""
        cross = self._kernel.between(features, self._features)
        mean = self._settings.belief + cross @ self._slope
        explained = solve_triangular(self._factor, (cross * self._root).T, lower=True, check_finite=False)
        variance = np.maximum(self._kernel.signal - np.einsum("nm,nm->m", explained, explained), 0.0)
        chance: Array = log_ndtr(mean / np.sqrt(1.0 + variance))
        return chance

    def _parameters(self, labels: Array, groups: Groups, dimension: int, prior: ParameterPrior) -> Array:
        """theta of the classifier's covariance: length scales that suit the labels, and how far they may carry f."""
        spread = labels.std()
        standardised = (labels - labels.mean()) / (spread if spread > 0 else 1.0)
        try:
            theta = climbed(self._features, standardised, groups, dimension, prior, self._settings.fit_steps)
        except FitFailed:
            theta = prior.of(dimension)[0]
        signal, noise = np.exp(theta[-2:])
        share = signal / (signal + noise)
        return np.concatenate([theta[:-2], [math.log(self._settings.variance * share), -math.inf]])

    def _mode(self, covariance: Array, labels: Array) -> Array:
        """(n,) the most probable latent values."""
        belief = self._settings.belief
        latent = np.full(len(labels), belief)
        for _ in range(self._settings.newton_steps):
            slope, weight = _slope_and_weight(labels, latent)
            root = np.sqrt(weight)
            target = weight * (latent - belief) + slope
            inner = cho_solve((_factor(covariance, root), True), root * (covariance @ target), check_finite=False)
            following = belief + covariance @ (target - root * inner)
            if np.abs(following - latent).max() < 1e-6:
                return following
            latent = following
        return latent


def _slope_and_weight(labels: Array, latent: Array) -> tuple[Array, Array]:
    """g and W of the probit likelihood (Rasmussen & Williams 2006, eq. 3.16)."""
    signed = labels * latent
    ratio = np.exp(-0.5 * signed**2 - 0.5 * math.log(2 * math.pi) - log_ndtr(signed))
    return labels * ratio, ratio * (ratio + signed)


def _factor(covariance: Array, root: Array) -> Array:
    """(n, n) Cholesky factor of B."""
    scaled = root[:, None] * covariance * root[None, :]
    scaled[np.diag_indices_from(scaled)] += 1.0
    factor: Array = cholesky(scaled, lower=True, check_finite=False)
    return factor


def _spread_of_each(is_success: NDArray[np.bool_], most: int) -> NDArray[np.intp]:
    """Positions, rising, of at most `most` training jobs: the rarer outcome up to half, an even spread of each."""
    rare, common = sorted((np.flatnonzero(is_success), np.flatnonzero(~is_success)), key=len)
    few = min(len(rare), most // 2)
    return np.sort(np.concatenate([_spread(rare, few), _spread(common, most - few)]))


def _spread(positions: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    if len(positions) <= most:
        return positions
    return positions[np.linspace(0, len(positions) - 1, most).astype(np.intp)]
