"""What the parents of a warm start say about the space, as the trend around which the model draws.

    m_k (x)   posterior mean of a Gaussian process over the warped losses of parent k: mean 0 and deviation 1, whatever
              the parent's own unit, so that a parent with other data says where, and not how much
    b_k       how far parent k holds here: ridge regression of the warped losses y of this tuning job's own training
              jobs on m_k, towards 1, with the weight of `doubt` training jobs; no less than 0, no more than `most`
    trend     mean over the parents of b_k (m_k (x) - mean of m_k at the own training jobs)

The model is then fitted to what the trend leaves of the losses (a stack of two processes: Golovin et al. 2017, section
3.3, as Vizier's transfer learning). So a parent counts fully before there is anything else, a few results of one's own
correct it where it is off, and one that contradicts them fades away. A search that has a parent to believe in starts
with fewer points of the even spread; where all of them have lost half of the belief it has the usual start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from scipy.linalg import cho_solve

from selftune.model.history import History, ParentResults
from selftune.search.draws import Array, Trend, flat
from selftune.search.encoder import Encoder, Values
from selftune.search.gaussian_process import FitFailed, Kernel, ParameterPrior, fit
from selftune.search.output_warp import warped

HALF = 0.5
Rows: TypeAlias = Sequence[tuple[Values, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmStartSettings:
    """The constants of a warm start."""

    fewest_rows: int = 4
    """A parent with fewer training jobs inside the space says too little for a model."""
    most_rows: int = 100
    """Most training jobs of one parent that its model sees, the best first."""
    fit_steps: int = 40
    doubt: float = 2.0
    """As many training jobs, spread as far as the parent's, as it takes to halve the belief in it."""
    most: float = 1.5
    parameter_prior: ParameterPrior = field(default_factory=ParameterPrior)


def trend_of(
    encoder: Encoder,
    history: History,
    features: Array,
    losses: Array,
    settings: WarmStartSettings | None = None,
) -> Trend:
    """The trend that the parents of a history give; flat where there is none.

    Args:
        features: (n, p) of this tuning job's own training jobs.
        losses: (n,) their warped losses.
    """
    settings = settings or WarmStartSettings()
    parts = [_scaled(mean, features, losses, settings) for mean in _means(encoder, history, settings)]
    if not parts:
        return flat

    def trend(points: Array) -> Array:
        total: Array = np.mean([part(points) for part in parts], axis=0)
        return total

    return trend


def telling_parents(
    encoder: Encoder, history: History, settings: WarmStartSettings | None = None
) -> list[ParentResults]:
    """Parents with enough training jobs inside the space; only those training jobs."""
    fewest = (settings or WarmStartSettings()).fewest_rows
    found = []
    for parent in history.parents:
        rows = tuple(row for row in parent.rows if encoder.contains(dict(row[0])))
        if len(rows) >= fewest:
            found.append(ParentResults(tuning_job=parent.tuning_job, rows=rows))
    return found


def is_believed(
    encoder: Encoder, history: History, features: Array, losses: Array, settings: WarmStartSettings | None = None
) -> bool:
    """True where some parent has not lost half of the belief in it; arguments as those of `trend_of`."""
    settings = settings or WarmStartSettings()
    slopes = (_slope(mean(features), losses, settings) for mean in _means(encoder, history, settings))
    return any(slope > HALF for slope in slopes)


def _means(encoder: Encoder, history: History, settings: WarmStartSettings) -> Iterator[Trend]:
    """m_k of each parent that has one."""
    means = (_mean_of(encoder, parent, settings) for parent in telling_parents(encoder, history, settings))
    return (mean for mean in means if mean is not None)


def _mean_of(encoder: Encoder, parent: ParentResults, settings: WarmStartSettings) -> Trend | None:
    """m_k; None where no model can be fitted."""
    rows = _spread(parent.rows, settings.most_rows)
    points = encoder.features(encoder.cube(dict(values) for values, _ in rows))
    losses = warped([loss for _, loss in rows])
    try:
        theta = fit(points, losses, encoder.groups, encoder.dimension, settings.parameter_prior, settings.fit_steps)
        kernel = Kernel(encoder.groups, theta)
        factor = kernel.factor(points, kernel.noise + 1e-6 * kernel.signal)
    except (FitFailed, np.linalg.LinAlgError):
        return None
    weights = cho_solve((factor, True), losses, check_finite=False)

    def mean(features: Array) -> Array:
        predicted: Array = kernel.between(features, points) @ weights
        return predicted

    return mean


def _scaled(mean: Trend, features: Array, losses: Array, settings: WarmStartSettings) -> Trend:
    """b_k (m_k - its mean)."""
    at_own = mean(features)
    middle, slope = float(at_own.mean()), _slope(at_own, losses, settings)

    def part(points: Array) -> Array:
        return slope * (mean(points) - middle)

    return part


def _slope(at_own: Array, losses: Array, settings: WarmStartSettings) -> float:
    """b_k, of m_k (n,) and the warped losses (n,) of the own training jobs."""
    centred = at_own - at_own.mean()
    slope = (float(centred @ losses) + settings.doubt) / (float(centred @ centred) + settings.doubt)
    return float(np.clip(slope, 0.0, settings.most))


def _spread(rows: Rows, most: int) -> Rows:
    """The better half of what may be seen, and an even spread over the rest."""
    if len(rows) <= most:
        return rows
    best, rest = rows[: most // 2], rows[most // 2 :]
    chosen = np.linspace(0, len(rest) - 1, most - len(best)).astype(int)
    return [*best, *(rest[index] for index in chosen)]
