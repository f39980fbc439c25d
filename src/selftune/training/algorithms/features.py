"""Tables as rows of numbers: text columns become codes, and the code book is kept for whoever uses the model."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selftune.model.errors import UnreadableInput
from selftune.training.algorithms.table import Column, Table, is_row_index

_MAX_DISTINCT_SHARE = 0.5
_MIN_DISTINCT_OF_IDENTIFIER = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureCode:
    """Which columns a model takes, in order, and the number of each text that it has seen."""

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    """By column: the texts, whose positions are their codes. A column that is not here is a number."""
    notes: tuple[str, ...] = ()
    """What was left out and why, for people."""

    @property
    def kinds(self) -> list[str]:
        """XGBoost's feature types: "c" for codes, "q" for numbers."""
        return ["c" if name in self.categories else "q" for name in self.names]


def learn_features(table: Table, label: int) -> FeatureCode:
    """The code of a training table's columns, the label's (at position `label`) aside.

    Raises:
        UnreadableInput: nothing but the label is there.
    """
    names: list[str] = []
    categories: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    for position, column in enumerate(table.columns):
        reason = _reason_to_leave_out(column, table) if position != label else ""
        if reason:
            notes.append(f"Column '{column.name}' is left out: {reason}.")
        elif position != label:
            names.append(column.name)
            if column.is_text:
                categories[column.name] = _distinct_texts(column)
    if not names:
        raise UnreadableInput(
            f"{table.source} has no column beside the label '{table.columns[label].name}'.",
            hint="Expected the label and at least one feature in each row.",
        )
    return FeatureCode(names=tuple(names), categories=categories, notes=tuple(notes))


def encode_features(table: Table, code: FeatureCode) -> list[array[float]]:
    """The table's rows as numbers, one array a row; a text that training has not seen is missing (NaN).

    Raises:
        UnreadableInput: a column that training had is not there.
    """
    by_name = {column.name: column for column in table.columns}
    absent = [name for name in code.names if name not in by_name]
    if absent and not table.is_sparse:
        raise UnreadableInput(
            f"{table.source} lacks the column(s) {', '.join(absent[:5])} of the training data.",
            hint=f"It has: {', '.join(table.names[:12])}.",
        )
    empty = array("d", [math.nan]) * table.row_count
    columns = [_encoded(by_name[name], code) if name in by_name else empty for name in code.names]
    return [array("d", row) for row in zip(*columns, strict=True)]


def _reason_to_leave_out(column: Column, table: Table) -> str:
    if table.has_header and is_row_index(column.name):
        return "it is the row index of a saved data frame"
    distinct = len(set(column.texts.values()))
    if distinct > max(_MIN_DISTINCT_OF_IDENTIFIER, _MAX_DISTINCT_SHARE * table.row_count):
        return f"it has {distinct} different texts in {table.row_count} rows, like an identifier"
    return ""


def _distinct_texts(column: Column) -> tuple[str, ...]:
    texts = (column.text(row) for row in range(len(column.numbers)))
    return tuple(sorted({text for text in texts if text is not None}))


def _encoded(column: Column, code: FeatureCode) -> Sequence[float]:
    if column.name not in code.categories:
        return column.numbers
    numbers = {text: float(position) for position, text in enumerate(code.categories[column.name])}
    texts = (column.text(row) for row in range(len(column.numbers)))
    return array("d", (math.nan if text is None else numbers.get(text, math.nan) for text in texts))
