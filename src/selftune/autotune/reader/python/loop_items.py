"""What a loop goes through, where its items stand in the code."""

from __future__ import annotations

import ast
from typing import Any

from selftune.autotune.reader.python.constants import UNKNOWN, Names, dotted_name, fold


def gone_through(node: ast.expr, names: Names) -> Any:
    """The items of what a `for` goes through, or UNKNOWN: a list, `dict(lr=0.1).items()`, `enumerate`, `zip`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
        owner = _mapping(node.func.value, names)
        return list(owner.items()) if isinstance(owner, dict) else UNKNOWN
    called = dotted_name(node.func) if isinstance(node, ast.Call) else None
    if isinstance(node, ast.Call) and called == "enumerate" and node.args:
        return _numbered(node, names)
    if isinstance(node, ast.Call) and called == "zip" and not node.keywords:
        columns = [gone_through(column, names) for column in node.args]
        return list(zip(*columns, strict=False)) if all(map(_is_listed, columns)) else UNKNOWN
    return _mapping(node, names)


def _numbered(node: ast.Call, names: Names) -> Any:
    items = gone_through(node.args[0], names)
    keyword = next((keyword.value for keyword in node.keywords if keyword.arg == "start"), None)
    start = fold(node.args[1] if len(node.args) > 1 else keyword, names)
    first = start if isinstance(start, int) else 0
    return list(enumerate(items, first)) if _is_listed(items) else UNKNOWN


def _is_listed(items: Any) -> bool:
    return isinstance(items, list | tuple | dict)


def _mapping(node: ast.expr, names: Names) -> Any:
    """What `node` is known to be, `dict(lr=0.1)` included."""
    is_made = isinstance(node, ast.Call) and dotted_name(node.func) == "dict" and not node.args
    if not is_made or not isinstance(node, ast.Call) or any(keyword.arg is None for keyword in node.keywords):
        return fold(node, names)
    return {keyword.arg: fold(keyword.value, names) for keyword in node.keywords}
