"""How much the objective varies when nothing that matters has changed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, variance

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningState
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import text_from_value
from selftune.views.position import position
from selftune.views.results import loss_of

FEWEST_CURVE_VALUES = 6
LAST_SHARE_OF_A_CURVE = 0.4
FEWEST_NEIGHBOURS = 4
MEDIAN_TO_DEVIATION = 1.4826
"""Of a normal distribution: standard deviation over the median of absolute values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The standard deviation of one training job's objective, and how it was judged."""

    deviation: float
    judged_by: str
    """One plain sentence."""


def judge_noise(
    state: TuningState,
    space: Mapping[str, Range],
    curves: Mapping[int, Sequence[float]],
    compared: Sequence[TrainingJob],
    inert: Collection[str],
) -> Noise | None:
    """The best evidence that there is: repeats, else the curves' last wiggle, else near neighbours; None without any.

    Args:
        compared: the training jobs whose objectives are set against each other.
        inert: hyperparameters that do nothing: training jobs that differ only in them are repeats.
    """
    completed = [job for job in state.training_jobs if job.status is TrainingJobStatus.COMPLETED]
    usable = [job for job in completed if job.objective is not None and math.isfinite(job.objective)]
    return (
        _from_repeats(usable, inert)
        or _from_curves([curves.get(job.number, ()) for job in compared])
        or _from_neighbours(sorted(usable, key=lambda job: loss_of(job, state.objective.direction)), space)
    )


def _from_repeats(jobs: Sequence[TrainingJob], inert: Collection[str]) -> Noise | None:
    groups: defaultdict[tuple[tuple[str, str], ...], list[float]] = defaultdict(list)
    for job in jobs:
        key = tuple((name, text_from_value(value)) for name, value in job.suggestion.values if name not in inert)
        groups[key].append(job.objective or 0.0)
    repeats = [values for values in groups.values() if len(values) > 1]
    if not repeats:
        return None
    freedom = sum(len(values) - 1 for values in repeats)
    pooled = sum(variance(values) * (len(values) - 1) for values in repeats) / freedom
    count = sum(len(values) for values in repeats)
    return Noise(
        deviation=math.sqrt(pooled), judged_by=f"Judged by {count} training jobs that repeat each other's values."
    )


def _from_curves(curves: Sequence[Sequence[float]]) -> Noise | None:
    deviations = [deviation for curve in curves if (deviation := _wiggle(curve)) is not None]
    if len(deviations) < len(curves) or not deviations:
        return None
    return Noise(
        deviation=math.sqrt(fmean(deviation**2 for deviation in deviations)),
        judged_by="Judged by how much the last values of the two training jobs' curves wiggle.",
    )


def _wiggle(curve: Sequence[float]) -> float | None:
    """Standard deviation of a curve's last part about its own trend, from second differences (variance 6 sigma^2)."""
    last = curve[-max(FEWEST_CURVE_VALUES, math.ceil(len(curve) * LAST_SHARE_OF_A_CURVE)) :]
    if len(last) < FEWEST_CURVE_VALUES or not all(map(math.isfinite, last)):
        return None
    bends = [a - 2 * b + c for a, b, c in zip(last, last[1:], last[2:], strict=False)]
    return math.sqrt(fmean(bend**2 for bend in bends) / 6)


def _from_neighbours(best_first: Sequence[TrainingJob], space: Mapping[str, Range]) -> Noise | None:
    """Half of the differences between nearest neighbours in the better half: noise, and the little that values do."""
    better = best_first[: max((len(best_first) + 1) // 2, FEWEST_NEIGHBOURS)]
    if len(better) < FEWEST_NEIGHBOURS or not space:
        return None
    differences = []
    for job in better:
        others = [other for other in better if other is not job]
        nearest = min(others, key=lambda other: _distance(job, other, space))
        differences.append(abs((job.objective or 0.0) - (nearest.objective or 0.0)))
    deviation = median(differences) * MEDIAN_TO_DEVIATION / math.sqrt(2)
    return Noise(
        deviation=deviation, judged_by=f"Judged by near neighbours among the better {len(better)} training jobs."
    )


def _distance(one: TrainingJob, other: TrainingJob, space: Mapping[str, Range]) -> float:
    return sum(_difference(one, other, name, range) ** 2 for name, range in space.items())


def _difference(one: TrainingJob, other: TrainingJob, name: str, range: Range) -> float:
    left, right = one.values.get(name), other.values.get(name)
    if left is None or right is None:
        return 0.0 if left is right else 1.0
    here, there = position(range, left), position(range, right)
    if here is None or there is None or isinstance(range, CategoricalRange):
        return 0.0 if text_from_value(left) == text_from_value(right) else 1.0
    return here - there
