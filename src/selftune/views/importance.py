"""Which tuned hyperparameters mattered, which did little, and which did nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from selftune.model.jobs import TrainingJob, TuningState
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value
from selftune.views.effects import Effect, Vector, effects
from selftune.views.inert import Metrics, inert_hyperparameters
from selftune.views.position import position
from selftune.views.results import is_usable, loss_of

FEWEST_JOBS = 10
"""Ended training jobs below which it is too early to say."""
MOST_CELLS = 4000
"""Training jobs times columns: beyond it a part of the training jobs, evenly spread, says as much in less time."""
FEWEST_IN_A_PART = 60
LITTLE = 0.1
"""Share of the differences below which a hyperparameter mattered little."""
BEST_SHARE = 0.25


class Verdict(StrEnum):
    """What the evidence says of a hyperparameter."""

    MATTERED = "mattered"
    LITTLE = "mattered little"
    UNCLEAR = "not clear yet"
    """It may have an effect or none: chance, or another hyperparameter, explains what was seen."""
    NOTHING = "did nothing"
    """Training jobs that differ in it gave the same output to the last digit."""
    TOO_EARLY = "too early to say"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much one tuned hyperparameter mattered."""

    name: str
    verdict: Verdict
    share: float | None
    """Of the objective's variation that it explains, 0..1; None where it is too early to say."""
    reason: str
    """One plain sentence."""


def importance_of(
    state: TuningState,
    space: Mapping[str, Range],
    curves: Mapping[int, Sequence[float]],
    metrics: Metrics | None = None,
) -> tuple[Importance, ...]:
    """One entry for each tuned hyperparameter, the most important first.

    Args:
        metrics: what training jobs of equal curves printed beside the objective (`inert.alike`).
    """
    inert = inert_hyperparameters(state.training_jobs, tuple(space), curves, metrics)
    live = {name: range for name, range in space.items() if name not in inert}
    ended = sum(job.status.is_terminal for job in state.training_jobs)
    usable = [job for job in state.training_jobs if is_usable(job)]
    if min(ended, len(usable)) < FEWEST_JOBS:
        entries = [_too_early(name, len(usable)) for name in live]
    else:
        entries = _judged(live, usable, [loss_of(job, state.objective.direction) for job in usable])
    entries += [_nothing(name) for name in space if name in inert]
    return tuple(sorted(entries, key=_order))


def _order(entry: Importance) -> tuple[int, float]:
    groups = (Verdict.MATTERED, Verdict.LITTLE, Verdict.UNCLEAR, Verdict.TOO_EARLY, Verdict.NOTHING)
    return groups.index(entry.verdict), -(entry.share or 0.0)


def _nothing(name: str) -> Importance:
    reason = f"Training jobs that differ in {name} gave the same output to the last digit."
    return Importance(name=name, verdict=Verdict.NOTHING, share=0.0, reason=reason)


def _too_early(name: str, count: int) -> Importance:
    reason = f"{count} training jobs gave the objective; at least {FEWEST_JOBS} are needed to tell."
    return Importance(name=name, verdict=Verdict.TOO_EARLY, share=None, reason=reason)


def _judged(space: Mapping[str, Range], jobs: Sequence[TrainingJob], losses: Sequence[float]) -> list[Importance]:
    blocks = {name: _columns(range, [job.values.get(name) for job in jobs]) for name, range in space.items()}
    columns = sum(map(len, blocks.values()))
    step = -(-len(jobs) // max(MOST_CELLS // max(columns, 1), FEWEST_IN_A_PART))
    part = {name: [column[::step] for column in block] for name, block in blocks.items()}
    found = effects(part, _eased(losses[::step]))
    return [
        _importance(name, found[name], [job.values.get(name) for job in jobs], losses, range)
        for name, range in space.items()
    ]


def _importance(
    name: str, effect: Effect, values: Sequence[HyperparameterValue | None], losses: Sequence[float], space: Range
) -> Importance:
    share, best = effect.share, _best_values(values, losses, space)
    if effect.is_proven and share >= LITTLE:
        verdict = Verdict.MATTERED
        reason = f"It explains about {share:.0%} of the differences seen; the best quarter has {best}."
    elif effect.is_proven:
        verdict = Verdict.LITTLE
        reason = f"It explains about {max(share, 0.01):.0%} of the differences seen; the best quarter has {best}."
    elif effect.at_most < LITTLE:
        verdict = Verdict.LITTLE
        reason = f"It explains at most about {max(effect.at_most, 0.01):.0%} of the differences seen, if any."
    else:
        verdict = Verdict.UNCLEAR
        reason = f"{len(losses)} training jobs do not tell its effect from chance and from that of the others."
    return Importance(name=name, verdict=verdict, share=share, reason=reason)


def _columns(space: Range, values: Sequence[HyperparameterValue | None]) -> list[Vector]:
    """A choice as one column for each of its values, a number as its place in the range and the square of it."""
    if isinstance(space, CategoricalRange):
        texts = [_text(value) for value in values]
        return [[float(text == kind) for text in texts] for kind in dict.fromkeys(texts)]
    found = [None if value is None else position(space, value) for value in values]
    places = [0.5 if place is None else place for place in found]
    return [places, [place**2 for place in places]]


def _eased(losses: Sequence[float]) -> list[float]:
    """How far each loss lies above the best, as a logarithm in units of how far the median does.

    So a search that ends among near equals still shows what sets those apart, and one diverged training job does not
    drown the rest. Ranks instead, where half of the losses equal the best.
    """
    best, usual = min(losses), median(losses)
    if usual <= best:
        return _ranks(losses)
    return [math.log1p((loss - best) / (usual - best)) for loss in losses]


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


def _best_values(values: Sequence[HyperparameterValue | None], losses: Sequence[float], space: Range) -> str:
    order = sorted(range(len(losses)), key=losses.__getitem__)
    best = [values[index] for index in order[: max(round(len(order) * BEST_SHARE), 3)]]
    if isinstance(space, CategoricalRange):
        return " or ".join(dict.fromkeys(_text(value) for value in best if value is not None))
    numbers = sorted(value for value in best if value is not None and is_number(value))
    return f"{short_value(numbers[0])}..{short_value(numbers[-1])}" if numbers else "no number"


def _text(value: HyperparameterValue | None) -> str:
    return "(none)" if value is None else text_from_value(value)
