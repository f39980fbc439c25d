"""Hyperparameters as the wire has them: text, which SDKs may have encoded as JSON once more."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from selftune.model.errors import InvalidRange
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import HyperparameterValue, value_from_text
from selftune.server.aws.sagemaker.words import FRAMEWORK_PREFIX, SCALES
from selftune.views.aws_document import OBJECTIVE_HYPERPARAMETER

_LOG_FROM_RATIO = 100.0
"""With ScalingType Auto, bounds above zero that lie so far apart are searched on a log scale."""


def decoded_text(text: str) -> str:
    """What a JSON-encoded string stands for (`"\\"gloo\\""` -> gloo); any other text as it is."""
    if text[:1] == '"' and text[-1:] == '"':
        try:
            value = json.loads(text)
        except ValueError:
            return text
        if isinstance(value, str):
            return value
    return text


def value_of(text: str) -> HyperparameterValue:
    """A value by its text: `"50"` is an integer, also where it came as a JSON string."""
    return value_from_text(decoded_text(text))


def as_spelled(texts: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """Texts in the spelling of a client: as it sent them where the value is the same, and as JSON where it encodes so.

    Args:
        texts: Values by name, as text.
        sent: What the client sent. One that encodes what is meant for the toolkit decodes all that it reads.
    """
    is_encoded = any(name.startswith(FRAMEWORK_PREFIX) and text.startswith('"') for name, text in sent.items())

    def spelled(name: str, text: str) -> str:
        if name in sent and value_of(sent[name]) == value_of(text):
            return sent[name]
        return json.dumps(text) if is_encoded and isinstance(value_of(text), str) else text

    return {name: spelled(name, text) for name, text in texts.items()}


def split(given: Mapping[str, str]) -> tuple[dict[str, HyperparameterValue], dict[str, str]]:
    """(the program's own hyperparameters, what is meant for the training toolkit)."""
    own = {
        name: value_of(text)
        for name, text in given.items()
        if not name.startswith(FRAMEWORK_PREFIX) and name != OBJECTIVE_HYPERPARAMETER
    }
    toolkit = {name: decoded_text(text) for name, text in given.items() if name.startswith(FRAMEWORK_PREFIX)}
    return own, toolkit


def ranges_of(parameter_ranges: Mapping[str, Any]) -> dict[str, Range]:
    """The ranges of a request by name; each is a wall.

    Raises:
        InvalidRange: a bound is no number, a name stands there twice, or the scale does not fit.
    """
    found: dict[str, Range] = {}
    readers = (
        ("ContinuousParameterRanges", _continuous),
        ("IntegerParameterRanges", _integer),
        ("CategoricalParameterRanges", _categorical),
    )
    for kind, read in readers:
        for given in parameter_ranges.get(kind, ()):
            name = given["Name"]
            if name in found:
                raise InvalidRange(f"The hyperparameter {name} has two ranges.", hint="Give one.")
            found[name] = _named(name, read, given)
    return found


def _named(name: str, read: Callable[[str, Mapping[str, Any]], Range], given: Mapping[str, Any]) -> Range:
    """A range, or what is wrong with it and whose it is."""
    try:
        return read(name, given)
    except InvalidRange as error:
        if name in error.message:
            raise
        raise InvalidRange(f"The range of {name} cannot be: {error.message}", hint=error.hint) from None


def _continuous(name: str, given: Mapping[str, Any]) -> Range:
    low, high = _bound(name, given["MinValue"]), _bound(name, given["MaxValue"])
    return ContinuousRange(low=low, high=high, scaling=_scaling(given, low, high))


def _integer(name: str, given: Mapping[str, Any]) -> Range:
    low, high = _bound(name, given["MinValue"]), _bound(name, given["MaxValue"])
    for bound in (low, high):
        if not bound.is_integer():
            raise InvalidRange(f"The bound {bound} of the integer range of {name} is no whole number.")
    return IntegerRange(low=int(low), high=int(high), scaling=_scaling(given, low, high))


def _categorical(name: str, given: Mapping[str, Any]) -> Range:
    del name
    return CategoricalRange(values=tuple(value_of(text) for text in given["Values"]))


def _bound(name: str, text: str) -> float:
    try:
        return float(decoded_text(text))
    except ValueError:
        raise InvalidRange(f"The bound '{text[:64]}' of the range of {name} is no number.") from None


def _scaling(given: Mapping[str, Any], low: float, high: float) -> ScalingType:
    named = given.get("ScalingType", "Auto")
    if named != "Auto":
        return SCALES[named]
    return ScalingType.LOG if low > 0 and high / low >= _LOG_FROM_RATIO else ScalingType.LINEAR
