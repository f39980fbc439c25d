"""What botocore's service model says of each member, enforced with the service's own words.

botocore checks types and required members before it sends; bounds, patterns and enumerations are left to the service.
Everything is read from the model, so that nothing of it is written down here twice.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import regex
from botocore.model import ListShape, MapShape, Shape, StructureShape

from selftune.server.aws.errors import AwsError, serialization, validation

LONGEST_SHOWN = 256
PATTERN_SECONDS = 0.1
_LARGEST = sys.float_info.max
_SHORT = 256
"""Characters that no pattern of the model takes long for; to watch the clock costs milliseconds on a busy machine."""
_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}
_TYPE_NAMES = {"integer": "Integer", "long": "Long", "float": "Float", "double": "Double", "boolean": "Boolean"}


def check(value: Mapping[str, Any], shape: StructureShape) -> None:
    """Refuse an input that its shape does not allow.

    Args:
        value: The parsed JSON of a request.
        shape: The operation's input shape.

    Raises:
        AwsError: SerializationException for a wrong type, ValidationException for all broken constraints together.
    """
    problems = list(_problems(value, shape, ""))
    if problems:
        count = len(problems)
        raise validation(f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(problems)}")


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _of_structure(_typed(value, dict, "Structure", path), shape, path)
    elif isinstance(shape, ListShape):
        yield from _of_list(_typed(value, list, "List", path), shape, path)
    elif isinstance(shape, MapShape):
        yield from _of_map(_typed(value, dict, "Map", path), shape, path)
    else:
        yield from _of_scalar(value, shape, path)


def _of_structure(value: dict[str, Any], shape: StructureShape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_joined(path, _camel(name))}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _problems(value[name], member, _joined(path, _camel(name)))


def _of_list(value: list[Any], shape: ListShape, path: str) -> Iterator[str]:
    yield from _bounds(len(value), shape, path, _written(value), "length")
    if _is_container(shape.member):
        for number, item in enumerate(value, start=1):
            yield from _problems(item, shape.member, f"{path}.{number}.member")
        return
    broken = [_is_broken(item, shape.member, f"{path}.{number}.member") for number, item in enumerate(value, start=1)]
    if any(broken):
        yield _problem(_written(value), path, f"Member must satisfy constraint: {_all_constraints(shape.member)}")


def _of_map(value: dict[str, Any], shape: MapShape, path: str) -> Iterator[str]:
    """The service tells of a map that its keys or values are wrong, with all that they must satisfy."""
    yield from _bounds(len(value), shape, path, _written(value), "length")
    broken_keys = [_is_broken(key, shape.key, path) for key in value]
    if any(broken_keys):
        yield _problem(_written(value), path, f"Map keys must satisfy constraint: {_all_constraints(shape.key)}")
    if _is_container(shape.value):
        for key, item in value.items():
            yield from _problems(item, shape.value, f"{path}.{_shown(key)}.member")
        return
    broken = [_is_broken(item, shape.value, f"{path}.{_shown(key)}.member") for key, item in value.items()]
    if any(broken):
        yield _problem(_written(value), path, f"Map value must satisfy constraint: {_all_constraints(shape.value)}")


def _is_container(shape: Shape) -> bool:
    return isinstance(shape, StructureShape | ListShape | MapShape)


def _is_broken(value: Any, shape: Shape, path: str) -> bool:
    """Whether a value breaks a constraint. Raises for a wrong type, null too."""
    return bool(list(_of_scalar(value, shape, path)))


def _all_constraints(shape: Shape) -> str:
    """Everything that a member must satisfy, as the service lists it."""
    what = "length" if shape.type_name == "string" else "value"
    low, high, choices, pattern = (shape.metadata.get(name) for name in ("min", "max", "enum", "pattern"))
    told = [
        f"Member must have {what} less than or equal to {high}" if high is not None else None,
        f"Member must have {what} greater than or equal to {low}" if low is not None else None,
        f"Member must satisfy enum value set: [{', '.join(choices)}]" if choices else None,
        f"Member must satisfy regular expression pattern: {pattern}" if pattern else None,
    ]
    return f"[{', '.join(text for text in told if text is not None)}]"


def _written(value: list[Any] | dict[str, Any]) -> str:
    """A container as the service prints it: `[a, b]`, `{a=b}`. Of a map only the keys: values may be secrets."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}=...' for key in value)}}}"
    return f"[{', '.join(item if isinstance(item, str) else '...' for item in value)}]"


def _of_scalar(value: Any, shape: Shape, path: str) -> Iterator[str]:
    kind = shape.type_name
    if kind == "boolean":
        _typed(value, bool, _TYPE_NAMES[kind], path)
    elif kind in _NUMBERS:
        yield from _bounds(_number(value, kind, path), shape, path, str(value), "value")
    elif kind == "timestamp":
        _number(value, "double", path)
    elif kind == "string":
        yield from _of_text(_typed(value, str, "String", path), shape, path)


def _of_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    too_long = list(_bounds(len(value), shape, path, value, "length"))
    if too_long:  # the pattern of something that is too long may take for ever
        yield from too_long
        return
    choices = shape.metadata.get("enum")
    if choices and value not in choices:
        yield _problem(value, path, f"Member must satisfy enum value set: [{', '.join(choices)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield _problem(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _bounds(size: float, shape: Shape, path: str, shown: str, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _problem(shown, path, f"Member must have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield _problem(shown, path, f"Member must have {what} less than or equal to {high}")


def _problem(value: str, path: str, constraint: str) -> str:
    return f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: str) -> str:
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}..."


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    if compiled is None:
        return True
    if len(value) <= _SHORT:
        return compiled.fullmatch(value) is not None
    try:
        return compiled.fullmatch(value, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        return False


@functools.cache
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    """None for the few that only Java understands."""
    try:
        return regex.compile(pattern)
    except regex.error:
        return None


def _typed(value: Any, kind: type, name: str, path: str) -> Any:
    if isinstance(value, kind):
        return value
    raise _wrong_type(value, name, path)


def _number(value: Any, kind: str, path: str) -> float:
    is_whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        raise _wrong_type(value, _TYPE_NAMES[kind], path)
    if _NUMBERS[kind] is int and not (isinstance(value, int) or is_whole):
        raise _wrong_type(value, _TYPE_NAMES[kind], path)
    return value


def _wrong_type(value: Any, name: str, path: str) -> AwsError:
    names: dict[type, str] = {str: "STRING", bool: "BOOLEAN", int: "NUMBER", float: "NUMBER", list: "ARRAY"}
    given = names.get(type(value), "NULL" if value is None else "OBJECT")
    return serialization(f"{given}_VALUE cannot be converted to {name}" + (f" at '{path}'" if path else ""))


def _camel(name: str) -> str:
    """The service names members in its messages with a small first letter."""
    return name[:1].lower() + name[1:]


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
