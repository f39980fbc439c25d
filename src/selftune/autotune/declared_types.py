"""What a program's own parser takes: a value is believed over a declared type where the parser can be told another.

argparse turns the text of an argument into its type, but passes a default on as it is: `type=int, default=0.2` runs
with 0.2 and turns away any other fraction. So such a value is told as what it is: each training job runs a copy of the
script with another default.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.model.plan import ConfigFile
from selftune.model.ranges import CategoricalRange, ContinuousRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value
from selftune.training.config_formats.python_text import default_of, locate

_NOTHING = frozenset({"none", "null"})
_KINDS = {"int": "whole numbers", "float": "numbers"}
_LINE = re.compile(r".+:\d+\Z")


def takes(declared_type: str | None, value: HyperparameterValue) -> bool:
    """Whether a parser that declares a type ("int", "float", else any) can read a value's text."""
    text = text_from_value(value)
    if declared_type not in _KINDS or text.lower() in _NOTHING:
        return True
    try:
        int(text) if declared_type == "int" else float(text)
    except ValueError:
        return False
    return True


def kind_of(declared_type: str | None) -> str:
    """ "whole numbers" for "int": what a parser takes, for people."""
    return _KINDS.get(declared_type or "", "text")


def untaken(declared_type: str | None, given: Range) -> str | None:
    """What of a range a parser would turn away, as text; None where it takes all of it."""
    if isinstance(given, CategoricalRange):
        return next((text_from_value(value) for value in given.values if not takes(declared_type, value)), None)
    if declared_type == "int" and isinstance(given, ContinuousRange):
        return f"a number between {short_value(given.low)} and {short_value(given.high)}"
    return None


def contradiction(found: FoundHyperparameter) -> str:
    """Why no other value of its kind can be passed, to be read after its name; empty where one can.

    A configuration file is read without the parser, and what a program lists as choices is what it takes.
    """
    value = found.value
    is_fraction = is_number(value) and math.isfinite(float(value or 0)) and not float(value or 0).is_integer()
    if found.declared_type != "int" or not is_fraction or found.choices or found.is_in_file:
        return ""
    if not _LINE.match(found.declared_at) or value is None:
        return ""
    return (
        f"is {short_value(value)}, but {found.declared_at} declares it int, "
        "so that the program turns away every other fraction"
    )


def told_as_defaults(reading: ProgramReading, folder: Path) -> ProgramReading:
    """The reading with the values that only a default can have moved from the command line into the script's copy.

    Args:
        folder: The program's own.
    """
    moved = {found.name: place for found, place in _defaults(reading, folder)}
    if not moved:
        return reading
    parts = tuple(part for part in reading.template.parts if getattr(part, "name", None) not in moved)
    return replace(
        reading,
        template=replace(reading.template, parts=parts),
        hyperparameters=tuple(
            replace(found, declared_type="float", is_in_file=True) if found.name in moved else found
            for found in reading.hyperparameters
        ),
        config_files=(
            *reading.config_files,
            *(
                ConfigFile(path=path, format="python", keys=((name, default_of(option)),))
                for name, (path, option) in moved.items()
            ),
        ),
    )


def _defaults(reading: ProgramReading, folder: Path) -> Iterator[tuple[FoundHyperparameter, tuple[str, str]]]:
    """What contradicts its declared type, with (file, option) of a declaration that can be rewritten."""
    for found in reading.hyperparameters:
        path = found.declared_at.rpartition(":")[0]
        if found.is_listed or not contradiction(found) or not path.endswith(".py") or not (folder / path).is_file():
            continue
        places = _located(folder / path)
        option = f"--{found.name}"
        if default_of(option) in places and places[default_of(option)] == found.value:
            yield found, (path, option)


def _located(path: Path) -> dict[str, HyperparameterValue]:
    try:
        return {key: place.value for key, place in locate(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError):
        return {}
