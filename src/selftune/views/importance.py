"""Which tuned hyperparameters mattered, and which did nothing.

The objective's ranks are split into groups by a hyperparameter's value (a choice by its values, a number by equal-sized
bins). The share of the ranks' variance that lies between the groups says how much it explains; the Kruskal-Wallis test
says whether chance alone would explain as much (H = (n - 1) x share: chi-squared with k - 1 degrees of freedom).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from selftune.model.jobs import TrainingJob, TuningState
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value
from selftune.views.inert import inert_hyperparameters
from selftune.views.results import is_usable, loss_of

FEWEST_JOBS = 10
"""Ended training jobs below which it is too early to say."""
SIGNIFICANCE = 0.05
"""Of all hyperparameters together: each is tested at its share of it."""
JOBS_PER_BIN = 5
MOST_BINS = 5
BEST_SHARE = 0.25


class Verdict(StrEnum):
    """What the evidence says of a hyperparameter."""

    MATTERED = "mattered"
    NO_EFFECT_SEEN = "no effect seen"
    """Perhaps it has one; chance explains what was seen."""
    NOTHING = "does nothing"
    """Training jobs that differ in it gave the same output to the last digit."""
    TOO_EARLY = "too early to say"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much one tuned hyperparameter mattered."""

    name: str
    verdict: Verdict
    share: float | None
    """Of the objective's variation that it explains by itself, 0..1; None where it is too early to say."""
    reason: str
    """One plain sentence."""


def importance_of(
    state: TuningState, space: Mapping[str, Range], curves: Mapping[int, Sequence[float]]
) -> tuple[Importance, ...]:
    """One entry for each tuned hyperparameter, the most important first."""
    inert = inert_hyperparameters(state.training_jobs, tuple(space), curves)
    ended = sum(job.status.is_terminal for job in state.training_jobs)
    usable = [job for job in state.training_jobs if is_usable(job)]
    losses = [loss_of(job, state.objective.direction) for job in usable]
    entries = [
        _nothing(name) if name in inert else _judge(name, range, usable, losses, ended, SIGNIFICANCE / len(space))
        for name, range in space.items()
    ]
    return tuple(sorted(entries, key=lambda entry: -_order(entry)))


def _order(entry: Importance) -> float:
    return -1.0 if entry.verdict is Verdict.NOTHING else entry.share or 0.0


def _nothing(name: str) -> Importance:
    reason = f"Training jobs that differ in {name} gave the same output to the last digit."
    return Importance(name=name, verdict=Verdict.NOTHING, share=0.0, reason=reason)


def _judge(
    name: str, range: Range, jobs: Sequence[TrainingJob], losses: Sequence[float], ended: int, significance: float
) -> Importance:
    if ended < FEWEST_JOBS or len(jobs) < FEWEST_JOBS:
        reason = f"{len(jobs)} training jobs gave the objective; at least {FEWEST_JOBS} are needed to tell."
        return Importance(name=name, verdict=Verdict.TOO_EARLY, share=None, reason=reason)
    values = [job.values.get(name) for job in jobs]
    groups = _choices(values) if isinstance(range, CategoricalRange) else _bins(values)
    share, chance = _explained(_ranks(losses), groups)
    if chance < significance:
        best = _best_values(values, losses, range)
        reason = f"It explains about {share:.0%} of the differences; the best quarter has {best}."
        return Importance(name=name, verdict=Verdict.MATTERED, share=share, reason=reason)
    reason = f"What {len(jobs)} training jobs show of it can be chance."
    return Importance(name=name, verdict=Verdict.NO_EFFECT_SEEN, share=share, reason=reason)


def _explained(ranks: Sequence[float], groups: Sequence[int]) -> tuple[float, float]:
    """The share of variance between groups, freed of what chance explains; and the chance of as much by accident."""
    members: defaultdict[int, list[float]] = defaultdict(list)
    for rank, group in zip(ranks, groups, strict=True):
        members[group].append(rank)
    mean, count, kinds = fmean(ranks), len(ranks), len(members)
    total = sum((rank - mean) ** 2 for rank in ranks)
    if kinds < 2 or count <= kinds or total == 0:
        return 0.0, 1.0
    between = sum(len(group) * (fmean(group) - mean) ** 2 for group in members.values())
    raw = between / total
    adjusted = 1 - (1 - raw) * (count - 1) / (count - kinds)
    return max(adjusted, 0.0), chi_squared_tail((count - 1) * raw, kinds - 1)


def chi_squared_tail(value: float, freedom: int) -> float:
    """The chance of a chi-squared variable above `value`, in closed form for whole degrees of freedom."""
    half = value / 2
    if half <= 0:
        return 1.0
    if freedom % 2:
        tail, term, steps = math.erfc(math.sqrt(half)), math.sqrt(half / math.pi) * 2 * math.exp(-half), freedom // 2
        first = 1.5
    else:
        tail, term, steps = math.exp(-half), half * math.exp(-half), freedom // 2 - 1
        first = 2.0
    for step in range(steps):
        tail += term
        term *= half / (first + step)
    return min(tail, 1.0)


def _ranks(losses: Sequence[float]) -> list[float]:
    """Ranks from 1; equals share the mean of theirs."""
    order = sorted(range(len(losses)), key=losses.__getitem__)
    ranks = [0.0] * len(losses)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and losses[order[end + 1]] == losses[order[start]]:
            end += 1
        for index in order[start : end + 1]:
            ranks[index] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def _choices(values: Sequence[HyperparameterValue | None]) -> list[int]:
    known = {text: index for index, text in enumerate(dict.fromkeys(map(_text, values)))}
    return [known[_text(value)] for value in values]


def _bins(values: Sequence[HyperparameterValue | None]) -> list[int]:
    """Equal-sized bins by rank, so that any scale gives the same; equal values are never parted."""
    numbers = [float(value) if value is not None and is_number(value) else math.inf for value in values]
    bins = min(max(len(values) // JOBS_PER_BIN, 2), MOST_BINS)
    return [min(int((rank - 1) / len(values) * bins), bins - 1) for rank in _ranks(numbers)]


def _best_values(values: Sequence[HyperparameterValue | None], losses: Sequence[float], space: Range) -> str:
    order = sorted(range(len(losses)), key=losses.__getitem__)
    best = [values[index] for index in order[: max(round(len(order) * BEST_SHARE), 3)]]
    if isinstance(space, CategoricalRange):
        return " or ".join(dict.fromkeys(_text(value) for value in best if value is not None))
    numbers = sorted(float(value) if isinstance(value, float) else value for value in best if _is_number(value))  # type: ignore[type-var]
    return f"{short_value(numbers[0])}..{short_value(numbers[-1])}"  # type: ignore[arg-type]


def _is_number(value: HyperparameterValue | None) -> bool:
    return value is not None and is_number(value)


def _text(value: HyperparameterValue | None) -> str:
    return "(none)" if value is None else text_from_value(value)
