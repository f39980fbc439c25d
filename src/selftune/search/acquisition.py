"""How promising a point is: the logarithm of expected improvement.

    m, s   posterior mean and standard deviation of the loss at a point
    b      the incumbent: the smallest loss so far
    z      (b - m) / s
    EI     s * h(z)  with  h(z) = pdf(z) + z * cdf(z)

Far from the incumbent EI itself underflows to zero and says nothing; its logarithm does not (Ament et al. 2023,
arXiv:2310.20708, equation 9 and appendix A). Where losses are noisy the incumbent is not known: EI is then the mean
over draws of what the losses may be without their noise (Letham et al. 2019, arXiv:1706.07094, section 4).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, ndtr

Array: TypeAlias = NDArray[np.float64]

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
_SQRT_HALF_PI = math.sqrt(math.pi / 2)
_DIRECT_ABOVE = -1.0
_ASYMPTOTIC_BELOW = -1.0e5


def log_expected_improvement(mean: Array, deviation: Array, incumbent: Array) -> Array:
    """(m,) ln EI of m points, averaged over w draws: means (m, w), deviations (m,), incumbents (w,)."""
    by_draw = log_h((incumbent - mean) / deviation[:, None])
    largest: Array = by_draw.max(axis=1)
    averaged: Array = largest + np.log(np.exp(by_draw - largest[:, None]).mean(axis=1))
    return np.log(deviation) + averaged


def log_h(z: Array) -> Array:
    """ln(pdf(z) + z cdf(z)) of an array of any shape, accurate for every finite z."""
    result = np.empty_like(z)
    direct, far = z > _DIRECT_ABOVE, z < _ASYMPTOTIC_BELOW
    middle = ~direct & ~far
    result[direct] = np.log(_pdf(z[direct]) + z[direct] * ndtr(z[direct]))
    # cdf(z) / pdf(z) = sqrt(pi/2) erfcx(-z / sqrt 2), so h = pdf(z) (1 - |z| cdf/pdf).
    tail = z[middle]
    result[middle] = -0.5 * tail**2 - _LOG_SQRT_2PI + np.log1p(tail * _SQRT_HALF_PI * erfcx(-tail / math.sqrt(2)))
    result[far] = -0.5 * z[far] ** 2 - _LOG_SQRT_2PI - 2 * np.log(-z[far])
    return result


def _pdf(z: Array) -> Array:
    density: Array = np.exp(-0.5 * z**2 - _LOG_SQRT_2PI)
    return density
