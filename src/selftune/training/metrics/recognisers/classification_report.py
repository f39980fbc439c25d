"""scikit-learn's classification report: the accuracy and the averages; single classes are no result of the whole."""

from __future__ import annotations

import re

from selftune.training.metrics.numbers import NUMBER
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_HEADER = re.compile(r"\s*precision\s+recall\s+f1-score\s+support\s*\Z")
_ROW = re.compile(rf"\s*(\S.*?)((?:\s+{NUMBER}){{2,4}})\s*\Z")
_AVERAGE = re.compile(r"(micro|macro|weighted|samples) avg\Z")
_COLUMNS = ("precision", "recall", "f1-score")


class ClassificationReport:
    """Remembers whether a report's header was seen, and how far down its rows reach."""

    def __init__(self) -> None:
        self._is_open = False

    def row(self, line: str) -> list[Named] | None:
        """What a row says of the whole, nothing for that of one class; None where the line is no row of a report."""
        if not self._is_open and "f1-score" not in line:
            return None
        if _HEADER.match(line):
            self._is_open = True
            return []
        if not self._is_open:
            return None
        match = _ROW.match(line)
        if match is None:
            self._is_open = False
            return None
        name, numbers = match.group(1), [float(text) for text in match.group(2).split()]
        if name == "accuracy":
            return [Named(match.start(2), name, numbers[0])]
        average = _AVERAGE.match(name)
        if average is None:
            return []
        kind = average.group(1)
        averages = zip(_COLUMNS, numbers, strict=False)
        return [Named(match.start(2), f"{kind} {column}", value) for column, value in averages]


def _find(line: str) -> list[Named] | None:
    """The rows of a whole report, as one text."""
    report = ClassificationReport()
    return [named for row in line.splitlines() for named in report.row(row) or ()] or None


CLASSIFICATION_REPORT = Recogniser(
    name="classification report",
    example=(
        "              precision    recall  f1-score   support\n"
        "           0       0.97      0.95      0.96        37\n"
        "    accuracy                           0.94       450\n"
        "   macro avg       0.94      0.93      0.93       450"
    ),
    find=_find,
)
