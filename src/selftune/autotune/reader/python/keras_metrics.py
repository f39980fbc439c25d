"""Metrics that Keras prints: those of `compile`, of validation data too where `fit` is given some."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from selftune.autotune.reader.python.constants import dotted_name, fold
from selftune.autotune.reader.python.lines import Lines, stands_in
from selftune.autotune.reader.python.source import SourceModule, SourceProgram

_VALIDATION = ("validation_data", "validation_split")


def keras_metrics(call: ast.Call, module: SourceModule, *, is_validated: bool) -> Iterator[str]:
    """The names that `compile(metrics=["accuracy"])` makes Keras print, validation's first."""
    names = []
    for keyword in call.keywords:
        items = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else [keyword.value]
        names += [name for name in (_name(item, module) for item in items) if keyword.arg == "metrics" and name]
    ordered = [*names, "loss"]
    if is_validated:
        yield from (f"val_{name}" for name in ordered)
    yield from ordered


def keras_validates(program: SourceProgram, taken: Collection[Lines]) -> bool:
    """Whether a `fit` anywhere in the program is given validation data: the model is often compiled in another file.

    `taken` are the lines that run today because of what a condition says: one that leaves no data counts.
    """
    return any(
        keyword.arg in _VALIDATION and not _is_nothing(keyword.value, module, taken)
        for module in program
        for fit in module.calls_named(name for name in module.syntax.last_names() if name.startswith("fit"))
        if isinstance(fit.func, ast.Attribute)
        for keyword in fit.keywords
    )


def _is_nothing(node: ast.expr, module: SourceModule, taken: Collection[Lines]) -> bool:
    """Whether a value surely is None: written so, or by what was assigned last to its name."""
    if not isinstance(node, ast.Name):
        return _is_none(node)
    before = [value for line, value in module.assigned(node.id) if line < node.lineno]
    return bool(before) and _is_none(before[-1]) and stands_in(module.source(before[-1]), taken)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _name(node: ast.expr, module: SourceModule) -> str | None:
    known = fold(node, module.constants)
    if isinstance(known, str):
        return known
    if not isinstance(node, ast.Call):
        return None
    given = next((fold(k.value, module.constants) for k in node.keywords if k.arg == "name"), None)
    if isinstance(given, str):
        return given
    last = (dotted_name(node.func) or "").rsplit(".", 1)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", last).lower() or None
