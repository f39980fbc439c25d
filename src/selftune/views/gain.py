"""The gain over today's values, with its uncertainty.

The interval is a 90 % one for the difference of two training jobs. Its lower end also allows for having picked the best
of several that noise alone cannot tell apart, which lies too high by what the largest of so many normal values does.
Neither end promises what the metric cannot be.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningState
from selftune.model.objective import Direction
from selftune.model.ranges import Range
from selftune.views.metric_bounds import MetricBounds, bounds_text, metric_bounds
from selftune.views.noise import UNKNOWN, Noise, judge_noise
from selftune.views.results import loss_of

ONE_SIDED_95_PERCENT = 1.645
"""Of a normal distribution: each end of a 90 % interval."""
EQUALS_WITHIN = 3.0
"""Training jobs within so many deviations of the best are taken for its equals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """How much better the best is than today's values; positive is better, whatever the direction."""

    value: float
    low: float | None
    """Lower end of the 90 % interval; None where nothing tells how far the objective varies by itself."""
    high: float | None
    judged_by: str
    """How the interval was judged, in one plain sentence."""

    @property
    def is_certain(self) -> bool:
        """True where the whole interval lies above zero."""
        return self.low is not None and self.low > 0


def gain_over(
    baseline: TrainingJob,
    best: TrainingJob,
    state: TuningState,
    space: Mapping[str, Range],
    curves: Mapping[int, Sequence[float]],
    inert: Collection[str] = (),
) -> Gain:
    """The gain of `best` over `baseline`, both with an objective."""
    direction = state.objective.direction
    value = loss_of(baseline, direction) - loss_of(best, direction)
    if best.number == baseline.number:
        return Gain(value=0.0, low=0.0, high=0.0, judged_by="Today's values are the best so far.")
    noise = judge_noise(state, space, curves, (baseline, best), inert)
    if noise is None:
        return Gain(value=value, low=None, high=None, judged_by=UNKNOWN)
    unit = noise.deviation * _few_differences(noise.freedom)
    margin = ONE_SIDED_95_PERCENT * math.sqrt(2) * unit
    gain = Gain(
        value=value,
        low=value - unit * _luck_of_the_best_of(_equals_of(baseline, best, state, noise)),
        high=value + margin,
        judged_by=noise.judged_by,
    )
    return _within(gain, loss_of(baseline, direction), direction, _bounds(state, curves))


def _bounds(state: TuningState, curves: Mapping[int, Sequence[float]]) -> MetricBounds:
    seen = [job.objective for job in state.training_jobs if job.objective is not None]
    return metric_bounds(state.objective.name, [*seen, *(value for curve in curves.values() for value in curve)])


def _within(gain: Gain, today: float, direction: Direction, bounds: MetricBounds) -> Gain:
    """The gain with an interval that the metric allows; `today` is the loss of today's values."""
    assert gain.low is not None
    assert gain.high is not None
    is_higher_better = direction is Direction.MAXIMIZE
    best, worst = (bounds.high, bounds.low) if is_higher_better else (bounds.low, bounds.high)
    most, least = today - direction.loss(best), today - direction.loss(worst)
    said = f" {bounds_text(bounds, is_high=is_higher_better)}" if gain.high > most else ""
    return replace(
        gain, low=max(gain.low, least), high=max(min(gain.high, most), gain.value), judged_by=gain.judged_by + said
    )


def _equals_of(baseline: TrainingJob, best: TrainingJob, state: TuningState, noise: Noise) -> int:
    """How many training jobs, the best among them, could have been the best by chance."""
    limit = loss_of(best, state.objective.direction) + EQUALS_WITHIN * noise.deviation
    others = [job for job in state.training_jobs if job.number != baseline.number]
    completed = [job for job in others if job.status is TrainingJobStatus.COMPLETED]
    return max(sum(loss_of(job, state.objective.direction) <= limit for job in completed), 1)


def _luck_of_the_best_of(count: int) -> float:
    """What the largest of `count` standard normal values less another one exceeds in one case of twenty only."""
    normal = NormalDist()
    mean = normal.inv_cdf((count - 0.375) / (count + 0.25))  # Blom's formula
    below, above = (normal.inv_cdf(normal.cdf(side) ** (1 / count)) for side in (-1.0, 1.0))
    return mean + ONE_SIDED_95_PERCENT * math.hypot(1.0, (above - below) / 2)


def _few_differences(freedom: int) -> float:
    """How much wider Student's t is than the normal at 95 %: a deviation judged by few differences may be too small."""
    if freedom == 1:
        return 6.314 / ONE_SIDED_95_PERCENT
    z = ONE_SIDED_95_PERCENT  # the first terms of the expansion in 1 / freedom (Abramowitz and Stegun 26.7.5)
    return 1 + (z**2 + 1) / (4 * freedom) + (5 * z**4 + 16 * z**2 + 3) / (96 * freedom**2)
