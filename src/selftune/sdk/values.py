"""Hyperparameter values as Python users write them: numbers, texts that are numbers, NumPy's scalars, lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from selftune.model.errors import UsageError
from selftune.model.values import HyperparameterValue, value_from_text

LONGEST_SHOWN = 80
"""So many characters of a value that is not understood are repeated to its user."""


def plain(value: Any) -> Any:
    """NumPy's scalars and arrays of one, decimal numbers and fractions, as Python's numbers; all else as it is."""
    try:
        value = value.item() if hasattr(value, "item") else value
        is_exact = hasattr(value, "as_integer_ratio") and not isinstance(value, int | float)
        return float(value) if is_exact else value
    except (ValueError, RuntimeError, OverflowError):
        return value


def shown(value: Any) -> str:
    """A value as its user wrote it, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # A whole number of more digits than Python writes out.
        text = f"a {type(value).__name__}"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def hyperparameter_value(name: str, value: Any) -> HyperparameterValue:
    """A value as the model has it: "50" is the number 50, a list is its JSON text.

    Raises:
        UsageError: it is nothing that a command line could carry.
    """
    if isinstance(value, str):
        return value_from_text(value)
    if isinstance(value, bool | int | float):
        return value
    if hasattr(value, "item"):
        return hyperparameter_value(name, value.item())
    try:
        return json.dumps(value)
    except TypeError as error:
        raise UsageError(
            f"The hyperparameter {name} is a {type(value).__name__}, which a training command cannot take.",
            hint="Give a number, a text, a boolean, or a list or dict of these.",
        ) from error


def hyperparameter_values(values: Mapping[str, Any] | None) -> dict[str, HyperparameterValue]:
    """All hyperparameters of an estimator, in their order."""
    return {str(name): hyperparameter_value(str(name), value) for name, value in (values or {}).items()}
