"""Inputs of AWS operations, generated from botocore's model: valid ones, and ones with a single thing wrong.

For conformance: a server must answer each without a fault of its own. Needs hypothesis.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import strategies as st

Strategies = Mapping[str, st.SearchStrategy[Any]]
Leaf = tuple[tuple[str | int, ...], Shape]
"""Where a value lies in an input, and its shape."""

_DEEPEST = 6
_LONGEST_LIST = 3
_LONGEST_TEXT = 40
_LETTERS = "abcXYZ019-"


def valid_inputs(shape: StructureShape | None, given: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Inputs that satisfy every constraint of the model.

    Args:
        shape: An operation's input shape.
        given: Strategies by the name of a shape, in place of what would be made from the model.
    """
    return st.just({}) if shape is None else _of(shape, given, 0)


@st.composite
def invalid_inputs(draw: st.DrawFn, shape: StructureShape, given: Mapping[str, st.SearchStrategy[Any]]) -> Any:
    """Inputs in which one value breaks a constraint, has another type or is missing."""
    value = copy.deepcopy(draw(valid_inputs(shape, given)))
    leaves = _leaves(value, shape, ())
    if not leaves:
        return dict.fromkeys(shape.required_members) or {"Unknown": [1]}
    path, leaf = draw(st.sampled_from(leaves))
    _put(value, path, draw(_broken(leaf)))
    return value


def _of(shape: Shape, given: Mapping[str, st.SearchStrategy[Any]], depth: int) -> st.SearchStrategy[Any]:
    if shape.name in given:
        return given[shape.name]
    if isinstance(shape, StructureShape):
        return _structure(shape, given, depth)
    if isinstance(shape, ListShape):
        low, high = _sizes(shape, _LONGEST_LIST)
        return st.deferred(lambda: st.lists(_of(shape.member, given, depth + 1), min_size=low, max_size=high))
    if isinstance(shape, MapShape):
        low, high = _sizes(shape, _LONGEST_LIST)
        return st.dictionaries(
            _of(shape.key, given, depth + 1), _of(shape.value, given, depth + 1), min_size=low, max_size=high
        )
    return _scalar(shape)


def _structure(
    shape: StructureShape, given: Mapping[str, st.SearchStrategy[Any]], depth: int
) -> st.SearchStrategy[Any]:
    required = {name: member for name, member in shape.members.items() if name in shape.required_members}
    optional = {} if depth > _DEEPEST else {n: m for n, m in shape.members.items() if n not in required}
    return st.fixed_dictionaries(
        {name: _of(member, given, depth + 1) for name, member in required.items()},
        optional={name: _of(member, given, depth + 1) for name, member in optional.items()},
    )


def _scalar(shape: Shape) -> st.SearchStrategy[Any]:
    makers: Mapping[str, Callable[[Shape], st.SearchStrategy[Any]]] = {
        "string": _text,
        "integer": _integer,
        "long": _integer,
        "float": _real,
        "double": _real,
        "boolean": lambda _: st.booleans(),
        "timestamp": lambda _: st.integers(0, 2**31),
        "blob": lambda _: st.just("YQ=="),
    }
    return makers[shape.type_name](shape)


def _text(shape: Shape) -> st.SearchStrategy[str]:
    choices = shape.metadata.get("enum")
    if choices:
        return st.sampled_from(choices)
    low, high = _sizes(shape, _LONGEST_TEXT)
    plain = st.text(_LETTERS, min_size=low, max_size=high)
    pattern = shape.metadata.get("pattern")
    if not pattern:
        return plain
    try:
        compiled = re.compile(pattern)
    except re.error:
        return plain
    fits = st.from_regex(compiled, fullmatch=True, alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]))
    return st.one_of(plain, fits).filter(lambda text: low <= len(text) <= high and bool(compiled.fullmatch(text)))


def _integer(shape: Shape) -> st.SearchStrategy[int]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 2**31 - 1)
    return st.integers(int(low), int(high))


def _real(shape: Shape) -> st.SearchStrategy[float]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    return st.floats(low, high, allow_nan=False, allow_infinity=False, width=32)


def _sizes(shape: Shape, most: int) -> tuple[int, int]:
    low = int(shape.metadata.get("min", 0))
    return low, max(low, min(int(shape.metadata.get("max", most)), most))


def _broken(shape: Shape) -> st.SearchStrategy[Any]:
    """A value that a shape does not allow."""
    wrong: list[Any] = [None, {"x": 1}, [[]], 1e300, "\u0000", "../../x", "x" * 70_000, True, -1, 2**70, ""]
    metadata = shape.metadata
    if shape.type_name == "string":
        wrong += ["x" * (int(metadata["max"]) + 1)] if metadata.get("max", 10**6) < 10**5 else []
    elif shape.type_name in ("integer", "long"):
        wrong += [int(metadata[bound]) + step for bound, step in (("min", -1), ("max", 1)) if bound in metadata]
    elif isinstance(shape, ListShape):
        wrong += [["x"] * (int(metadata["max"]) + 1)] if "max" in metadata else []
    return st.sampled_from(wrong)


def _leaves(value: Any, shape: Shape, path: tuple[str | int, ...]) -> list[Leaf]:
    """Every place of an input, containers too."""
    found: list[Leaf] = [(path, shape)] if path else []
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in shape.members.items():
            if name in value:
                found += _leaves(value[name], member, (*path, name))
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for position, item in enumerate(value):
            found += _leaves(item, shape.member, (*path, position))
    return found


def _put(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new
