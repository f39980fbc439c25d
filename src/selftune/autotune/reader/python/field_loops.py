"""Loops over the fields of a dataclass that declare one argument each."""

from __future__ import annotations

import ast
from typing import Any

from selftune.autotune.reader.interface import Declaration
from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.dataclass_fields import fields_of
from selftune.autotune.reader.python.source import SourceProgram

_VALUES = frozenset({"vars", "asdict"})
_FIELDS = "__dataclass_fields__"


def field_bindings(node: ast.For, program: SourceProgram) -> list[tuple[Declaration, dict[str, Any]]]:
    """The fields that a loop goes over, each with what its variables hold, by dotted name; empty for any other loop.

    Understands `fields(Config)`, `Config.__dataclass_fields__.values()` or `.items()`, `vars(Config()).items()` and
    `asdict(Config()).items()`.
    """
    call = node.iter
    if not isinstance(call, ast.Call):
        return []
    if _last(call.func) == "fields" and call.args:
        return _bound(node.target, call.args[0], program, is_value=False)
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(holder, ast.Attribute) and holder.attr == _FIELDS and _last(call.func) in ("values", "items"):
        return _bound(node.target, holder.value, program, is_value=False)
    if isinstance(holder, ast.Call) and _last(holder.func) in _VALUES and holder.args and _last(call.func) == "items":
        return _bound(node.target, holder.args[0], program, is_value=True)
    return []


def _bound(
    target: ast.AST, owner: ast.AST, program: SourceProgram, *, is_value: bool
) -> list[tuple[Declaration, dict[str, Any]]]:
    """The variables of `for field in ...` and `for name, value in ...`."""
    name = _last(owner.func if isinstance(owner, ast.Call) else owner)
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    variables = [dotted_name(part) or "" for part in parts]
    found = [d for d in fields_of(name, program) if "." not in d.dest] if len(variables) <= 2 else []
    return [(field, _names(variables, field, is_value=is_value)) for field in found]


def _names(variables: list[str], field: Declaration, *, is_value: bool) -> dict[str, Any]:
    known: dict[str, Any] = {variables[0]: field.dest} if len(variables) > 1 else {}
    last = variables[-1]
    if is_value:
        return {**known, last: field.default}
    known |= {f"{last}.name": field.dest, f"{last}.default": field.default}
    return {**known, f"{last}.type": field.declared_type} if field.declared_type else known


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return (dotted_name(node) or "").rpartition(".")[2]
