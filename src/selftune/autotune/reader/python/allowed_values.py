"""The values that the code takes at all: `if depth not in LAYERS: raise ValueError(depth)`."""

from __future__ import annotations

import ast
from typing import Any

from selftune.autotune.reader.python.constants import fold
from selftune.autotune.reader.python.source import SourceModule
from selftune.model.values import HyperparameterValue

_KINDS = (bool, int, float, str)


def refusal(node: ast.If | ast.Assert) -> ast.Compare | None:
    """The test for membership without which a statement ends the run."""
    wanted = ast.NotIn if isinstance(node, ast.If) else ast.In
    refuses = isinstance(node, ast.Assert) or isinstance(node.body[-1], ast.Raise)
    test = node.test
    is_plain = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], wanted)
    return test if refuses and is_plain and isinstance(test, ast.Compare) else None


def members(node: ast.expr, module: SourceModule) -> tuple[HyperparameterValue, ...]:
    """What a list or the keys of a table hold; empty where that is not known."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys":
        node = node.func.value
    known = fold(node, module.constants)
    if not isinstance(known, list | tuple | set | frozenset | dict):
        known = _keys(node, module)
    items = list(known)
    return tuple(items) if items and all(isinstance(item, _KINDS) for item in items) else ()


def _keys(node: ast.expr, module: SourceModule) -> list[Any]:
    """The keys of the one table that is assigned to a name, whatever its items are."""
    tables = [value for _, value in module.assigned(node.id)] if isinstance(node, ast.Name) else [node]
    if len(tables) != 1 or not isinstance(tables[0], ast.Dict):
        return []
    return [key.value if isinstance(key, ast.Constant) else None for key in tables[0].keys]
