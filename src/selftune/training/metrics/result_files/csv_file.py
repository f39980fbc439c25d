"""`metrics.csv` of Lightning, `log.csv` of Keras, `progress.csv` of Stable-Baselines3: a header and a row a step."""

from __future__ import annotations

import csv
from pathlib import Path

from selftune.training.metrics.numbers import number_from_text
from selftune.training.metrics.result_files.file_names import is_called_results
from selftune.training.metrics.result_files.json_file import record_points
from selftune.training.metrics.result_files.reading import FilePoint, FileRecogniser


def read(path: Path, is_growing: bool) -> list[FilePoint]:
    """The file's numbers under the names of their columns, row by row; an empty cell is no value.

    Raises:
        ValueError: it has no header.
    """
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    lines = text.splitlines(keepends=True)
    if is_growing and not text.endswith(("\n", "\r")):
        lines = lines[:-1]
    rows = csv.reader(lines, delimiter="\t" if path.suffix == ".tsv" else ",")
    header = [cell.strip() for cell in next(rows, [])]
    if not header or any(number_from_text(cell) is not None for cell in header):
        raise ValueError("no header")
    return [point for row in rows for point in record_points(_numbers(header, row))]


def _numbers(header: list[str], row: list[str]) -> list[tuple[str, float]]:
    cells = ((name, number_from_text(cell)) for name, cell in zip(header, row, strict=False))
    return [(name, value) for name, value in cells if name and value is not None]


CSV_FILE = FileRecogniser(
    name="CSV file",
    example="metrics.csv",
    takes=lambda name: is_called_results(name, (".csv", ".tsv")),
    read=read,
)
