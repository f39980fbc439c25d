"""Hyperparameters that do nothing: training jobs that differ in them give the same output to the last digit.

A set of hyperparameters is inert when all training jobs that agree in the others have one and the same learning curve
and objective, and when that is no coincidence: a coarse metric (accuracy on 360 rows) repeats by itself now and then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from selftune.model.jobs import TrainingJob, TrainingJobStatus
from selftune.model.values import text_from_value

COINCIDENCE = 0.05
DISTINCT_VALUES_BEYOND_COINCIDENCE = 3
"""A curve of so many different values, repeated to the last digit, is no coincidence."""
CHANCE_OF_A_REPEATED_CURVE = 0.01
MOST_CANDIDATES = 64
MOST_JOBS = 400
"""Pairs are compared among the first so many training jobs; more would cost time and tell nothing new."""

_Output: TypeAlias = tuple[float, ...]


def inert_hyperparameters(
    jobs: Sequence[TrainingJob], names: Sequence[str], curves: Mapping[int, Sequence[float]]
) -> frozenset[str]:
    """Names of the hyperparameters that do nothing, as far as the completed training jobs show."""
    completed = [job for job in jobs if job.status is TrainingJobStatus.COMPLETED][:MOST_JOBS]
    outputs = {job.number: _output(job, curves) for job in completed}
    texts = {job.number: {name: text_from_value(value) for name, value in job.suggestion.values} for job in completed}
    inert: set[str] = set()
    for candidate in _candidates(outputs, texts, names):
        if _is_inert(candidate, outputs, texts, names):
            inert |= candidate
    return frozenset(inert)


def _output(job: TrainingJob, curves: Mapping[int, Sequence[float]]) -> _Output:
    return (job.objective or 0.0, *curves.get(job.number, ()))


def _candidates(
    outputs: Mapping[int, _Output], texts: Mapping[int, Mapping[str, str]], names: Sequence[str]
) -> list[frozenset[str]]:
    """What two training jobs with the same output differ in; the smallest sets first."""
    by_output: defaultdict[_Output, list[int]] = defaultdict(list)
    for number, output in outputs.items():
        by_output[output].append(number)
    found = {
        frozenset(name for name in names if texts[one].get(name) != texts[other].get(name))
        for numbers in by_output.values()
        for one, other in combinations(numbers, 2)
    }
    return sorted(found - {frozenset()}, key=lambda names: (len(names), sorted(names)))[:MOST_CANDIDATES]


def _is_inert(
    candidate: frozenset[str],
    outputs: Mapping[int, _Output],
    texts: Mapping[int, Mapping[str, str]],
    names: Sequence[str],
) -> bool:
    groups: defaultdict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for number in outputs:
        groups[tuple(texts[number].get(name) for name in names if name not in candidate)].append(number)
    if any(len({outputs[number] for number in numbers}) > 1 for numbers in groups.values()):
        return False
    repeats = sum(_variants(numbers, texts, candidate) - 1 for numbers in groups.values())
    return repeats > 0 and _chance(outputs, groups.values()) ** repeats < COINCIDENCE


def _variants(numbers: Iterable[int], texts: Mapping[int, Mapping[str, str]], candidate: frozenset[str]) -> int:
    return len({tuple(sorted((name, texts[number].get(name, "")) for name in candidate)) for number in numbers})


def _chance(outputs: Mapping[int, _Output], groups: Iterable[Sequence[int]]) -> float:
    """How likely two training jobs that should differ have the same output, judged by those that should."""
    sizes = [len(numbers) for numbers in groups]
    pairs = _pairs(len(outputs)) - sum(map(_pairs, sizes))
    equal = sum(map(_pairs, Counter(outputs.values()).values())) - sum(map(_pairs, sizes))
    chance = (equal + 1) / (pairs + 2)
    is_telling = all(len(set(output)) >= DISTINCT_VALUES_BEYOND_COINCIDENCE for output in outputs.values())
    return min(chance, CHANCE_OF_A_REPEATED_CURVE) if is_telling else chance


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
