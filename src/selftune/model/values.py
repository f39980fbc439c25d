"""Hyperparameter values: what a training command takes, as text and as Python values.

A value is read by its text ("50" is an integer, "0.01" a number, "true" a boolean) and written back as the shortest
text that reads as the same value, so that a round trip through a command line changes nothing.
"""

from __future__ import annotations

import math
import re
import sys
from typing import TypeAlias

HyperparameterValue: TypeAlias = bool | int | float | str

_INTEGER = re.compile(r"[+-]?\d+(_\d+)*\Z")
_BOOLEANS = {"true": True, "false": False}


def value_from_text(text: str) -> HyperparameterValue:
    """Read a value by its text: boolean, integer, finite number, otherwise the text itself."""
    stripped = text.strip()
    if stripped.lower() in _BOOLEANS:
        return _BOOLEANS[stripped.lower()]
    if _INTEGER.match(stripped):
        return int(stripped)
    try:
        number = float(stripped)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def text_from_value(value: HyperparameterValue) -> str:
    """Write a value as the shortest text that reads back as the same value (True -> "true", 0.0001 -> "0.0001")."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_number(value: object) -> bool:
    """True for an int or a float, false for a boolean (which Python counts as an int)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite_number(value: object) -> bool:
    """True for a number that a float can hold: neither NaN nor infinite, nor a whole number of hundreds of digits."""
    return is_number(value) and -sys.float_info.max <= value <= sys.float_info.max  # type: ignore[operator]


def short_number(value: float, digits: int = 5) -> str:
    """A number for people: at most `digits` significant digits, no trailing zeros."""
    if isinstance(value, int):
        return str(value)
    return f"{value:.{digits}g}"


def short_value(value: HyperparameterValue) -> str:
    """A value for people: numbers with at most five significant digits, everything else as its text."""
    return short_number(value) if is_number(value) else text_from_value(value)  # type: ignore[arg-type]


def counted(count: int, noun: str) -> str:
    """A number of things for people: "1 training job", "20 training jobs"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
