"""The values of expressions that can be known without running them."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from selftune.model.values import value_from_text


class _Unknown:
    """The value of an expression that only a run would tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = _Unknown()
Names = Mapping[str, Any]
"""Known values by (dotted) name."""

_MAX_TEXT = 10_000
_PADDING = re.compile(r"\d{4,}|\*")
"""A width in a format that could fill the memory."""
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_CONVERSIONS: dict[str, Callable[..., Any]] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "sorted": sorted,
    "dict": dict,
    "len": len,
    "min": min,
    "max": max,
    "Path": str,
    "pathlib.Path": str,
    "os.path.expanduser": str,
    "os.path.join": lambda *parts: "/".join(str(part) for part in parts),
}
_ENVIRONMENT = {"os.environ.get", "os.getenv", "environ.get", "getenv", "os.environ.setdefault"}
ENVIRONMENTS = ("os.environ", "environ")
_TEXT_METHODS = {"split", "lower", "upper", "strip", "format", "replace", "keys", "values", "join"}


def fold(node: ast.AST | None, names: Names) -> Any:
    """The value of `node` given known `names`, or UNKNOWN.

    A variable of the environment counts with its text among `names` (`variable_key`), else with the default that the
    code gives for it, since that is what a run without it would see.
    """
    if isinstance(node, ast.Constant):
        return node.value
    folder = _FOLDERS.get(type(node))
    try:
        return folder(node, names) if folder is not None else UNKNOWN
    except RecursionError:  # a sum of a thousand terms
        return UNKNOWN


def variable_key(name: str) -> str:
    """Under which the text of a variable of the environment stands among known names."""
    return f"${name}"


def dotted_name(node: ast.AST) -> str | None:
    """`a.b.c` as text for a chain of attributes of a name, otherwise None."""
    behind = ""
    while isinstance(node, ast.Attribute):
        behind = f".{node.attr}{behind}"
        node = node.value
    return node.id + behind if isinstance(node, ast.Name) else None


def scalar(value: Any) -> bool | int | float | str | None:
    """A folded value as a hyperparameter value: text of lists joined by blanks, None for anything else."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return " ".join(str(item) for item in value)
    return None


def _name(node: ast.AST, names: Names) -> Any:
    name = dotted_name(node)
    return names.get(name, UNKNOWN) if name is not None else UNKNOWN


def _binary(node: Any, names: Names) -> Any:
    left, right = fold(node.left, names), fold(node.right, names)
    action = _BINARY.get(type(node.op))
    if left is UNKNOWN or right is UNKNOWN or action is None or _is_too_large(node.op, left, right):
        return UNKNOWN
    try:
        return action(left, right)
    except (TypeError, ValueError, ArithmeticError, KeyError):
        return UNKNOWN


def _is_too_large(action: ast.operator, left: Any, right: Any) -> bool:
    """Powers, repetitions and paddings that would take long or fill the memory."""
    sides = (left, right)
    if isinstance(action, ast.Pow):
        return not all(isinstance(side, int | float) and abs(side) < 2**64 for side in sides) or abs(right) > 64
    if isinstance(action, ast.Mult):
        return not all(isinstance(side, int | float) and abs(side) < 2**512 for side in sides)
    if isinstance(action, ast.Mod) and isinstance(left, str):
        return _PADDING.search(left) is not None
    return False


def _unary(node: Any, names: Names) -> Any:
    value = fold(node.operand, names)
    action = _UNARY.get(type(node.op))
    if value is UNKNOWN or action is None:
        return UNKNOWN
    try:
        return action(value)
    except TypeError:
        return UNKNOWN


def _sequence(node: Any, names: Names) -> Any:
    items = [fold(item, names) for item in node.elts]
    if any(item is UNKNOWN for item in items):
        return UNKNOWN
    return items if isinstance(node, ast.List | ast.Set) else tuple(items)


def _mapping(node: Any, names: Names) -> Any:
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        known = fold(key, names) if key is not None else UNKNOWN
        if not isinstance(known, str | int | float):
            return UNKNOWN
        found[known] = fold(value, names)
    return found


def _text(node: Any, names: Names) -> Any:
    parts: list[str] = []
    for piece in node.values:
        value = fold(piece.value if isinstance(piece, ast.FormattedValue) else piece, names)
        if value is UNKNOWN:
            return UNKNOWN
        parts.append(str(value))
    return "".join(parts)


def _either(node: Any, names: Names) -> Any:
    """`a or b`: the first that counts as true; an unknown one leaves the literal that stands in for it."""
    known = [value for value in (fold(item, names) for item in node.values) if value is not UNKNOWN]
    if not known or not isinstance(node.op, ast.Or):
        return UNKNOWN
    return next((value for value in known if value), known[-1])


def _subscript(node: Any, names: Names) -> Any:
    container, key = fold(node.value, names), fold(node.slice, names)
    if isinstance(key, str) and dotted_name(node.value) in ENVIRONMENTS:
        return names.get(variable_key(key), UNKNOWN)
    if not isinstance(container, dict | list | tuple | str) or key is UNKNOWN:
        return UNKNOWN
    try:
        return container[key]
    except (LookupError, TypeError):
        return UNKNOWN


def _call(node: Any, names: Names) -> Any:
    name = dotted_name(node.func)
    if name in _ENVIRONMENT:
        variable = fold(node.args[0], names) if node.args else UNKNOWN
        if isinstance(variable, str) and variable_key(variable) in names:
            return names[variable_key(variable)]
        return fold(node.args[1], names) if len(node.args) > 1 else UNKNOWN
    arguments = [fold(argument, names) for argument in node.args]
    if any(argument is UNKNOWN for argument in arguments):
        return UNKNOWN
    try:
        if name in _CONVERSIONS and not node.keywords:
            return _CONVERSIONS[name](*arguments)
        return _method(node, arguments, names)
    except (TypeError, ValueError, LookupError, AttributeError):
        return UNKNOWN


def _method(node: Any, arguments: list[Any], names: Names) -> Any:
    """Methods of known texts and dictionaries that only rearrange them."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _TEXT_METHODS or node.keywords:
        return UNKNOWN
    owner = fold(node.func.value, names)
    if not isinstance(owner, str | dict) or len(str([owner, *arguments])) > _MAX_TEXT or _PADDING.search(str(owner)):
        return UNKNOWN
    result = getattr(owner, node.func.attr)(*arguments)
    return list(result) if node.func.attr in ("keys", "values") else result


_FOLDERS: dict[type[Any], Callable[[Any, Names], Any]] = {
    ast.Name: _name,
    ast.Attribute: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.JoinedStr: _text,
    ast.BoolOp: _either,
    ast.Subscript: _subscript,
    ast.Call: _call,
}

_TYPES = {"int": "int", "float": "float", "bool": "bool", "str": "str"}


def as_declared(value: Any, declared_type: str | None) -> bool | int | float | str | None:
    """A default as the program will see it: text is read by its type, a contradicting value is believed as it is."""
    plain = scalar(value)
    if isinstance(plain, str) and declared_type in ("int", "float", "bool"):
        return value_from_text(plain) if not isinstance(value, list | tuple) else plain
    if isinstance(plain, int) and not isinstance(plain, bool) and declared_type == "float":
        return float(plain)
    return plain


def type_named(name: str | None) -> str | None:
    """ "int", "float", "bool" or "str" for the name of a type or of a function that converts text."""
    if name is None:
        return None
    last = name.rsplit(".", 1)[-1]
    if last in _TYPES:
        return last
    lowered = last.lower()
    if "bool" in lowered:
        return "bool"
    for known in ("float", "int"):
        if lowered.startswith(known) or lowered.endswith((f"_{known}", f"2{known}", f"_{known}_type")):
            return known
    return "str" if last in ("Path", "expanduser", "abspath", "FileType") else None
