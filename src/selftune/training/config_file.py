"""Hyperparameter values in configuration files: found by dotted key, changed in place.

Only the characters of the values change; comments, order and layout stay. What a reader does not surely understand is
left out: it can be neither tuned nor damaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selftune.model.errors import UnknownName, UnreadableInput
from selftune.model.values import HyperparameterValue
from selftune.training.config_formats.located import ConfigFormat, Located
from selftune.training.config_formats.registry import FORMATS


def read_values(text: str, format: str) -> dict[str, HyperparameterValue]:
    """The scalars of a configuration file by dotted key ("optimizer.lr"); items of lists are not among them.

    Args:
        format: "json", "yaml" or "toml".

    Raises:
        UnreadableInput: the text is not of this format.
        UnknownName: there is no such format.
    """
    return {key: place.value for key, place in _locate(text, format).items()}


def passed_over(text: str, format: str) -> list[tuple[int, str]]:
    """(line, what it says) of what may hold values and is left out, since it is not surely understood."""
    look = _format(format).passed_over
    return look(text) if look is not None else []


def rewrite(text: str, format: str, values: Mapping[str, HyperparameterValue]) -> str:
    """The text with other values at the given dotted keys.

    Raises:
        UnreadableInput: the text is not of this format.
        UnknownName: no such key, or no such format.
    """
    places = _locate(text, format)
    places.update(_added(text, _format(format), [key for key in values if key not in places]))
    written = text
    for key in sorted(values, key=lambda key: _known(key, places).start, reverse=True):
        place = places[key]
        new = place.before + _format(format).write(values[key], text[place.start : place.end])
        written = written[: place.start] + new + written[place.end :]
    return written


def _added(text: str, format: ConfigFormat, keys: Sequence[str]) -> dict[str, Located]:
    """Where values of keys that are not there can be added."""
    found = {key: format.place(text, key) for key in keys} if format.place is not None else {}
    return {key: place for key, place in found.items() if place is not None}


def _locate(text: str, format: str) -> dict[str, Located]:
    try:
        return _format(format).locate(text)
    except ValueError as error:
        raise UnreadableInput(
            f"This is not {format.upper()}: {error}.", hint="Mend the file, then try again."
        ) from error


def _format(name: str) -> ConfigFormat:
    if name not in FORMATS:
        raise UnknownName("configuration format", name, FORMATS)
    return FORMATS[name]


def _known(key: str, places: Mapping[str, Located]) -> Located:
    if key not in places:
        raise UnknownName("key", key, places, where="the configuration file")
    return places[key]
