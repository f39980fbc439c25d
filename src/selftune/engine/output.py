"""What the training jobs print, read in batches and kept in the order in which it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftune.model.objective import MetricPoint, Objective
from selftune.training.metrics import DefinedMetrics, MetricReader, complete_lines, same_metric

if TYPE_CHECKING:
    from selftune.training.metrics.result_files import FileReading, FoundFiles

POINTS_KEPT_OF_OTHER_METRICS = 2_000
NAMES_KEPT = 200
"""Of metrics that are not the objective, so many names and so many values of each are recorded for a training job: a
flood of lines fills no disk."""

FEWEST_IN_A_GROWING_FILE = 2


@dataclass(slots=True)
class JobOutput:
    """The output of one attempt: where reading has come to, and the values seen so far by name."""

    offset: int = 0
    values: dict[str, list[float]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """In which file a metric was found that was not printed."""
    notes: tuple[str, ...] = ()
    """What could not be read, and what to do about it."""
    definitions: tuple[tuple[str, str], ...] = ()
    """(name, regular expression) of metrics that the user defines, the objective's own among them or not."""
    file_points: int = 0
    """How many points of files have been taken in."""
    is_recalled: bool = False
    """True where another process took in what `values` holds."""
    own_words: frozenset[str] = frozenset()
    """Text values of this training job's hyperparameters, lower case: in a metric's name they are no part of it."""
    _printed: set[str] = field(default_factory=set)
    _written: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    """By file and name, the values that the file had when it was read last."""
    _reader: MetricReader | None = None
    _defined: DefinedMetrics | None = None
    _objective_names: dict[tuple[str, str | None], bool] = field(default_factory=dict)

    def curve(self, objective: Objective) -> tuple[float, ...]:
        """The objective's values so far."""
        series = [series for name, series in self.values.items() if self.is_objective(name, objective)]
        return tuple(series[0]) if len(series) == 1 else tuple(value for each in series for value in each)

    def is_objective(self, name: str, objective: Objective) -> bool:
        """Whether a printed name is the objective metric; each spelling is compared once."""
        key = (name, objective.name)
        if key not in self._objective_names:
            self._objective_names[key] = objective.name is not None and same_metric(name, objective.name)
        return self._objective_names[key]

    def read(self, data: bytes, at_end: bool, objective: Objective) -> tuple[MetricPoint, ...]:
        """Take in new bytes; returns the metric points of the complete lines among them."""
        text, consumed = complete_lines(data, at_end)
        if not consumed:
            return ()
        self.offset += consumed
        points = self._reader_for(objective).read(text)
        if self.definitions:
            defined = self._defined_for(objective)
            points = [point for point in points if point[0] not in defined.names] + defined.read(text)
        self._printed.update(without_words(name, self.own_words) for name, _ in points)
        return tuple(self._accept(points, objective))

    @property
    def has_read(self) -> bool:
        """False where what was read before, by another process, is not remembered: headers of tables, epochs."""
        return self._reader is not None or self.offset == 0

    def recall(self, earlier: bytes, objective: Objective) -> None:
        """Look again at output that was read before; its points are known."""
        points = self._reader_for(objective).read(complete_lines(earlier, at_end=False)[0])
        self._printed.update(without_words(name, self.own_words) for name, _ in points)

    def read_files(
        self, found: FoundFiles, objective: Objective, *, is_growing: bool = False
    ) -> tuple[MetricPoint, ...]:
        """Take in what is new in files; what was printed under the same name counts, and the file's does not.

        Of a file that `is_growing`, a metric must have been written several times: one that was is a learning curve,
        which would have been printed by now if it were printed too.
        """
        self.notes = found.notes
        points = [point for reading in found.readings for point in self._news(reading, is_growing)]
        self.file_points += len(points)
        return tuple(self._accept(points, objective))

    def _news(self, reading: FileReading, is_growing: bool) -> Iterator[tuple[str, float]]:
        """The points of one file that have not been taken in, in order."""
        series: dict[str, list[float]] = {}
        for point in reading.points:
            series.setdefault(point.name, []).append(point.value)
        fewest = FEWEST_IN_A_GROWING_FILE if is_growing else 1
        wanted = {name for name, values in series.items() if len(values) >= fewest and not self._is_printed(name)}
        taken = {name: self._taken(reading.path, name, series[name]) for name in wanted}
        for point in reading.points:
            if point.name in wanted:
                taken[point.name] -= 1
                if taken[point.name] < 0:
                    yield point.name, point.value
        self._written |= {(reading.path, name): series[name] for name in wanted}
        self.files |= dict.fromkeys(wanted, reading.path)

    def _taken(self, path: str, name: str, series: Sequence[float]) -> int:
        """How many of a file's values have been taken in: those that are still as they were.

        What another process took in before is known as values alone, of whichever file.
        """
        recalled = self.values.get(without_words(name, self.own_words), ()) if self.is_recalled else ()
        before = self._written.get((path, name), recalled)
        return next(
            (n for n, pair in enumerate(zip(before, series, strict=False)) if repr(pair[0]) != repr(pair[1])),
            min(len(before), len(series)),
        )

    def _is_printed(self, name: str) -> bool:
        return any(same_metric(name, other) for other in self._printed)

    def _reader_for(self, objective: Objective) -> MetricReader:
        """The user's regular expression where there is one, else the built-in recognisers."""
        if self._reader is None:
            self._reader = MetricReader(name=objective.name, regex=objective.regex)
        self._reader.look_for(objective.name)
        return self._reader

    def _defined_for(self, objective: Objective) -> DefinedMetrics:
        """All definitions but that of the objective, whose expression the reader itself has."""
        if self._defined is None:
            others = [pair for pair in self.definitions if objective.regex is None or pair[0] != objective.name]
            self._defined = DefinedMetrics(others)
        return self._defined

    def _accept(self, found: Iterable[tuple[str, float]], objective: Objective) -> Iterable[MetricPoint]:
        for printed, value in found:
            name = without_words(printed, self.own_words)
            series = self.values.get(name)
            if series is None:
                if len(self.values) >= NAMES_KEPT and not self.is_objective(name, objective):
                    continue
                series = self.values[name] = []
            if len(series) < POINTS_KEPT_OF_OTHER_METRICS or self.is_objective(name, objective):
                series.append(value)
                yield MetricPoint(name=name, value=value, step=len(series) - 1)


def without_words(name: str, words: frozenset[str]) -> str:
    """A metric's name without words that are values of the training job: `fit rbf r2` of kernel=rbf is `fit r2`."""
    if not words:
        return name
    kept = [word for word in name.split() if word.lower() not in words]
    return " ".join(kept) if kept else name


def objective_values(output: JobOutput, points: Iterable[MetricPoint], objective: Objective) -> tuple[float, ...]:
    """Those of the points that are the objective metric, in order."""
    return tuple(point.value for point in points if output.is_objective(point.name, objective))
