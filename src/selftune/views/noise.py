"""How much the objective varies when nothing that matters has changed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist, fmean, variance
from typing import TypeAlias

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningState
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue, text_from_value
from selftune.views.position import position
from selftune.views.results import loss_of

FEWEST_CURVE_VALUES = 6
LAST_SHARE_OF_A_CURVE = 0.4
FEWEST_NEIGHBOURS = 6
"""Completed training jobs below which neighbours tell nothing."""

MOST_PROBES = 64
"""Neighbours are looked up for so many training jobs at most: more would cost time and tell little new."""

UNKNOWN = "One run each: how much a second run would differ is not known."

_Coordinates: TypeAlias = tuple[float | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The standard deviation of one training job's objective from run to run, and how it was judged."""

    deviation: float
    freedom: int
    """How many independent differences it was judged by."""
    judged_by: str
    """One plain sentence."""


def judge_noise(
    state: TuningState,
    space: Mapping[str, Range],
    curves: Mapping[int, Sequence[float]],
    compared: Sequence[TrainingJob],
    inert: Collection[str],
) -> Noise | None:
    """The best evidence that there is: repeats, else near neighbours; None without either.

    A curve is one run: its wiggle can show that the noise is larger than that, never how far a second run would differ.

    Args:
        compared: the training jobs whose objectives are set against each other.
        inert: hyperparameters that do nothing: training jobs that differ only in them are repeats.
    """
    completed = [job for job in state.training_jobs if job.status is TrainingJobStatus.COMPLETED]
    usable = [job for job in completed if job.objective is not None and math.isfinite(job.objective)]
    best_first = sorted(usable, key=lambda job: loss_of(job, state.objective.direction))
    noise = _from_repeats(usable, inert) or _from_neighbours(best_first, space)
    wiggles = [wiggle for job in compared if (wiggle := _wiggle(curves.get(job.number, ()))) is not None]
    return noise if noise is None else _widened(noise, wiggles)


def _from_repeats(jobs: Sequence[TrainingJob], inert: Collection[str]) -> Noise | None:
    groups: defaultdict[tuple[tuple[str, str], ...], list[float]] = defaultdict(list)
    for job in jobs:
        key = tuple((name, text_from_value(value)) for name, value in job.suggestion.values if name not in inert)
        groups[key].append(job.objective or 0.0)
    holders = Counter(value for values in groups.values() for value in set(values))
    repeats = [values for values in groups.values() if len(values) > 1 and not _is_plateau(values, holders)]
    if not repeats:
        return None
    freedom = sum(len(values) - 1 for values in repeats)
    pooled = sum(variance(values) * (len(values) - 1) for values in repeats) / freedom
    count = sum(len(values) for values in repeats)
    agree = " and agree to the last digit" if pooled == 0 else ""
    return Noise(
        deviation=math.sqrt(pooled),
        freedom=freedom,
        judged_by=f"Judged by {count} training jobs that repeat each other's values{agree}.",
    )


def _is_plateau(values: Sequence[float], holders: Mapping[float, int]) -> bool:
    """Equals that others share whose values differ: there everything is equal, and nothing is learnt of the noise."""
    return len(set(values)) == 1 and holders[values[0]] > 1


def _widened(noise: Noise, wiggles: Sequence[float]) -> Noise:
    largest = max(wiggles, default=0.0)
    if largest <= noise.deviation:
        return noise
    return replace(noise, deviation=largest, judged_by="Judged by how much the last values of the curves wiggle.")


def _wiggle(curve: Sequence[float]) -> float | None:
    """Standard deviation of a curve's last part about its own trend, from second differences (variance 6 sigma^2)."""
    last = curve[-max(FEWEST_CURVE_VALUES, math.ceil(len(curve) * LAST_SHARE_OF_A_CURVE)) :]
    if len(last) < FEWEST_CURVE_VALUES or not all(map(math.isfinite, last)):
        return None
    bends = [a - 2 * b + c for a, b, c in zip(last, last[1:], last[2:], strict=False)]
    return math.sqrt(fmean(bend**2 for bend in bends) / 6)


def _from_neighbours(best_first: Sequence[TrainingJob], space: Mapping[str, Range]) -> Noise | None:
    """Differences between nearest neighbours in the better half: noise, and the little that values do there.

    Neighbours that are all equal, as under a coarse metric, tell nothing.
    """
    better = best_first[: max((len(best_first) + 1) // 2, FEWEST_NEIGHBOURS)]
    if len(better) < FEWEST_NEIGHBOURS or not space:
        return None
    places = [(_coordinates(job, space), job.objective or 0.0) for job in better]
    differences = [
        objective - _nearest_objective(index, places)
        for index, (_, objective) in list(enumerate(places))[:: max(len(places) // MOST_PROBES, 1)]
    ]
    if not any(differences):
        return None
    spread = _spread_of_the_lower(len(better) / len(best_first))
    return Noise(
        deviation=math.sqrt(fmean(difference**2 for difference in differences) / 2) / spread,
        freedom=len(differences),
        judged_by=f"Judged by near neighbours among the better {len(better)} training jobs.",
    )


def _spread_of_the_lower(share: float) -> float:
    """Standard deviation of the lower part of a normal distribution over that of the whole."""
    if share >= 1:
        return 1.0
    end = NormalDist().inv_cdf(share)
    mean = NormalDist().pdf(end) / share
    return math.sqrt(1 - end * mean - mean**2)


def _coordinates(job: TrainingJob, space: Mapping[str, Range]) -> _Coordinates:
    """One entry a hyperparameter: its place in a numeric range, or its text."""
    values = job.values
    return tuple(
        "" if (value := values.get(name)) is None else _coordinate(range, value) for name, range in space.items()
    )


def _coordinate(range: Range, value: HyperparameterValue) -> float | str:
    place = position(range, value)
    return text_from_value(value) if place is None else place


def _nearest_objective(index: int, places: Sequence[tuple[_Coordinates, float]]) -> float:
    here, _ = places[index]
    others = (place for other, place in enumerate(places) if other != index)
    _, objective = min(others, key=lambda place: _distance(here, place[0]))
    return objective


def _distance(one: _Coordinates, other: _Coordinates) -> float:
    """Squared; two texts, or a text and a number, are as far apart as the ends of a range when they differ."""
    return sum(
        (left - right) ** 2 if isinstance(left, float) and isinstance(right, float) else float(left != right)
        for left, right in zip(one, other, strict=True)
    )
