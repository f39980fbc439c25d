"""What a training job learns from: its channels as rows of numbers, for training and for validation."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from selftune.model.errors import UnreadableInput
from selftune.training.algorithms.features import FeatureCode, encode_features, learn_features
from selftune.training.algorithms.labels import LabelCode, encode_labels, learn_labels
from selftune.training.algorithms.split import split_rows
from selftune.training.algorithms.table import Table, read_table, target_index
from selftune.training.algorithms.target import infer_objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Rows to learn from or to judge by."""

    rows: Sequence[array[float]]
    """One array of numbers a row; NaN where a value is missing."""
    labels: Sequence[float]

    def chosen(self, numbers: Sequence[int]) -> Examples:
        return Examples(rows=[self.rows[n] for n in numbers], labels=[self.labels[n] for n in numbers])


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Training and validation examples, with the codes by which they became numbers."""

    training: Examples
    validation: Examples
    labels: LabelCode
    features: FeatureCode
    notes: tuple[str, ...]
    """What was read, left out, inferred or split, for people."""


def load_data_set(
    train: Path, validation: Path | None, *, target: str | None, objective: str | None, class_count: int | None
) -> DataSet:
    """Read the channels; without a validation channel a fifth of the training rows is held out.

    Args:
        train: file or folder of the channel `train`.
        validation: the same of the channel `validation`, where there is one.
        target: name or position of the label column; None: the first.
        objective: XGBoost's learning objective; None: inferred from the label.
        class_count: `num_class`; None: counted.

    Raises:
        UnreadableInput, UnknownName: data that cannot be learnt from, and why.
    """
    table = read_table(train, target=target)
    position = target_index(table.names, table.has_header, target, table.source)
    notes: list[str] = []
    labels = _label_code(table, position, objective, class_count, notes)
    features = learn_features(table, position)
    notes.append(f"'{labels.name}' from {len(features.names)} columns and {table.row_count} rows of {table.source}.")
    notes.extend(features.notes)
    examples = _examples(table, position, labels, features, notes)
    if validation is None:
        training, judged = _held_out(examples, labels, notes)
    else:
        training, judged = (
            examples,
            _validation(read_table(validation, target=target), position, labels, features, notes),
        )
    return DataSet(training=training, validation=judged, labels=labels, features=features, notes=tuple(notes))


def _label_code(
    table: Table, position: int, objective: str | None, class_count: int | None, notes: list[str]
) -> LabelCode:
    if objective is None:
        column = table.columns[position]
        inferred = infer_objective(column.text(row) or "" for row in range(table.row_count))
        objective = inferred.objective
        notes.append(f"Objective {objective}: {inferred.reason}.")
    return learn_labels(table, position, objective, class_count)


def _examples(table: Table, position: int, labels: LabelCode, features: FeatureCode, notes: list[str]) -> Examples:
    """The table's rows, those without a label aside."""
    encoded = Examples(rows=encode_features(table, features), labels=encode_labels(table, position, labels))
    kept = [number for number, label in enumerate(encoded.labels) if not math.isnan(label)]
    if len(kept) == len(encoded.labels):
        return _checked(encoded, table.source)
    notes.append(f"{len(encoded.labels) - len(kept)} rows of {table.source} have no label and are left out.")
    return _checked(encoded.chosen(kept), table.source)


def _validation(table: Table, position: int, labels: LabelCode, features: FeatureCode, notes: list[str]) -> Examples:
    own = target_index(table.names, True, labels.name, table.source) if table.has_header else position
    return _examples(table, own, labels, features, notes)


def _held_out(examples: Examples, labels: LabelCode, notes: list[str]) -> tuple[Examples, Examples]:
    training, validation = split_rows(examples.labels, is_classification=labels.is_classification)
    notes.append(
        f"There is no validation channel, so {len(validation)} of {len(examples.labels)} rows are held out, "
        "the same ones in each training job."
    )
    return examples.chosen(training), _checked(examples.chosen(validation), "The fifth held out for validation")


def _checked(examples: Examples, source: str) -> Examples:
    if not examples.rows:
        raise UnreadableInput(f"{source} has no row with a label.", hint="Give more rows, or another label column.")
    return examples
