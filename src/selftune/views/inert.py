"""Hyperparameters that do nothing: training jobs that differ in them give the same output to the last digit.

A set of hyperparameters is inert when all training jobs that agree in the others have one and the same output: learning
curve, objective, and whatever else they print. And when that is no coincidence. A coarse metric (accuracy on 360 rows)
repeats by itself now and then, and on a plateau (accuracy at chance while the learning rate is too small) everything
does: an output that training jobs share which differ elsewhere proves nothing, and of outputs with few different
values, such as one final accuracy, it takes more than one that repeats.
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
FEWEST_COARSE_OUTPUTS = 2
"""Of outputs with fewer different values, so many must repeat: one alone may be a plateau."""
MOST_CANDIDATES = 64
MOST_JOBS = 400
"""Pairs are compared among the first so many training jobs; more would cost time and tell nothing new."""

Metrics: TypeAlias = Mapping[int, Sequence[tuple[str, float]]]
"""What training jobs printed beside the objective, in the order reported, by training-job number."""
_Curve: TypeAlias = tuple[float, ...]
_Output: TypeAlias = tuple[_Curve, tuple[tuple[str, float], ...]]


def inert_hyperparameters(
    jobs: Sequence[TrainingJob],
    names: Sequence[str],
    curves: Mapping[int, Sequence[float]],
    metrics: Metrics | None = None,
) -> frozenset[str]:
    """Names of the hyperparameters that do nothing, as far as the completed training jobs show.

    Args:
        names: of the hyperparameters that are tuned.
        curves: the objective's values in the order reported, by training-job number.
        metrics: what `alike` training jobs printed beside it.
    """
    completed = _compared(jobs)
    outputs = {job.number: (_curve(job, curves), tuple((metrics or {}).get(job.number, ()))) for job in completed}
    texts = {job.number: {name: text_from_value(value) for name, value in job.suggestion.values} for job in completed}
    inert: set[str] = set()
    for candidate in _candidates(outputs, texts, names):
        if _is_inert(candidate, outputs, texts, names):
            inert |= candidate
    return frozenset(inert)


def alike(jobs: Sequence[TrainingJob], curves: Mapping[int, Sequence[float]]) -> tuple[int, ...]:
    """Numbers of the training jobs that share their objective and its curve with another: only their rest can tell."""
    by_curve: defaultdict[_Curve, list[int]] = defaultdict(list)
    for job in _compared(jobs):
        by_curve[_curve(job, curves)].append(job.number)
    return tuple(sorted(number for numbers in by_curve.values() if len(numbers) > 1 for number in numbers))


def _compared(jobs: Sequence[TrainingJob]) -> Sequence[TrainingJob]:
    return [job for job in jobs if job.status is TrainingJobStatus.COMPLETED][:MOST_JOBS]


def _curve(job: TrainingJob, curves: Mapping[int, Sequence[float]]) -> _Curve:
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
    holders = Counter(outputs[numbers[0]] for numbers in groups.values())
    repeats: Counter[_Output] = Counter()
    for numbers in groups.values():
        output, count = outputs[numbers[0]], _variants(numbers, texts, candidate) - 1
        if count and holders[output] == 1:  # otherwise a plateau: what differs elsewhere ends there too
            repeats[output] += count
    if not any(map(_is_telling, repeats)) and len(repeats) < FEWEST_COARSE_OUTPUTS:
        return False
    return _chance(outputs, groups.values()) ** repeats.total() < COINCIDENCE


def _variants(numbers: Iterable[int], texts: Mapping[int, Mapping[str, str]], candidate: frozenset[str]) -> int:
    return len({tuple(sorted((name, texts[number].get(name, "")) for name in candidate)) for number in numbers})


def _is_telling(output: _Output) -> bool:
    return len(set(output[0])) >= DISTINCT_VALUES_BEYOND_COINCIDENCE


def _chance(outputs: Mapping[int, _Output], groups: Iterable[Sequence[int]]) -> float:
    """How likely two training jobs that should differ have the same output, judged by those that should."""
    sizes = [len(numbers) for numbers in groups]
    pairs = _pairs(len(outputs)) - sum(map(_pairs, sizes))
    equal = sum(map(_pairs, Counter(outputs.values()).values())) - sum(map(_pairs, sizes))
    chance = (equal + 1) / (pairs + 2)
    return min(chance, CHANCE_OF_A_REPEATED_CURVE) if all(map(_is_telling, outputs.values())) else chance


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
