"""Protocol JSON 1.1, as botocore's service model describes it: a body to an input, an output to a body.

A request names its operation in `X-Amz-Target: SageMaker.DescribeTrainingJob`; its body is the input as JSON. Unknown
members are dropped, as the service does; unknown operations are refused.
"""

from __future__ import annotations

import base64
import functools
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.loaders
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    OperationNotFoundError,
    ServiceModel,
    Shape,
    StructureShape,
)

from selftune.server.aws import constraints
from selftune.server.aws.errors import AwsError, serialization

CONTENT_TYPE = "application/x-amz-json-1.1"
DEEPEST = 60
"""Levels of nesting; the deepest input of the model has a dozen."""


@functools.cache
def service_model(service: str) -> ServiceModel:
    """botocore's own description of a service, such as "sagemaker" or "logs"."""
    loaded = botocore.loaders.Loader().load_service_model(service, "service-2")
    return ServiceModel(loaded, service_name=service)


@functools.cache
def operation_model(service: str, name: str) -> OperationModel:
    """The model of one operation.

    Raises:
        AwsError: UnknownOperationException.
    """
    try:
        return service_model(service).operation_model(name)
    except OperationNotFoundError:
        raise AwsError("UnknownOperationException", f"There is no operation '{name}'.") from None


def parsed(body: bytes, operation: OperationModel) -> dict[str, Any]:
    """The input of an operation, checked against every constraint of the model.

    Raises:
        AwsError: it is no JSON object, or not what the operation takes.
    """
    value = _json(body)
    if not isinstance(value, dict):
        raise serialization("The body of the request must be a JSON object.")
    shape = operation.input_shape
    if shape is None:
        return {}
    constraints.check(value, shape)
    return dict(_known(value, shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An output that is already a body."""

    body: bytes

    @classmethod
    def of(cls, output: Mapping[str, Any], operation: str, service: str = "sagemaker") -> Written:
        """An output of an operation."""
        return cls(body=serialized(output, operation_model(service, operation).output_shape))


def serialized(output: Mapping[str, Any] | Written, shape: StructureShape | None) -> bytes:
    """The body of an answer: the members that the output shape has, times as seconds since the epoch."""
    if isinstance(output, Written):
        return output.body
    return json.dumps(_renderer(shape)(output) if shape is not None else {}, separators=(",", ":")).encode()


def serialized_error(error: AwsError) -> bytes:
    """The body of a refusal; botocore reads code and message from it."""
    return json.dumps({"__type": error.code, "message": error.message, "Message": error.message}).encode()


def _json(body: bytes) -> Any:
    try:
        value = _DECODER.decode(body.decode("utf-8") or "{}")
        _check_text(body, value)
    except (UnicodeError, ValueError, RecursionError):
        raise serialization("The body of the request is not valid JSON in UTF-8.") from None
    if _depth(value) > DEEPEST:
        raise serialization(f"The body of the request is nested deeper than {DEEPEST} levels.")
    return value


def _check_text(body: bytes, value: Any) -> None:
    """Half of a character, which only an escape can hold, is none: nothing could store, print or pass it on.

    Raises:
        UnicodeEncodeError: there is one.
    """
    if b"\\ud" in body or b"\\uD" in body:
        json.dumps(value, ensure_ascii=False).encode("utf-8")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_once_each)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
    return depth


def _known(value: Any, shape: Shape) -> Any:
    """Without the members that the model does not know, and without nulls; times stay numbers."""
    if isinstance(shape, StructureShape):
        members = shape.members
        return {name: _known(value[name], member) for name, member in members.items() if value.get(name) is not None}
    if isinstance(shape, ListShape):
        return [_known(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: _known(item, shape.value) for key, item in value.items()}
    return int(value) if shape.type_name in ("integer", "long") else value


_Render = Callable[[Any], Any]


@functools.cache
def _renderer(shape: Shape) -> _Render:
    """How values of a shape are written; worked out once a shape, since Describe is asked for all the time."""
    if isinstance(shape, StructureShape):
        return _structure_renderer(shape)
    if isinstance(shape, ListShape):
        member = shape.member
        return lambda value: [_renderer(member)(item) for item in value]
    if isinstance(shape, MapShape):
        of_value = shape.value
        return lambda value: {str(key): _renderer(of_value)(item) for key, item in value.items()}
    if shape.type_name == "blob":
        return lambda value: base64.b64encode(value).decode()
    if shape.type_name in ("float", "double", "timestamp"):
        return lambda value: value if math.isfinite(value) else str(value)
    return lambda value: value


def _structure_renderer(shape: StructureShape) -> _Render:
    members = shape.members

    def render(value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: _renderer(members[name])(item) for name, item in value.items() if item is not None and name in members
        }

    return render
