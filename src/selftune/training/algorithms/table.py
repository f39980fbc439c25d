"""Tables from files: CSV with or without a header, libsvm, and Parquet where pandas is installed.

A column keeps its numbers in an array of 8-byte floats (NaN where a cell is missing or is text) and its texts by row,
so that a table of numbers costs 8 bytes a cell. Standard library only.
"""

from __future__ import annotations

import csv
import importlib
import itertools
import math
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from selftune.model.errors import UnknownName, UnreadableInput

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "nil", "?", "-"})
_BOOLEANS = {"true": 1.0, "false": 0.0}
_LIBSVM_LINE = re.compile(r"\s*[-+.\deE]+(\s+qid:\d+)?(\s+\d+:\S+)+\s*(#.*)?\Z")
_DELIMITERS = (",", ";", "\t", "|")
_MAX_LIBSVM_CELLS = 200_000_000


@dataclass(slots=True, kw_only=True)
class Column:
    """One column: numbers by position, and the text of each cell that is none."""

    name: str
    numbers: array[float] = field(default_factory=lambda: array("d"))
    texts: dict[int, str] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        return bool(self.texts)

    def append(self, cell: str) -> None:
        number = number_from_cell(cell)
        if number is None:
            self.texts[len(self.numbers)] = cell.strip()
            number = math.nan
        self.numbers.append(number)

    def text(self, row: int) -> str | None:
        """The cell as text (1.0 is "1"); None where it is missing."""
        if row in self.texts:
            return self.texts[row]
        number = self.numbers[row]
        return None if math.isnan(number) else f"{number:.12g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns of one length, read from the files of one channel."""

    source: str
    """For messages: a file or folder name."""
    columns: tuple[Column, ...]
    has_header: bool
    is_sparse: bool = False
    """True for libsvm: a column that is not there is a column of missing values."""

    @property
    def row_count(self) -> int:
        return len(self.columns[0].numbers) if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def number_from_cell(cell: str) -> float | None:
    """A cell as a number: NaN where it is missing, None where it is text."""
    try:
        return float(cell)
    except ValueError:
        plain = cell.strip().lower()
        return math.nan if plain in _MISSING else _BOOLEANS.get(plain)


def read_table(path: Path, *, target: str | None = None) -> Table:
    """All rows of a file, or of all files of a folder in the order of their names.

    A first row that holds the label's name `target` is a header; otherwise the cells tell.

    Raises:
        UnreadableInput: no file, no row, a row of another length, or a format that cannot be read.
    """
    files = data_files(path)
    if data_format(files[0]) == "libsvm":
        return _libsvm_table(files)
    rows = RowReader(files, target=target)
    columns = tuple(Column(name=name) for name in rows.names)
    appenders = [column.append for column in columns]
    for row in rows:
        for append, cell in zip(appenders, row, strict=True):
            append(cell)
    table = Table(source=files[0].name, columns=columns, has_header=rows.has_header)
    if table.row_count == 0:
        raise UnreadableInput(f"{files[0].name} holds no rows of data.", hint=f"It was read from {path}.")
    return table


def target_index(names: Sequence[str], has_header: bool, target: str | None, source: str) -> int:
    """Where the label stands: the column `target`, otherwise the first (SageMaker's convention), index columns aside.

    Raises:
        UnknownName: no such column; the message names the nearest.
    """
    if target is None:
        return next((index for index, name in enumerate(names) if not is_row_index(name)), 0)
    if target in names:
        return list(names).index(target)
    if not has_header and target.isdigit() and int(target) < len(names):
        return int(target)
    if has_header:
        raise UnknownName("column", target, names, where=source)
    raise UnreadableInput(
        f"{source} has no header, so there is no column '{target}'.",
        hint=f"Give the label's position, 0 to {len(names) - 1}, or add a header line.",
    )


def is_row_index(name: str) -> bool:
    """True for the unnamed column that a saved data frame's index leaves behind."""
    return name == "" or name.startswith("Unnamed: ")


def data_files(path: Path) -> list[Path]:
    """The files to read: `path` itself, or what its folder holds, hidden files aside.

    Raises:
        UnreadableInput: there is none.
    """
    if path.is_file():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "_")))
    if not found:
        raise UnreadableInput(f"No data file in {path}.", hint="Expected a CSV, libsvm or Parquet file there.")
    return found


class RowReader:
    """The rows of CSV or Parquet files as lists of cells, each as long as `names`; iterates once, lazily."""

    def __init__(self, files: Sequence[Path], *, target: str | None = None) -> None:
        self._rows = itertools.chain.from_iterable(_rows_of(file) for file in files)
        first = next(self._rows, None)
        if first is None:
            raise UnreadableInput(f"{files[0].name} is empty.", hint=f"It was read from {files[0]}.")
        self._place, cells = first
        self.has_header = _is_header(cells) or _holds_name(cells, target)
        self.names = [cell.strip() for cell in cells] if self.has_header else [str(i) for i in range(len(cells))]
        self._first = None if self.has_header else cells
        self._header = cells

    def __iter__(self) -> Iterator[list[str]]:
        if self._first is not None:
            yield self._first
        width = len(self.names)
        for place, cells in self._rows:
            if len(cells) != width:
                raise UnreadableInput(
                    f"{place} has {len(cells)} values, but {self._place} has {width}.",
                    hint="Each line needs the same number of values.",
                )
            if not (self.has_header and cells == self._header):
                yield cells


def _is_header(cells: Sequence[str]) -> bool:
    """A first row of names: no cell is a number, none but a leading one is blank, none comes twice."""
    named = cells[1:] if cells and not cells[0].strip() else cells
    return (
        bool(named)
        and all(cell.strip() and number_from_cell(cell) is None for cell in named)
        and len({cell.strip() for cell in named}) == len(named)
    )


def _holds_name(cells: Sequence[str], target: str | None) -> bool:
    return target is not None and number_from_cell(target) is None and target in [cell.strip() for cell in cells]


def data_format(file: Path) -> str:
    """ "parquet", "libsvm" or "csv", by the file's name, otherwise by its first line."""
    suffix = file.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return "parquet"
    if suffix in (".libsvm", ".svm", ".svmlight"):
        return "libsvm"
    return "libsvm" if _LIBSVM_LINE.match(_first_line(file)) else "csv"


def delimiter_of(file: Path) -> str:
    """What separates the cells of a CSV file: the likeliest sign of its first line."""
    return max(_DELIMITERS, key=_first_line(file).count)


def _first_line(file: Path) -> str:
    with file.open("rb") as stream:
        head = stream.read(65_536)
    if b"\0" in head:
        raise UnreadableInput(f"{file.name} is not a text file.", hint="Expected CSV, libsvm or Parquet.")
    lines = (line.strip() for line in head.decode("utf-8", "replace").splitlines())
    return next((line for line in lines if line), "")


def _rows_of(file: Path) -> Iterator[tuple[str, list[str]]]:
    """(place for messages, cells) of each row that is not blank."""
    if data_format(file) == "parquet":
        yield from _parquet_rows(file)
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter_of(file), skipinitialspace=True)
            for cells in reader:
                if cells:
                    yield f"{file.name}, line {reader.line_num},", cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableInput(f"{file.name} cannot be read as CSV: {error}.", hint="Save it as UTF-8 CSV.") from error


def _parquet_rows(file: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        frame = importlib.import_module("pandas").read_parquet(file)
    except ImportError as error:
        raise UnreadableInput(
            f"Reading {file.name} needs pandas and pyarrow, and one is not installed.",
            hint="pip install pandas pyarrow, or save the data as CSV.",
        ) from error
    yield f"{file.name}, header,", [str(name) for name in frame.columns]
    for number, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        yield f"{file.name}, row {number},", ["" if cell is None else str(cell) for cell in row]


def _libsvm_table(files: Sequence[Path]) -> Table:
    """Label first, then one column an index; what a line leaves out is missing, as XGBoost reads it."""
    labels: list[str] = []
    rows: list[dict[int, float]] = []
    for place, line in libsvm_lines(files):
        label, cells = _libsvm_row(place, line)
        labels.append(label)
        rows.append(cells)
    if not rows:
        raise UnreadableInput(f"{files[0].name} holds no rows of data.", hint=f"It was read from {files[0]}.")
    width = 1 + max((max(cells, default=-1) for cells in rows), default=-1)
    if width * len(rows) > _MAX_LIBSVM_CELLS:
        raise UnreadableInput(
            f"{files[0].name} is too wide: {len(rows)} rows by {width} columns.",
            hint=f"At most {_MAX_LIBSVM_CELLS:,} cells fit here; renumber the columns without gaps.",
        )
    label_column = Column(name="label")
    for label in labels:
        label_column.append(label)
    features = [
        Column(name=str(index), numbers=array("d", (cells.get(index, math.nan) for cells in rows)))
        for index in range(width)
    ]
    return Table(source=files[0].name, columns=(label_column, *features), has_header=False, is_sparse=True)


def libsvm_lines(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """(place for messages, text) of each line that is neither blank nor a comment."""
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as stream:
            for number, line in enumerate(stream, start=1):
                text = line.partition("#")[0].strip()
                if text:
                    yield f"{file.name}, line {number}", text


def _libsvm_row(place: str, line: str) -> tuple[str, dict[int, float]]:
    label, *pairs = line.split()
    try:
        cells = (pair.split(":", 1) for pair in pairs if not pair.startswith("qid:"))
        return label, {int(index): float(value) for index, value in cells}
    except ValueError as error:
        raise UnreadableInput(f"{place} is not 'label index:value ...': {line[:60]!r}.") from error
