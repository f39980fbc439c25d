"""The built-in recogniser of metrics in a training job's output."""

from __future__ import annotations

import re

from selftune.training.metrics.custom import RegexBudget, RegexReader
from selftune.training.metrics.lines import plain_lines
from selftune.training.metrics.names import is_counter, same_metric, split_of
from selftune.training.metrics.pairs import in_split, leading_split, pairs_in
from selftune.training.metrics.records import record_in
from selftune.training.metrics.tables import HeaderTable, two_cells

_HAS_NUMBER = re.compile(r"\d|\b(?:nan|inf)\b", re.IGNORECASE)
_UNNAMED = "objective"


class MetricReader:
    """Reads named values from output.

    Args:
        name: The objective's name; a counter (epoch, lr) is a metric only if it bears this name.
        regex: The user's expression for the objective; its first group is the value.

    Raises:
        UsageError: the expression does not compile or has no group.
    """

    def __init__(self, name: str | None = None, regex: str | None = None) -> None:
        self._name = name
        self._regex = RegexReader(regex) if regex is not None else None
        self._table = HeaderTable()

    def read(self, text: str) -> list[tuple[str, float]]:
        """(name, value) of each metric in a text of complete lines, in order; values may be NaN or infinite."""
        budget = self._regex.start() if self._regex else None
        points: list[tuple[str, float]] = []
        for line in plain_lines(text.replace("#011", "\t") if "#011" in text else text):
            points.extend(self._line(line, budget))
        return points

    def _line(self, line: str, budget: RegexBudget | None) -> list[tuple[str, float]]:
        if budget is None:
            points = [(name, value) for name, value in self._found(line) if self._is_wanted(name)]
            return points + self._without_split(line, points)
        own = [(self._name or _UNNAMED, value) for value in budget.values(line)]
        others = [(name, value) for name, value in self._found(line) if not is_counter(name)]
        return own + [(name, value) for name, value in others if not same_metric(name, self._name or _UNNAMED)]

    def _without_split(self, line: str, points: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """The objective under the name asked for, where only the line's first word adds a split to that."""
        split = leading_split(line)
        if split is None or self._name is None or split_of(self._name) is not None:
            return []
        wanted = in_split(split, self._name)
        return [(self._name, value) for name, value in points if same_metric(name, wanted)]

    def _found(self, line: str) -> list[tuple[str, float]]:
        """All named numbers of a line, by the first form that fits it."""
        if not _HAS_NUMBER.search(line):
            self._table.row(line)
            return []
        record = record_in(line)
        if record is not None:
            return record
        cell = two_cells(line)
        if cell is not None:
            return [cell]
        return self._table.row(line) or pairs_in(line)

    def _is_wanted(self, name: str) -> bool:
        is_asked_for = self._name is not None and same_metric(name, self._name)
        return is_asked_for or not is_counter(name)
