"""Failed training jobs, grouped by their cause, with the values that they share and no other has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningState
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import is_number, short_value, text_from_value
from selftune.views.results import is_usable

FEWEST_ALIKE = 2
"""Failures and successes below which what the failures share is not told from chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """Training jobs that failed for one reason."""

    reason: str
    """As the last of them gave it."""
    numbers: tuple[int, ...]
    """Of the training jobs."""
    shared: str | None
    """Values that these have and no successful training job has, such as "lr >= 0.081"; None where nothing tells."""


def group_failures(state: TuningState, space: Mapping[str, Range]) -> tuple[FailureGroup, ...]:
    """The failures by cause, the most frequent first; reasons that differ in numbers only are one cause."""
    groups: defaultdict[str, list[TrainingJob]] = defaultdict(list)
    for job in state.training_jobs:
        if job.status is TrainingJobStatus.FAILED:
            groups[job.failure_cause].append(job)
    successes = [job for job in state.training_jobs if is_usable(job)]
    found = [
        FailureGroup(
            reason=jobs[-1].failure_reason or "It gave no reason.",
            numbers=tuple(job.number for job in jobs),
            shared=_shared(jobs, successes, space),
        )
        for jobs in groups.values()
    ]
    return tuple(sorted(found, key=lambda group: (-len(group.numbers), group.numbers)))


def _shared(failed: Sequence[TrainingJob], successes: Sequence[TrainingJob], space: Mapping[str, Range]) -> str | None:
    if min(len(failed), len(successes)) < FEWEST_ALIKE or any(job.is_lost for job in failed):
        return None
    for name, range in space.items():
        told = (
            _choice(name, failed, successes) if isinstance(range, CategoricalRange) else _span(name, failed, successes)
        )
        if told is not None:
            return told
    return None


def _choice(name: str, failed: Sequence[TrainingJob], successes: Sequence[TrainingJob]) -> str | None:
    bad = Counter(text_from_value(job.values[name]) for job in failed if name in job.values)
    good = {text_from_value(job.values[name]) for job in successes if name in job.values}
    if not bad or not good or not good.isdisjoint(bad) or bad.total() < len(failed):
        return None
    if len(bad) > 1 and len({_reads_as_number(text) for text in bad}) == 1:
        are_numbers = _reads_as_number(next(iter(bad)))
        if all(_reads_as_number(text) is not are_numbers for text in good):
            return f"{name} is {'a' if are_numbers else 'no'} number ({_listed(bad)})"
    is_seen_often = len(bad) == 1 or min(bad.values()) >= FEWEST_ALIKE
    return f"{name} = {_listed(bad)}" if is_seen_often else None


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _listed(texts: Iterable[str]) -> str:
    return " or ".join(sorted(texts))


def _span(name: str, failed: Sequence[TrainingJob], successes: Sequence[TrainingJob]) -> str | None:
    bad, good = _numbers(name, failed), _numbers(name, successes)
    if len(bad) < len(failed) or not good:
        return None
    if min(bad) > max(good):
        return f"{name} >= {short_value(min(bad))}"
    if max(bad) < min(good):
        return f"{name} <= {short_value(max(bad))}"
    return None


def _numbers(name: str, jobs: Sequence[TrainingJob]) -> list[float]:
    values = [job.values.get(name) for job in jobs]
    return [value for value in values if isinstance(value, int | float) and is_number(value)]
