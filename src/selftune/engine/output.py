"""What the training jobs print, read in batches and kept in the order in which it came."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from selftune.model.objective import MetricPoint, Objective
from selftune.training.metrics import MetricReader, complete_lines, same_metric

POINTS_KEPT_OF_OTHER_METRICS = 2_000
"""Of a metric that is not the objective, so many values a training job are recorded; a flood of lines fills no disk."""


@dataclass(slots=True)
class JobOutput:
    """The output of one attempt: where reading has come to, and the values seen so far by name."""

    offset: int = 0
    values: dict[str, list[float]] = field(default_factory=dict)

    def curve(self, objective: Objective) -> tuple[float, ...]:
        """The objective's values so far."""
        return tuple(v for name, series in self.values.items() if _is_objective(name, objective) for v in series)

    def read(self, data: bytes, at_end: bool, reader: MetricReader, objective: Objective) -> tuple[MetricPoint, ...]:
        """Take in new bytes; returns the metric points of the complete lines among them."""
        text, consumed = complete_lines(data, at_end)
        if not consumed:
            return ()
        self.offset += consumed
        return tuple(self._accept(reader.read(text), objective))

    def _accept(self, found: Iterable[tuple[str, float]], objective: Objective) -> Iterable[MetricPoint]:
        for name, value in found:
            series = self.values.setdefault(name, [])
            if len(series) < POINTS_KEPT_OF_OTHER_METRICS or _is_objective(name, objective):
                series.append(value)
                yield MetricPoint(name=name, value=value, step=len(series) - 1)


def reader_for(objective: Objective) -> MetricReader:
    """The recogniser for this objective: the user's regular expression where there is one, else the built-in."""
    return MetricReader(name=objective.name, regex=objective.regex)


def objective_values(points: Iterable[MetricPoint], objective: Objective) -> tuple[float, ...]:
    """Those of the points that are the objective metric, in order."""
    return tuple(point.value for point in points if _is_objective(point.name, objective))


def describe_seen(values: dict[str, list[float]]) -> str:
    """The metrics seen, for an error message: "loss (10x, last 0.31), accuracy (1x, last 0.93)"."""
    if not values:
        return "no metric"
    return ", ".join(
        f"{name} ({len(series)}x, last {series[-1]:.5g})" if math.isfinite(series[-1]) else f"{name} ({len(series)}x)"
        for name, series in list(values.items())[:8]
    )


def _is_objective(name: str, objective: Objective) -> bool:
    return objective.name is not None and same_metric(name, objective.name)
