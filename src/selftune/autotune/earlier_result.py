"""What is kept of an earlier tuning job to learn from."""

from __future__ import annotations

from dataclasses import dataclass

from selftune.model.objective import Direction
from selftune.model.values import HyperparameterValue

BEST = 4
"""So many of the best training jobs of an earlier tuning job say where good values lie ..."""
BEST_SHARE = 0.25
"""... which are at most this share of its training jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedValues:
    """A finished training job of an earlier tuning job."""

    values: tuple[tuple[str, HyperparameterValue], ...]
    """Of the hyperparameters that were tuned."""
    quantile: float
    """The share of that tuning job's results that are better: 0 is its best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult:
    """What is kept of an earlier tuning job to learn from: small, whatever its size."""

    tuning_job: str
    title: str
    """Of its program: "train.py", "xgboost" ..."""
    algorithm: str | None
    folder: str | None
    objective: str
    direction: Direction
    names: frozenset[str]
    """Of all hyperparameters, tuned or not."""
    best: tuple[RankedValues, ...]
    """Its best few, best first."""
    refuted: frozenset[str] = frozenset()
    """Earlier tuning jobs that it learnt from and that misled it."""
