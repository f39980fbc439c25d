"""The built-in recogniser of metrics in a training job's output."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selftune.training.metrics.custom import RegexBudget, RegexReader
from selftune.training.metrics.lines import plain_lines
from selftune.training.metrics.names import is_counter, may_name_metric, same_metric, split_of
from selftune.training.metrics.recognisers.catboost_iteration import CATBOOST_ITERATION
from selftune.training.metrics.recognisers.classification_report import CLASSIFICATION_REPORT, ClassificationReport
from selftune.training.metrics.recognisers.header_table import HEADER_TABLE, HeaderTable, header_in
from selftune.training.metrics.recognisers.json_record import JSON_RECORD
from selftune.training.metrics.recognisers.kept_model import KEPT_MODEL, KeptModel
from selftune.training.metrics.recognisers.keras_bar import KERAS_BAR
from selftune.training.metrics.recognisers.lightgbm_round import LIGHTGBM_ROUND
from selftune.training.metrics.recognisers.recogniser import Named
from selftune.training.metrics.recognisers.registry import LINE_RECOGNISERS
from selftune.training.metrics.recognisers.xgboost_round import XGBOOST_ROUND
from selftune.training.metrics.shapes import Analysis, Reading, ShapeReader, read_as
from selftune.training.metrics.splits import in_split, leading_split
from selftune.training.metrics.steps import count_in

REGEX = "your regular expression"
"""Stands in for a recogniser's name where the user's expression has found a value."""

_HAS_NUMBER = re.compile(r"\d|\b(?:nan|inf)\b", re.IGNORECASE)
_MARK = re.compile(r"[:=>|│┃║\t]|  | (?:is|was) ")
"""What stands between a name and its number, where no word of the name says that it is a metric's."""
_UNNAMED = "objective"
_READ_BY_FORM = 4_096
"""Characters of a line in which names and numbers are looked for; only a JSON record may be longer."""
_ROUNDS = frozenset({XGBOOST_ROUND.name, LIGHTGBM_ROUND.name})
"""CatBoost is not among them: it says itself whether the model is cut back to its best iteration."""
_GOING_BACK = frozenset({KERAS_BAR.name, CATBOOST_ITERATION.name, *_ROUNDS})
_NOTHING = Reading()


class LineReading(NamedTuple):
    """One line of output that holds metrics."""

    line: str
    """Without colours and other control sequences."""
    recogniser: str
    points: Sequence[tuple[str, float]]
    """(name, value), in order."""
    step: float | None
    """The epoch, step, iteration or round, as the line, or the last one above it that says one, has it."""


class MetricReader:
    """Reads named values from output, piece by piece; what a later line needs of earlier ones is remembered.

    Args:
        name: The objective's name; a counter (epoch, lr) is a metric only if it bears this name.
        regex: The user's expression for the objective; its first group is the value.

    Raises:
        UsageError: the expression does not compile or has no group.
    """

    def __init__(self, name: str | None = None, regex: str | None = None) -> None:
        self._name = name
        self._regex = RegexReader(regex) if regex is not None else None
        self._shapes = ShapeReader(self._analyse)
        self._wanted: dict[str, bool] = {}
        self._table = HeaderTable()
        self._report = ClassificationReport()
        self._kept: KeptModel | None = None
        self._progress: float | None = None

    def look_for(self, name: str | None) -> None:
        """Go on with another objective: the first output has shown which one it is."""
        if name != self._name:
            self._name = name
            self._shapes.forget()
            self._wanted = {}

    def read(self, text: str) -> list[tuple[str, float]]:
        """(name, value) of each metric in a text of complete lines, in order; values may be NaN or infinite."""
        budget = self._regex.start() if self._regex else None
        points: list[tuple[str, float]] = []
        for line in plain_lines(text.replace("#011", "\t") if "#011" in text else text):
            points.extend(self._line(line, budget).points)
        return points

    def read_lines(self, text: str) -> Iterator[tuple[str, LineReading | None]]:
        """Each line of a text of complete lines, with what is read in it; None for a line that holds no metric."""
        budget = self._regex.start() if self._regex else None
        for line in plain_lines(text.replace("#011", "\t")):
            reading = self._line(line, budget)
            if reading.recogniser is None:
                yield line, None
            else:
                yield line, LineReading(line, reading.recogniser, reading.points, self._progress)

    def _line(self, line: str, budget: RegexBudget | None) -> Reading:
        reading = self._found(line)
        if reading.progress is not None:
            self._progress = reading.progress
        if reading.recogniser in _GOING_BACK:
            self._kept = self._kept or KeptModel(counts_rounds=reading.recogniser in _ROUNDS)
            self._kept.note(self._progress, reading.points)
        elif self._kept is not None and "est" in line and (best := self._kept.best_round(line)):
            kept = read_as(self._analysis(KEPT_MODEL.name, best, ""))
            reading = kept._replace(points=[*reading.points, *kept.points])
        return reading if budget is None else self._by_users_regex(line, reading, budget)

    def _by_users_regex(self, line: str, reading: Reading, budget: RegexBudget) -> Reading:
        """The user's values before those of other metrics."""
        name = self._name or _UNNAMED
        own = [(name, value) for value in budget.values(line)]
        others = [(other, value) for other, value in reading.points if not same_metric(other, name)]
        return reading._replace(
            recogniser=REGEX if own else reading.recogniser if others else None, points=own + others
        )

    def _found(self, line: str) -> Reading:
        """All wanted numbers of a line, by the first form that fits it."""
        if '{"' in line:
            record = JSON_RECORD.find(line)
            if record is not None:
                return read_as(self._analysis(JSON_RECORD.name, record, ""))
        if len(line) > _READ_BY_FORM:
            line = line[:_READ_BY_FORM]
        if self._kept is not None and (kept := self._kept.line(line)) is not None:
            return read_as(self._analysis(KEPT_MODEL.name, kept, ""))
        if (row := self._report.row(line)) is not None:
            return read_as(self._analysis(CLASSIFICATION_REPORT.name, row, ""))
        if not _HAS_NUMBER.search(line):
            self._learn(header_in(line))
            return _NOTHING
        reading = self._shapes.read(line)
        if reading.header:
            self._learn(reading.header)
        return reading

    def _learn(self, header: tuple[str, ...]) -> None:
        """Name the rows below by this header; what was known of their shapes does not hold any more."""
        if header and header != self._table.names:
            self._table.names = header
            self._shapes.forget()

    def _analyse(self, line: str) -> Analysis:
        """What the forms of single lines make of it, and the table that it may be a row of."""
        row = self._table.row(line)
        if row is not None:
            return self._analysis(HEADER_TABLE.name, row, "")
        if not (_MARK.search(line) or may_name_metric(line)):
            return Analysis("", (), count_in(line, ()))
        for recogniser in LINE_RECOGNISERS:
            found = recogniser.find(line)
            if found is not None:
                analysis = self._analysis(recogniser.name, found, line)
                wanted = [*analysis.found, *self._without_split(line, analysis.found)]
                return analysis._replace(found=wanted, header=() if found else header_in(line))
        raise AssertionError("the last recogniser takes every line")

    def _analysis(self, recogniser: str, found: Sequence[Named], line: str) -> Analysis:
        wanted = [named for named in found if self._is_wanted(named.name)]
        return Analysis(recogniser, wanted, count_in(line, found))

    def _without_split(self, line: str, found: Sequence[Named]) -> list[Named]:
        """The objective under the name asked for, where only the line's first word adds a split to that."""
        split = leading_split(line)
        if split is None or self._name is None or self._regex is not None or split_of(self._name) is not None:
            return []
        wanted = in_split(split, self._name)
        return [named._replace(name=self._name) for named in found if same_metric(named.name, wanted)]

    def _is_wanted(self, name: str) -> bool:
        known = self._wanted.get(name)
        if known is None:
            is_asked_for = self._regex is None and self._name is not None and same_metric(name, self._name)
            known = self._wanted[name] = is_asked_for or not is_counter(name)
        return known
