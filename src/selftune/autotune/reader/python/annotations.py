"""Types of fields and parameters, read from their annotations."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from selftune.autotune.reader.python.constants import Names, dotted_name, fold
from selftune.model.values import HyperparameterValue

_WRAPPERS = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Suppress", "SuppressFixed", "Positional", "FlagConversionOff"}
)
_LISTS = frozenset({"List", "list", "Tuple", "tuple", "Sequence", "Set", "set", "Dict", "dict", "Iterable"})
_SCALARS = {"int": "int", "float": "float", "bool": "bool", "str": "str", "Path": "str"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedType:
    """What an annotation says."""

    declared_type: str | None = None
    is_list: bool = False
    choices: tuple[HyperparameterValue, ...] | None = None
    class_name: str | None = None
    """A class that is none of the plain types: a nested group, or an enumeration."""
    extras: tuple[ast.expr, ...] = ()
    """What stands beside the type in `Annotated`."""


def read_annotation(node: ast.expr | None, names: Names) -> AnnotatedType:
    """Read `int`, `float | None`, `Optional[float]`, `Literal["a", "b"]`, `Annotated[int, ...]`, `list[int]`."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return AnnotatedType()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _quoted(node.value, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _first_told([node.left, node.right], names)
    if isinstance(node, ast.Subscript):
        return _subscripted(node, names)
    name = (dotted_name(node) or "").rsplit(".", 1)[-1]
    if name in _LISTS:
        return AnnotatedType(is_list=True)
    if name in _SCALARS:
        return AnnotatedType(declared_type=_SCALARS[name])
    return AnnotatedType(class_name=name or None)


def _quoted(text: str, names: Names) -> AnnotatedType:
    try:
        return read_annotation(ast.parse(text, mode="eval").body, names)
    except SyntaxError:
        return AnnotatedType()


def _first_told(nodes: list[ast.expr], names: Names) -> AnnotatedType:
    told = [found for found in (read_annotation(node, names) for node in nodes) if found != AnnotatedType()]
    return told[0] if told else AnnotatedType()


def _subscripted(node: ast.Subscript, names: Names) -> AnnotatedType:
    name = (dotted_name(node.value) or "").rsplit(".", 1)[-1]
    inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        values = [fold(item, names) for item in inner]
        choices = tuple(value for value in values if isinstance(value, bool | int | float | str))
        kinds = {type(value).__name__ for value in choices}
        return AnnotatedType(declared_type=kinds.pop() if len(kinds) == 1 else None, choices=choices or None)
    if name in _LISTS:
        return AnnotatedType(is_list=True)
    if name == "Union":
        return _first_told(inner, names)
    if name in _WRAPPERS or name:
        found = read_annotation(inner[0], names)
        return AnnotatedType(
            declared_type=found.declared_type,
            is_list=found.is_list,
            choices=found.choices,
            class_name=found.class_name,
            extras=(*found.extras, *inner[1:]),
        )
    return AnnotatedType()
