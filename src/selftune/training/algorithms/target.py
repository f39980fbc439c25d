"""What the label column says about the task: regression, two classes, or several.

Standard library only and quick, so that the plan can ask before anything runs.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from selftune.model.errors import UnreadableInput
from selftune.training.algorithms.table import (
    RowReader,
    data_files,
    data_format,
    delimiter_of,
    libsvm_lines,
    number_from_cell,
    target_index,
)

_MAX_CLASSES = 20
"""Whole numbers with more distinct values than this are a quantity, not class labels."""
_MIN_ROWS_A_CLASS = 5
"""... and so are those that hardly repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredObjective:
    """The learning objective that a label calls for."""

    objective: str
    """XGBoost's name: reg:squarederror, binary:logistic or multi:softprob."""
    class_count: int | None
    """None for a regression."""
    reason: str


def infer_objective(labels: Iterable[str]) -> InferredObjective:
    """What to learn, by the label's cells as text; missing ones do not count.

    Raises:
        UnreadableInput: there is no label, or only one value of it.
    """
    numbers = [(label.strip(), number_from_cell(label)) for label in labels]
    present = [(text, number) for text, number in numbers if number is None or not math.isnan(number)]
    distinct = {number if number is not None else text for text, number in present}
    if len(distinct) < 2:
        raise UnreadableInput(
            f"The label has {len(distinct)} distinct value(s) in {len(numbers)} rows, so there is nothing to learn.",
            hint="Name the label column with --target.",
        )
    if len(distinct) == 2:
        shown = " and ".join(sorted({text for text, _ in present})[:2])
        return InferredObjective(objective="binary:logistic", class_count=2, reason=f"the label is {shown}")
    if any(isinstance(value, str) for value in distinct):
        reason = f"the label is text with {len(distinct)} distinct values"
        return InferredObjective(objective="multi:softprob", class_count=len(distinct), reason=reason)
    return _from_numbers([number for _, number in present if number is not None], len(distinct))


def label_sample(path: Path, target: str | None, *, limit: int = 20_000) -> list[str]:
    """The label's cells of a file or folder of data: the first `limit` rows and, where there are more, a tenth of that
    number from evenly spaced places, since files are often sorted by their label.

    Raises:
        UnknownName: there is no column `target`; the message names the nearest.
        UnreadableInput: the data cannot be read.
    """
    files = data_files(path)
    if data_format(files[0]) == "libsvm":
        return _libsvm_sample(files, limit)
    rows = RowReader(files, target=target)
    index = target_index(rows.names, rows.has_header, target, files[0].name)
    head = [row[index] for row in islice(rows, limit)]
    if len(head) < limit or data_format(files[0]) != "csv":
        return head
    spread = [cells for file in files for cells in _spread_rows(file, limit // 10 // len(files))]
    return head + [cells[index] for cells in spread if len(cells) == len(rows.names)]


def _libsvm_sample(files: Sequence[Path], limit: int) -> list[str]:
    head = [line.split(maxsplit=1)[0] for _, line in islice(libsvm_lines(files), limit)]
    if len(head) < limit:
        return head
    spread = (line.split() for file in files for line in _spread_lines(file, limit // 10 // len(files)))
    return head + [words[0] for words in spread if words]


def _spread_rows(file: Path, count: int) -> Iterator[list[str]]:
    return csv.reader(_spread_lines(file, count), delimiter=delimiter_of(file), skipinitialspace=True)


def _spread_lines(file: Path, count: int) -> Iterator[str]:
    """Whole lines from `count` evenly spaced places of a text file."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        for part in range(count):
            stream.seek(size * part // count)
            stream.readline()  # the rest of a line that begins before
            yield stream.readline().decode("utf-8", "replace")


def _from_numbers(numbers: Sequence[float], distinct: int) -> InferredObjective:
    are_whole = all(number.is_integer() for number in numbers)
    if are_whole and distinct <= _MAX_CLASSES and len(numbers) >= _MIN_ROWS_A_CLASS * distinct:
        reason = f"the label is one of {distinct} whole numbers"
        return InferredObjective(objective="multi:softprob", class_count=distinct, reason=reason)
    reason = f"the label is a number with {distinct} distinct values in {len(numbers)} rows"
    return InferredObjective(objective="reg:squarederror", class_count=None, reason=reason)
