"""Inputs of AWS operations, generated from botocore's model: valid ones, and ones with a single thing wrong.

For conformance: a server must answer each without a fault of its own. Needs hypothesis.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from typing import Any

import regex
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import strategies as st

Strategies = Mapping[str, st.SearchStrategy[Any]]
"""By the name of a shape: what is drawn in place of what the model would give."""
Leaf = tuple[tuple[str | int, ...], Shape]
"""Where a value lies in an input, and its shape."""

_DEEPEST_OPTIONAL = 3
"""Below this level optional members are left out: a request with everything would be nothing that anybody sends."""
_LONGEST_LIST = 3
_LONGEST_TEXT = 40
_SIMPLE_LETTERS = "abcXYZ019"
_LETTERS = "abcXYZ019-_./:= é\u2028\U0001f600"
_EXAMPLES = (
    "a",
    "Job-1",
    "0.5",
    "8K",
    "fs-0123456789ab",
    "s3://bucket/key",
    "arn:aws:iam::000000000000:role/service",
    "arn:aws:sagemaker:us-east-1:000000000000:training-job/a",
    "arn:aws:sagemaker:us-east-1:000000000000:training-plan/plan-a",
    "arn:aws:sagemaker:us-east-1:000000000000:model-package/a/1",
    "arn:aws:sagemaker:us-east-1:000000000000:model-package-group/a",
    "arn:aws:sagemaker:us-east-1:000000000000:mlflow-tracking-server/a",
    "arn:aws:sagemaker:us-east-1:aws:hub-content/hub/Model/model/1.0.0",
    "arn:aws:sagemaker:us-east-1:aws:hub-content/hub/DataSet/data/1.0.0",
    "arn:aws:lambda:us-east-1:000000000000:function:a",
    "arn:aws:sagemaker:us-east-1:000000000000:artifact/a",
)
"""Texts of which one or another fits the patterns of names and addresses."""


def valid_inputs(shape: StructureShape | None, given: Strategies) -> st.SearchStrategy[Any]:
    """Inputs that satisfy every constraint of the model.

    Args:
        shape: An operation's input shape.
        given: Strategies by the name of a shape, in place of what would be made from the model.
    """
    return st.just({}) if shape is None else _of(shape, given, 0)


@st.composite
def invalid_inputs(draw: st.DrawFn, shape: StructureShape, inputs: st.SearchStrategy[Any]) -> Any:
    """`inputs`, in each of which one value breaks a constraint, has another type or is missing."""
    value = copy.deepcopy(draw(inputs))
    leaves = _leaves(value, shape, ())
    if not leaves:
        return dict.fromkeys(shape.required_members) or {"Unknown": [1]}
    path, leaf = draw(st.sampled_from(leaves))
    _put(value, path, draw(_broken(leaf)))
    return value


def _of(shape: Shape, given: Strategies, depth: int) -> st.SearchStrategy[Any]:
    if shape.name in given:
        return given[shape.name]
    if isinstance(shape, StructureShape):
        return _structure(shape, given, depth)
    if isinstance(shape, ListShape):
        low, high = _sizes(shape, _LONGEST_LIST)
        return st.lists(_of(shape.member, given, depth + 1), min_size=low, max_size=high)
    if isinstance(shape, MapShape):
        low, high = _sizes(shape, _LONGEST_LIST)
        key, value = _of(shape.key, given, depth + 1), _of(shape.value, given, depth + 1)
        return st.dictionaries(key, value, min_size=low, max_size=high)
    return _scalar(shape)


def _structure(shape: StructureShape, given: Strategies, depth: int) -> st.SearchStrategy[Any]:
    required = {name: member for name, member in shape.members.items() if name in shape.required_members}
    optional = {} if depth >= _DEEPEST_OPTIONAL else {n: m for n, m in shape.members.items() if n not in required}
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
    return _texts(shape.metadata.get("pattern"), low, high, int(shape.metadata.get("max", 10**6)))


@functools.cache
def _texts(pattern: str | None, low: int, high: int, longest: int) -> st.SearchStrategy[str]:
    """Texts of a pattern: made-up ones where any will do, otherwise examples and what can be put behind them."""
    free, simple = (st.text(letters, min_size=low, max_size=high) for letters in (_LETTERS, _SIMPLE_LETTERS))
    fits = _fitting(pattern, low, longest)
    examples = [text for text in (*_EXAMPLES, "", "a" * low) if fits(text)]
    if not examples:  # none of ours: let hypothesis make it
        return st.from_regex(pattern or "", fullmatch=True).filter(fits)
    candidates = st.one_of(free, simple, st.builds(str.__add__, st.sampled_from(examples), simple))
    return st.one_of(
        st.sampled_from(examples),
        st.builds(lambda text, example: text if fits(text) else example, candidates, st.sampled_from(examples)),
    )


def _fitting(pattern: str | None, low: int, longest: int) -> Callable[[str], bool]:
    try:
        compiled = regex.compile(pattern or r"[\s\S]*")
    except regex.error:  # only Java understands it
        compiled = regex.compile(r"[\s\S]*")
    return lambda text: low <= len(text) <= longest and compiled.fullmatch(text) is not None


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
    wrong: list[Any] = [None, {"x": 1}, [[]], 1e300, "\u0000", "../../x", "x" * 70_000, True, -1, 2**70, "", "\ud800"]
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
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for key, item in value.items():
            found += _leaves(item, shape.value, (*path, key))
    return found


def _put(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new
