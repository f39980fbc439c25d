"""Frozen values to JSON and back.

The one encoder for what is stored or sent to a worker process: dataclasses become objects, tuples and sets lists, enums
their values. Where a field may hold one of several dataclasses, the object carries its class name under "kind".
Numbers that JSON lacks (NaN, infinities) travel as {"number": "nan"}.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumps(value: Any) -> str:
    """Any value of the model as compact JSON text."""
    return json.dumps(to_json(value), separators=(",", ":"), allow_nan=False)


def loads(hint: Any, text: str) -> Any:
    """Read text written by `dumps` as a value of the type `hint` (a class or a union of classes)."""
    return from_json(hint, json.loads(text))


def to_json(value: Any) -> Any:
    """A value of the model as JSON-ready lists, dicts and scalars."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"number": str(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if dataclasses.is_dataclass(value):
        fields = {name: to_json(getattr(value, name)) for name in _field_names(value.__class__)}
        return {"kind": type(value).__name__, **fields}
    if isinstance(value, frozenset | set):
        return sorted(to_json(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(hint: Any, data: Any) -> Any:
    """The inverse of `to_json` for a value of the type `hint`."""
    return _reader(hint)(data)


@functools.cache
def _field_names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


@functools.cache
def _reader(hint: Any) -> Any:
    """A function that reads JSON data as `hint`; built once a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return _read_scalar
    if origin in (Union, types.UnionType):
        return _union_reader(arguments)
    if origin in (tuple, list, frozenset):
        return _sequence_reader(origin, arguments)
    if origin is dict:
        read = _reader(arguments[1])
        return lambda data: {key: read(item) for key, item in data.items()}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    cls = origin or hint
    if dataclasses.is_dataclass(cls):
        return _dataclass_reader(cls, arguments)
    if hint is float:
        return lambda data: float(_read_scalar(data))
    return _read_scalar


def _read_scalar(data: Any) -> Any:
    if isinstance(data, dict) and data.keys() == {"number"}:
        return float(data["number"])
    return data


def _union_reader(arguments: tuple[Any, ...]) -> Any:
    classes = {(get_origin(a) or a).__name__: a for a in arguments if dataclasses.is_dataclass(get_origin(a) or a)}
    others = [a for a in arguments if a is not type(None) and not dataclasses.is_dataclass(get_origin(a) or a)]

    def read(data: Any) -> Any:
        if data is None:
            return None
        if isinstance(data, dict) and data.get("kind") in classes:
            return _reader(classes[data["kind"]])(data)
        return _reader(others[0])(data) if len(others) == 1 else _read_scalar(data)

    return read


def _sequence_reader(origin: type, arguments: tuple[Any, ...]) -> Any:
    if origin is tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):
        readers = [_reader(argument) for argument in arguments]
        return lambda data: tuple(read(item) for read, item in zip(readers, data, strict=True))
    read = _reader(arguments[0])
    return lambda data: origin(read(item) for item in data)


def _dataclass_reader(cls: Any, arguments: tuple[Any, ...]) -> Any:
    parameters = dict(zip(getattr(cls, "__parameters__", ()), arguments, strict=False))
    hints = {name: parameters.get(hint, hint) for name, hint in get_type_hints(cls).items()}
    readers: dict[str, Any] = {}

    def read(data: dict[str, Any]) -> Any:
        if data.get("kind") == cls.__name__:  # Written before the class had a field of this name.
            data = {name: value for name, value in data.items() if name != "kind"}
        for name in _field_names(cls):
            if name not in readers:
                readers[name] = _reader(hints[name])
        return cls(**{name: readers[name](data[name]) for name in readers if name in data})

    return read
