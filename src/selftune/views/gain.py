"""The gain over today's values, with its uncertainty.

The interval is a 90 % one for the difference of two training jobs. Its lower end also allows for having picked the best
of several that noise alone cannot tell apart: the largest of k such values lies about sqrt(2 ln k) deviations too high.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningState
from selftune.model.ranges import Range
from selftune.views.noise import Noise, judge_noise
from selftune.views.results import loss_of

NORMAL_90_PERCENT = 1.645
EQUALS_WITHIN = 2.0
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
        return Gain(value=value, low=None, high=None, judged_by="Too few training jobs to judge its uncertainty.")
    margin = NORMAL_90_PERCENT * math.sqrt(2) * noise.deviation
    luck = noise.deviation * math.sqrt(2 * math.log(max(_equals_of(best, state, noise), 1)))
    return Gain(value=value, low=value - margin - luck, high=value + margin, judged_by=noise.judged_by)


def _equals_of(best: TrainingJob, state: TuningState, noise: Noise) -> int:
    limit = loss_of(best, state.objective.direction) + EQUALS_WITHIN * noise.deviation
    completed = [job for job in state.training_jobs if job.status is TrainingJobStatus.COMPLETED]
    return sum(loss_of(job, state.objective.direction) <= limit for job in completed)
