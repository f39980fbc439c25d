"""Reads what the training data are like from a sample: a few thousand rows, however large the files are."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from selftune.autotune.data_facts import DataFacts
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

_CELLS = 50_000
"""So many cells are looked at in all."""
_FEWEST_ROWS = 200
_COUNTED_BYTES = 8_000_000
"""Files up to this size are counted line by line; the rows of larger ones are estimated."""
_MAX_CLASSES = 20
_MIN_ROWS_A_CLASS = 5
_USUAL_TARGETS = ("target", "label", "class", "y", "outcome", "labels")


def read_facts(path: Path, *, target: str | None = None, first_is_label: bool = False) -> DataFacts:
    """What a file or folder of data is like.

    Args:
        path: CSV, libsvm or (where pandas is installed) Parquet.
        target: The label's column, where that is known.
        first_is_label: Without a target, the first column is the label (SageMaker's convention), else a column of a
            usual name ("target", "label", "class", "y"), else none.

    Raises:
        UnknownName: there is no column `target`.
        UnreadableInput: it is not there, or it cannot be read.
    """
    files = data_files(path)
    if data_format(files[0]) == "libsvm":
        return _libsvm_facts(files, path)
    sample = _table_sample(files, target, first_is_label)
    rows, is_estimated = _row_count(files, header_lines=int(sample.has_header))
    if data_format(files[0]) == "parquet":
        rows, is_estimated = len(sample.rows), len(sample.rows) >= sample.limit
    labels = [row[sample.label] for row in sample.rows] if sample.label is not None else []
    cells = len(sample.rows) * sample.width
    empty = sum(_is_missing(cell) for row in sample.rows for cell in row)
    return DataFacts(
        source=path.name,
        rows=rows,
        is_estimated=is_estimated,
        columns=sample.width - (sample.label is not None),
        missing=empty / cells if cells else None,
        **_label_facts(labels),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    rows: list[list[str]]
    width: int
    label: int | None
    has_header: bool
    limit: int


def _table_sample(files: Sequence[Path], target: str | None, first_is_label: bool) -> _Sample:
    """All rows of small files; of large ones rows from evenly spaced places, for files are often sorted by label."""
    reader = RowReader(files, target=target)
    width = len(reader.names)
    limit = max(_CELLS // max(width, 1), _FEWEST_ROWS)
    rows = list(islice(reader, limit))
    if not rows:
        raise UnreadableInput(f"{files[0].name} holds no rows of data.", hint=f"It was read from {files[0]}.")
    if len(rows) == limit and data_format(files[0]) == "csv":
        spread = [cells for cells in _spread_rows(files, limit) if len(cells) == width and cells != reader.names]
        rows = spread or rows
    label = _label_index(reader, files[0].name, target, first_is_label)
    return _Sample(rows=rows, width=width, label=label, has_header=reader.has_header, limit=limit)


def _label_index(reader: RowReader, source: str, target: str | None, first_is_label: bool) -> int | None:
    if target is not None or first_is_label:
        return target_index(reader.names, reader.has_header, target, source)
    named = [i for i, name in enumerate(reader.names) if name.strip().lower() in _USUAL_TARGETS]
    return named[0] if reader.has_header and len(named) == 1 else None


def _spread_rows(files: Sequence[Path], count: int) -> Iterator[list[str]]:
    for file in files:
        lines = spread_lines(file, max(count // len(files), 1))
        yield from csv.reader(lines, delimiter=delimiter_of(file), skipinitialspace=True)


def spread_lines(file: Path, count: int) -> Iterator[str]:
    """Whole lines from `count` evenly spaced places of a text file."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        for part in range(count):
            stream.seek(size * part // count)
            stream.readline()  # the rest of a line that begins before
            line = stream.readline()
            if line.strip():
                yield line.decode("utf-8", "replace")


def _row_count(files: Sequence[Path], *, header_lines: int) -> tuple[int, bool]:
    """(rows, whether they are estimated)."""
    sizes = [file.stat().st_size for file in files]
    if sum(sizes) <= _COUNTED_BYTES:
        return max(sum(map(_lines_in, files)) - header_lines * len(files), 0), False
    lines = [len(line.encode()) for file in files for line in spread_lines(file, max(500 // len(files), 1))]
    mean = sum(lines) / len(lines) if lines else 1.0
    return _rounded(sum(sizes) / mean), True


def _lines_in(file: Path) -> int:
    """Lines that are not blank."""
    with file.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _rounded(count: float) -> int:
    """Two significant digits: an estimate claims no more."""
    return int(float(f"{count:.1e}"))


def _libsvm_facts(files: Sequence[Path], path: Path) -> DataFacts:
    limit = _CELLS // 20
    lines = [line for _, line in islice(libsvm_lines(files), limit)]
    if len(lines) == limit:
        lines = [line for file in files for line in spread_lines(file, max(limit // len(files), 1))]
    words = [line.split() for line in lines if line.strip()]
    columns = [int(word.partition(":")[0]) for row in words for word in row[1:] if word.partition(":")[0].isdigit()]
    rows, is_estimated = _row_count(files, header_lines=0)
    return DataFacts(
        source=path.name,
        rows=rows,
        is_estimated=is_estimated,
        columns=max(columns, default=0) or None,
        **_label_facts([row[0] for row in words if row]),
    )


def _label_facts(labels: Sequence[str]) -> dict[str, Any]:
    """Classes and their balance; no class of a number to be predicted, nothing where there is no label."""
    counts = Counter(cell for cell in (_plain_label(label) for label in labels) if cell is not None)
    total = counts.total()
    numbers = [number_from_cell(text) for text in counts]
    if len(counts) < 2:
        return {}
    if _is_quantity(numbers, len(counts), total):
        return {"classes": 0}
    sizes = sorted(counts.values())
    facts: dict[str, Any] = {"classes": len(counts), "imbalance": sizes[-1] / sizes[0]}
    if len(counts) == 2:
        negative, positive = sorted(counts, key=_order)
        facts["negatives_per_positive"] = counts[negative] / counts[positive]
    return facts


def _is_quantity(numbers: Sequence[float | None], distinct: int, total: int) -> bool:
    """Whether labels are numbers to be predicted and no classes."""
    if distinct == 2:
        return False
    if any(number is None for number in numbers):
        return distinct > total / 2
    are_whole = all(number is not None and number.is_integer() for number in numbers)
    return not are_whole or distinct > _MAX_CLASSES or total < _MIN_ROWS_A_CLASS * distinct


def _plain_label(cell: str) -> str | None:
    """A label's text with 1 and 1.0 alike; None where it is missing."""
    number = number_from_cell(cell)
    if number is None:
        return cell.strip()
    return None if math.isnan(number) else f"{number:.12g}"


def _order(label: str) -> tuple[bool, float, str]:
    """Numbers in their order before texts in theirs, as the built-in algorithms number their classes."""
    number = number_from_cell(label)
    return (number is None, number or 0.0, label)


def _is_missing(cell: str) -> bool:
    return not cell or cell.isspace() or cell.strip().lower() in {"na", "nan", "null", "none", "?"}
