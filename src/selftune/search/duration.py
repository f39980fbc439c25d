"""How long a training job will take, where the budget is time: improvement is then weighed against seconds.

    t     seconds of the training jobs that ran to their end; a Gaussian process over ln t, as over losses
    T     seconds left
    cost  w c ln t(x) + u max(ln t(x) - ln T, 0),  c the share of the time that is left; it is taken from ln EI

So cheap training jobs are preferred while much time is left, and towards the end the most promising ones, whatever they
cost (cost cooling: Lee et al. 2020, arXiv:2003.10870). Nothing of this holds where the number of training jobs ends the
search before the time does: a second saved is then of no use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_solve

from selftune.model.history import History, Observation, Outcome, TimeSpent
from selftune.search.encoder import Array, Encoder
from selftune.search.gaussian_process import FitFailed, Kernel, ParameterPrior, fit

FEWEST_JOBS = 5
"""Durations of fewer training jobs say nothing about others."""
MOST_JOBS = 120
"""The newest so many are enough for a rough guess."""
FIT_STEPS = 20
SHORTEST_SECONDS = 1e-3
BEYOND_WEIGHT = 10.0
"""Weight u of ln seconds beyond the time left: what does not come to its end is of no use."""


class DurationModel:
    """Predicts ln seconds."""

    def __init__(self, encoder: Encoder, points: Array, seconds: Sequence[float], prior: ParameterPrior) -> None:
        """Fit it to training jobs at `points` (n, d).

        Raises:
            FitFailed: no usable parameters were found.
        """
        logs = np.log(np.maximum(seconds, SHORTEST_SECONDS))
        self._encoder, self._features = encoder, encoder.features(points)
        self._middle, self._spread = float(logs.mean()), max(float(logs.std()), 1e-6)
        standard = (logs - self._middle) / self._spread
        theta = fit(self._features, standard, encoder.groups, encoder.dimension, prior, FIT_STEPS)
        self._kernel = Kernel(encoder.groups, theta)
        factor = self._kernel.factor(self._features, self._kernel.noise + 1e-6 * self._kernel.signal)
        self._weights: Array = cho_solve((factor, True), standard, check_finite=False)

    def cost(self, cube: Array, time: TimeSpent, weight: float) -> Array:
        """(m,) what training jobs at points (m, d) cost, in units of ln EI; nothing they find comes after the end."""
        seconds = self.log_seconds(cube)
        beyond = np.maximum(seconds - np.log(max(time.left_seconds, SHORTEST_SECONDS)), 0.0)
        total: Array = weight * time.left_share * seconds + BEYOND_WEIGHT * beyond
        return total

    def log_seconds(self, cube: Array) -> Array:
        """(m,) ln of the seconds that training jobs at points (m, d) are expected to take."""
        between = self._kernel.between(self._encoder.features(cube), self._features)
        predicted: Array = self._middle + self._spread * (between @ self._weights)
        return predicted


def duration_model(encoder: Encoder, history: History, prior: ParameterPrior) -> DurationModel | None:
    """The model where time ends the search, and enough is known; None otherwise."""
    timed = timed_jobs(history)
    if history.time is None or len(timed) < FEWEST_JOBS or not is_time_short(history):
        return None
    points = encoder.cube(dict(job.values) for job in timed)
    try:
        return DurationModel(encoder, points, [job.duration_seconds or 0.0 for job in timed], prior)
    except (FitFailed, np.linalg.LinAlgError):
        return None


def is_time_short(history: History) -> bool:
    """True where the time left is too short for the training jobs left, if they take as long as those before."""
    seconds = [job.duration_seconds or 0.0 for job in timed_jobs(history)]
    if history.time is None or not seconds:
        return False
    left = history.max_jobs - len(history.ended) - len(history.running)
    return left * float(np.mean(seconds)) / max(history.max_parallel, 1) > history.time.left_seconds


def timed_jobs(history: History) -> list[Observation]:
    """The newest training jobs that ran to their end and whose duration is known."""
    known = [job for job in history.ended if job.duration_seconds is not None and job.outcome is Outcome.COMPLETED]
    return known[-MOST_JOBS:]
