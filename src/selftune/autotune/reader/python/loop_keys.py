"""The keys that a loop over a dictionary gives to its variable: `for k, v in evaluate(model).items()`."""

from __future__ import annotations

import ast

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram

_LISTING = frozenset({"items", "keys"})


def loop_keys(name: ast.Name, module: SourceModule, program: SourceProgram) -> list[str]:
    """The texts that a loop's variable takes where it is read at `name`; empty where nobody can tell."""
    loop = _loop_around(name, module)
    if loop is None:
        return []
    items = loop.iter
    if isinstance(items, ast.Call) and isinstance(items.func, ast.Attribute) and items.func.attr in _LISTING:
        items = items.func.value
    return list(dict.fromkeys(_keys(items, module, program)))


def _loop_around(name: ast.Name, module: SourceModule) -> ast.For | None:
    """The innermost loop around a name whose first variable it is."""
    found = None
    for loop in module.all(ast.For):
        first = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) and loop.target.elts else loop.target
        is_around = loop.lineno <= name.lineno <= (loop.end_lineno or loop.lineno)
        if is_around and isinstance(first, ast.Name) and first.id == name.id:
            found = loop
    return found


def _keys(node: ast.expr, module: SourceModule, program: SourceProgram) -> list[str]:
    """The keys of a dictionary: a literal, what was last assigned to a name, what a function of the program returns."""
    if isinstance(node, ast.Name):
        assigned = [value for line, value in module.assigned(node.id) if line < node.lineno]
        node = assigned[-1] if assigned else node
    if not isinstance(node, ast.Call):
        return _literal_keys(node)
    owner, _, called = module.qualified(dotted_name(node.func) or "").rpartition(".")
    home = program.named(owner) or module
    function = home.functions.get(called)
    return _returned_keys(function) if function is not None else []


def _returned_keys(function: Function) -> list[str]:
    """Keys of the dictionaries that a function returns, those of items that it adds included."""
    nodes = list(ast.walk(function))
    returned = {dotted_name(n.value) for n in nodes if isinstance(n, ast.Return) and n.value is not None} - {None}
    found = [key for n in nodes if isinstance(n, ast.Return) for key in _literal_keys(n.value)]
    for node in nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and dotted_name(target or node) in returned:
            found += _literal_keys(node.value)
        elif isinstance(target, ast.Subscript) and dotted_name(target.value) in returned:
            key = target.slice
            found += [key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []
    return found


def _literal_keys(node: ast.expr | None) -> list[str]:
    """The keys of a literal dictionary; none of anything else."""
    if not isinstance(node, ast.Dict):
        return []
    return [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
