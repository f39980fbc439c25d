"""Which hyperparameter a failed training job is blamed on, by evidence.

A hyperparameter is suspected of a failure where its range has gone further and its value lies beyond all that has
worked. A success at least as far out acquits it. So does another cause: a range that has come back, outside of which
the failure now lies, or a choice with which no training job has ever worked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from selftune.model.history import History, Observation
from selftune.model.ranges import CategoricalRange, NumericRange
from selftune.model.values import is_number, text_from_value

FEWEST_FAILURES_OF_A_CHOICE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a range has gained at one end, and how much of it has worked."""

    name: str
    space: NumericRange
    """As it is."""
    first: NumericRange
    is_high: bool
    farthest: float
    """How far out training has succeeded; at least where the range ended at first."""

    @classmethod
    def of(
        cls, name: str, space: NumericRange, first: NumericRange, succeeded: Iterable[Observation], *, is_high: bool
    ) -> Gain:
        """The gain at one end, with what has worked."""
        end = float(first.high if is_high else first.low)
        bare = cls(name=name, space=space, first=first, is_high=is_high, farthest=end)
        values = [value for job in succeeded if (value := bare.value_of(job)) is not None]
        farthest = (max if is_high else min)([*values, end])
        return cls(name=name, space=space, first=first, is_high=is_high, farthest=farthest)

    @property
    def first_end(self) -> float:
        """Where the range ended at first."""
        return float(self.first.high if self.is_high else self.first.low)

    def is_beyond(self, value: float, other: float) -> bool:
        """Whether a value lies farther out than another."""
        return value > other if self.is_high else value < other

    def value_of(self, job: Observation) -> float | None:
        """A training job's value; None for an exact zero beside a log scale, which has no place."""
        value = dict(job.values).get(self.name)
        if value is None or not is_number(value) or not self.space.scaling.holds(float(value)):
            return None
        return float(value)

    def excess(self, job: Observation) -> float:
        """How far a training job lies beyond what has worked, in widths of the first range; 0 where it does not."""
        value = self.value_of(job)
        if value is None or not self.is_beyond(value, self.farthest):
            return 0.0
        forward = self.space.scaling.forward
        return abs(forward(value) - forward(self.farthest)) / (self.first.width or 1.0)


def is_inside(job: Observation, ranges: Mapping[str, NumericRange], besides: str | None = None) -> bool:
    """Whether a training job's values lie in the ranges as they are, that of `besides` apart.

    Ranges only shrink where one comes back from failures: so what lies outside of another range is explained by that.
    """
    return all(
        name == besides or name not in ranges or not _is_outside(ranges[name], value) for name, value in job.values
    )


def explained_by_a_choice(history: History) -> frozenset[int]:
    """Numbers of the failed training jobs that have a choice with which several failed and none has worked.

    Another choice must have worked: where nothing does, the choice explains nothing.
    """
    explained: set[int] = set()
    for name, space in history.space:
        if not isinstance(space, CategoricalRange):
            continue
        failed: dict[str, list[int]] = {}
        worked: set[str] = set()
        for job in history.evidence:
            text = text_from_value(dict(job.values).get(name, ""))
            if job.loss is None:
                failed.setdefault(text, []).append(job.number)
            else:
                worked.add(text)
        for text, numbers in failed.items():
            if worked and text not in worked and len(numbers) >= FEWEST_FAILURES_OF_A_CHOICE:
                explained.update(numbers)
    return frozenset(explained)


def _is_outside(space: NumericRange, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not space.scaling.holds(float(value)):
        return False
    return not space.low <= value <= space.high
