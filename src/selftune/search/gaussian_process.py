"""A Gaussian process over few observations: Matern 5/2 with a length scale a hyperparameter.

    n, m, d, p   observations, candidates, hyperparameters, feature columns
    X    (n, p)  features of the observations; `groups` (p,) says to which hyperparameter a column belongs
    y    (n,)    losses, standardised by the caller
    l    (d,)    length scales; the columns of one hyperparameter share one
    s2, v        variance of the signal, variance of the noise
    r    (n, m)  scaled distance: r^2 = sum over hyperparameters of D_h / l_h^2, D_h the squared distance in its columns
    k(r)         s2 (1 + sqrt5 r + 5/3 r^2) exp(-sqrt5 r)                Rasmussen & Williams 2006, eq. 4.17
    K    (n, n)  k(X, X) + v I = L L^T;  a = K^-1 y
    theta        (ln l_1 .. ln l_d, ln s2, ln v)

The gradient of the marginal likelihood is R&W eq. 5.9; `draws` holds the posterior. theta is the most probable one
under normal priors on its logarithms. That of the length scales grows with sqrt(d), so that a function of many
hyperparameters is not taken to be wilder than one of few (Hvarfner et al. 2024, arXiv:2402.02229).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

Array: TypeAlias = NDArray[np.float64]
Groups: TypeAlias = NDArray[np.intp]

_SQRT5 = math.sqrt(5.0)
_JITTER = 1e-8
_MUCH_NOISE = math.log(0.3)
"""ln of a noise variance that would explain a third of what standardised losses vary."""
SHORTEST_LENGTH = 0.05
"""No length scale is shorter, as a share of the range: so few training jobs could not show it, they show noise."""
_ENOUGH = 1e-4
"""A climb ends where a step gains less than this share of the log density: no suggestion would change by more."""
_LOG_BOUND = 12.0
"""theta stays within this distance of zero: beyond it nothing changes but the condition of K."""


class FitFailed(Exception):
    """No usable parameters were found: the covariance is not positive definite, or the likelihood not finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterPrior:
    """Normal priors on the logarithms of the parameters: mean and standard deviation each.

    The published priors are log-normal densities of the parameters themselves, whose peak lies at mean - variance on
    the logarithmic scale. That peak is the mean here: a most probable parameter is then the same on either scale.
    Taken literally, the published means make the model far too sure of what it has not seen.
    """

    length: tuple[float, float] = (math.sqrt(2.0) - 3.0, 1.2)
    """ln(d) / 2 is added to the mean. Narrower than the published sqrt(3), which lets short lengths explain noise."""
    signal: tuple[float, float] = (0.0, 1.0)
    noise: tuple[float, float] = (-5.0, 2.0)
    """Wide: most programs repeat themselves, yet those that do not may be half noise."""

    def of(self, dimension: int) -> tuple[Array, Array]:
        """Means and standard deviations of theta, both (d + 2,)."""
        length_mean = self.length[0] + 0.5 * math.log(max(dimension, 1))
        mean = np.array([length_mean] * dimension + [self.signal[0], self.noise[0]])
        deviation = np.array([self.length[1]] * dimension + [self.signal[1], self.noise[1]])
        return mean, deviation


class Kernel:
    """The covariance of the noise-free loss under fixed parameters."""

    def __init__(self, groups: Groups, theta: Array) -> None:
        self._scales = np.exp(theta[:-2])[groups]
        self.signal, self.noise = math.exp(theta[-2]), math.exp(theta[-1])

    def between(self, first: Array, second: Array) -> Array:
        """(m, n) covariance of features (m, p) with features (n, p)."""
        return matern(squared_distance(first / self._scales, second / self._scales), self.signal)

    def factor(self, features: Array, diagonal: float) -> Array:
        """(n, n) Cholesky factor of the covariance of features (n, p), `diagonal` added."""
        covariance = self.between(features, features)
        np.einsum("ii->i", covariance)[:] += diagonal
        return _cholesky(covariance)


def fit(features: Array, losses: Array, groups: Groups, dimension: int, prior: ParameterPrior, steps: int) -> Array:
    """theta of the highest posterior density that `steps` iterations of L-BFGS find from either of two starts.

    The same few losses can be a smooth function with noise or a wild one without. The two are hills of their own, and a
    climb that starts with next to no noise ends on the second: so one starts with much noise.

    Raises:
        FitFailed: no finite optimum.
    """
    mean, deviation = prior.of(dimension)
    objective = _Likelihood(features, losses, groups, dimension, mean, deviation)
    return _best_of([_climb(objective, start, steps) for start in (mean, _noisy(mean))])


def climbed(features: Array, labels: Array, groups: Groups, dimension: int, prior: ParameterPrior, steps: int) -> Array:
    """theta where one climb from much noise ends: for numbers of which it is known that they are no smooth function.

    Raises:
        FitFailed: no finite optimum.
    """
    mean, deviation = prior.of(dimension)
    objective = _Likelihood(features, labels, groups, dimension, mean, deviation)
    return _best_of([_climb(objective, _noisy(mean), steps)])


def _noisy(mean: Array) -> Array:
    return np.append(mean[:-1], _MUCH_NOISE)


def _best_of(climbs: list[tuple[float, Array]]) -> Array:
    value, theta = min(climbs, key=lambda climb: climb[0])
    if not math.isfinite(value):
        raise FitFailed("the covariance is singular or the likelihood not finite")
    return theta


def _climb(objective: _Likelihood, start: Array, steps: int) -> tuple[float, Array]:
    """(negative log density, theta) where L-BFGS came from `start`; infinity where it came to no usable place."""
    from scipy.optimize import minimize  # slow to import, and the first suggestions of a search need no model

    lowest = [math.log(SHORTEST_LENGTH)] * (len(start) - 2) + [-_LOG_BOUND] * 2
    bounds = [(low, _LOG_BOUND) for low in lowest]
    try:
        result = minimize(
            objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": steps, "ftol": _ENOUGH}
        )
    except np.linalg.LinAlgError:
        return math.inf, start
    return float(np.nan_to_num(result.fun, nan=math.inf)), np.asarray(result.x, dtype=float)


class _Likelihood:
    """Negative log posterior density of theta, and its gradient.

    All that is symmetric is held as its pairs of different observations, c = n (n - 1) / 2 numbers, and its diagonal:
    half the work, and LAPACK reads no more of a matrix than one of its triangles.
    """

    def __init__(
        self, features: Array, losses: Array, groups: Groups, dimension: int, mean: Array, deviation: Array
    ) -> None:
        self._losses, self._mean, self._deviation = losses, mean, deviation
        self._count = len(losses)
        self._first, self._second = np.triu_indices(self._count, 1)
        self._places = self._first * self._count + self._second
        self._distances = 5.0 * _distances_by_group(features, groups, dimension, self._first, self._second)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        inverse_squares = np.exp(-2.0 * theta[:-2])
        signal, noise = math.exp(theta[-2]), math.exp(theta[-1])
        distance = np.sqrt(inverse_squares @ self._distances)  # sqrt5 r
        decay = signal * np.exp(-distance)
        slope = (1.0 + distance) * decay
        kernel = slope + distance * distance * decay / 3.0
        weights, half_log_determinant, inverse = self._solved(kernel, signal + noise + _JITTER)
        # dF/dK = (K^-1 - a a^T) / 2, half of the trace form of eq. 5.9; a pair stands for its two places in K.
        by_pair = inverse[self._places] - weights[self._first] * weights[self._second]
        by_diagonal = 0.5 * float(inverse[:: self._count + 1].sum() - weights @ weights)
        gradient = np.empty_like(theta)
        # dk/d(ln l_h) = 5/3 s2 (1 + sqrt5 r) exp(-sqrt5 r) D_h / l_h^2
        gradient[:-2] = (self._distances @ (by_pair * slope)) * inverse_squares / 3.0
        gradient[-2] = by_pair @ kernel + by_diagonal * signal
        gradient[-1] = by_diagonal * noise
        pull = (theta - self._mean) / self._deviation
        value = 0.5 * float(self._losses @ weights) + half_log_determinant + 0.5 * float(pull @ pull)
        return value, gradient + pull / self._deviation

    def _solved(self, kernel: Array, diagonal: float) -> tuple[Array, float, Array]:
        """(a, ln det K / 2, K^-1 row after row, of which the upper triangle counts) of K given by its pairs."""
        covariance = np.zeros(self._count**2)
        covariance[self._places] = kernel
        covariance[:: self._count + 1] = diagonal
        square = covariance.reshape(self._count, self._count).T  # rows above are columns here, as LAPACK counts
        factor, failed_at = dpotrf(square, lower=1, clean=0, overwrite_a=1)
        if failed_at or not math.isfinite(factor[-1, -1]):
            raise np.linalg.LinAlgError("the covariance is singular or not finite")
        weights, _ = dpotrs(factor, self._losses, lower=1)
        half_log_determinant = float(np.log(factor.diagonal()).sum())
        inverse, _ = dpotri(factor, lower=1, overwrite_c=1)
        return weights, half_log_determinant, inverse.T.ravel()


def matern(squared: Array, signal: float) -> Array:
    """k(r) of squared scaled distances; in few arrays, since a suggestion asks for a hundred thousand of them."""
    distance = np.sqrt(5.0 * squared)
    covariance: Array = distance * (signal / 3.0)
    covariance += signal
    covariance *= distance
    covariance += signal  # s2 (1 + sqrt5 r + 5/3 r^2)
    np.negative(distance, out=distance)
    covariance *= np.exp(distance, out=distance)
    return covariance


def squared_distance(first: Array, second: Array) -> Array:
    """(m, n) squared Euclidean distances of the rows of (m, p) and (n, p).

    Measured from the middle of the latter: in a narrow region far from zero, squares would swallow their differences.
    """
    middle = second.mean(axis=0)
    first, second = first - middle, second - middle
    squared: Array = (-2.0 * first) @ second.T
    squared += (first**2).sum(1)[:, None]
    squared += (second**2).sum(1)[None, :]
    return np.maximum(squared, 0.0, out=squared)


def _distances_by_group(
    features: Array, groups: Groups, dimension: int, first: NDArray[np.intp], second: NDArray[np.intp]
) -> Array:
    """(d, c): squared distances of the pairs of rows `first` and `second`, both (c,), by hyperparameter."""
    distances = np.zeros((dimension, len(first)))
    for column, group in zip(features.T, groups, strict=True):
        distances[group] += (column[first] - column[second]) ** 2
    return distances


def _cholesky(covariance: Array) -> Array:
    factor: Array = cholesky(covariance, lower=True, check_finite=False)
    if not np.isfinite(factor[-1, -1]):
        raise np.linalg.LinAlgError("the covariance is not finite")
    return factor
