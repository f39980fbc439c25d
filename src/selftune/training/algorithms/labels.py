"""Labels as the learning objective wants them: numbers in its range, or class numbers 0, 1, 2, ..."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from selftune.model.errors import UnreadableInput
from selftune.training.algorithms.table import Column, Table

_BINARY = ("binary:logistic", "binary:logitraw", "binary:hinge")
_MULTI = ("multi:softmax", "multi:softprob")
_NOT_HERE = {"rank:": "groups of rows", "survival:aft": "two bounds a label"}
_RANGES: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    "reg:logistic": ("from 0 to 1", lambda label: 0 <= label <= 1),
    "reg:squaredlogerror": ("above -1", lambda label: label > -1),
    "reg:gamma": ("above 0", lambda label: label > 0),
    "reg:tweedie": ("0 or above", lambda label: label >= 0),
    "count:poisson": ("0 or above", lambda label: label >= 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCode:
    """How a label's cell becomes the number that is learnt."""

    name: str
    objective: str
    classes: tuple[str, ...] | None
    """The texts of the classes, whose positions are their numbers; None for a regression."""
    class_count: int | None = None
    """`num_class` of a multi-class objective."""

    @property
    def is_classification(self) -> bool:
        return self.classes is not None


def learn_labels(table: Table, position: int, objective: str, class_count: int | None) -> LabelCode:
    """The code of the label column at `position`.

    Raises:
        UnreadableInput: text for a regression, a number that the objective does not accept, too many classes ...
    """
    column = table.columns[position]
    for prefix, needed in _NOT_HERE.items():
        if objective.startswith(prefix):
            raise UnreadableInput(
                f"The objective {objective} needs {needed}, which tables of this program do not carry.",
                hint="Use a regression or classification objective, or a script of your own.",
            )
    if objective in _BINARY:
        return LabelCode(name=column.name, objective=objective, classes=_two_classes(column, table, objective))
    if objective in _MULTI:
        classes = _several_classes(column, table, class_count)
        return LabelCode(
            name=column.name, objective=objective, classes=classes, class_count=class_count or len(classes)
        )
    return LabelCode(name=column.name, objective=objective, classes=None)


def encode_labels(table: Table, position: int, code: LabelCode) -> list[float]:
    """The label of each row as a number; NaN where it is missing.

    Raises:
        UnreadableInput: a text for a regression, a class that training has not seen, a number out of range.
    """
    column = table.columns[position]
    if code.classes is None:
        _check_numbers(column, table, code.objective)
        return list(column.numbers)
    numbers = {text: float(number) for number, text in enumerate(code.classes)}
    labels = [column.text(row) for row in range(table.row_count)]
    unseen = sorted({label for label in labels if label is not None and label not in numbers})
    if unseen:
        raise UnreadableInput(
            f"{table.source} has the class(es) {', '.join(unseen[:5])} in '{column.name}', which training has not.",
            hint=f"Classes of the training data: {', '.join(code.classes[:12])}.",
        )
    return [math.nan if label is None else numbers[label] for label in labels]


def _distinct(column: Column, row_count: int) -> tuple[str, ...]:
    """The distinct cells as text: numbers in their order before texts in theirs."""
    texts = {text for text in (column.text(row) for row in range(row_count)) if text is not None}
    strings = set(column.texts.values())
    return (*sorted(texts - strings, key=float), *sorted(strings))


def _two_classes(column: Column, table: Table, objective: str) -> tuple[str, ...]:
    classes = _distinct(column, table.row_count)
    if len(classes) == 2:
        return classes
    raise UnreadableInput(
        f"The objective {objective} needs a label of two classes, but '{column.name}' in {table.source} has "
        f"{len(classes)}: {', '.join(classes[:5])}{', ...' if len(classes) > 5 else ''}.",
        hint="Use multi:softprob for several classes, reg:squarederror for numbers, or name another label column.",
    )


def _several_classes(column: Column, table: Table, class_count: int | None) -> tuple[str, ...]:
    classes = _distinct(column, table.row_count)
    if class_count is not None and _are_numbers_below(classes, class_count):
        return tuple(str(number) for number in range(class_count))
    if class_count is not None and len(classes) > class_count:
        raise UnreadableInput(
            f"num_class is {class_count}, but '{column.name}' in {table.source} has {len(classes)} classes.",
            hint=f"Set num_class to {len(classes)}, or leave it out.",
        )
    if len(classes) < 2:
        raise UnreadableInput(
            f"The label '{column.name}' in {table.source} has only one class, so there is nothing to learn.",
            hint="Name another label column.",
        )
    return classes


def _are_numbers_below(classes: Sequence[str], count: int) -> bool:
    return all(text.isdigit() and int(text) < count for text in classes)


def _check_numbers(column: Column, table: Table, objective: str) -> None:
    if column.is_text:
        row, text = next(iter(column.texts.items()))
        raise UnreadableInput(
            f"The objective {objective} needs a number, but the label '{column.name}' in {table.source} holds "
            f"'{text}' (row {row + 1}).",
            hint="Use binary:logistic or multi:softprob for classes, or name another label column.",
        )
    wanted, is_valid = _RANGES.get(objective, ("finite", math.isfinite))
    wrong = next((x for x in column.numbers if not math.isnan(x) and not is_valid(x)), None)
    if wrong is not None:
        raise UnreadableInput(
            f"The objective {objective} needs labels {wanted}, but '{column.name}' in {table.source} holds {wrong:g}.",
            hint="Use reg:squarederror, or transform the label.",
        )
