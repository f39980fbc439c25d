"""Python: the literals that a script gives a name, so that each training job can run a copy with others.

A literal is called by the name that it is assigned to (`LR`, `Config.lr`, `main.lr`), the key and the name of its
dictionary (`params.max_depth`), the callable and the argument that it is given as (`XGBClassifier.max_depth`,
`Adam.1`), or the function and the parameter whose default it is (`train.lr`). The default of an argument of argparse is
called by its option (`default of --dropout`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from selftune.model.values import HyperparameterValue, is_number
from selftune.training.config_formats.located import Located, drop_ambiguous

DECLARING = frozenset(
    {"add_argument", "add_arg", "set_defaults", "option", "Option", "Argument", "argument", "field", "print"}
    | {f"DEFINE_{kind}" for kind in ("float", "integer", "string", "bool", "boolean", "enum")}
)
"""Callables whose literals are declarations of a command line, or texts for people."""
ARGUMENTS = frozenset({"add_argument", "add_arg"})
"""Those of argparse, which hands a default on as it is, whatever the declared type."""
_MAX_DEPTH = 60
"""Deeper nested code is passed over."""


def locate(text: str) -> dict[str, Located]:
    """The named literals of a script; those that share a name are left out.

    Raises ValueError where the script does not parse.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(str(error) or "it is nested too deeply") from error
    starts = _line_starts(text)
    found = [*named_literals(tree), *_declared_defaults(tree)]
    return drop_ambiguous([(name, _located(node, text, starts)) for name, node in found])


def default_of(option: str) -> str:
    """The name of the literal that is the default of an argument which the script declares to argparse."""
    return f"default of {option}"


def write(value: HyperparameterValue, _standing: str) -> str:
    """A scalar as Python."""
    return repr(value)


def named_literals(tree: ast.Module, calls: Iterable[ast.Call] | None = None) -> Iterator[tuple[str, ast.expr]]:
    """(name, expression) of each literal that has a name, in no particular order.

    `calls` are all calls outside of formatted texts, of which not every Python knows where they stand, as far as they
    are known already.
    """
    yield from _block(tree.body, "", 0)
    for call in calls if calls is not None else _calls_in(tree):
        yield from _arguments(call)


def literal_value(node: ast.expr | None) -> HyperparameterValue | None:
    """The scalar that an expression spells, a minus sign before it included; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, bool | int | float | str) else None
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if is_number(value):
            return -value
        case _:
            return None


def _block(body: list[ast.stmt], scope: str, depth: int) -> Iterator[tuple[str, ast.expr]]:
    for node in body if depth < _MAX_DEPTH else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{scope}{node.name}." if isinstance(node, ast.ClassDef) else f"{node.name}."
            yield from _parameters(node.args, inner) if not isinstance(node, ast.ClassDef) else ()
            yield from _block(node.body, inner, depth + 1)
        else:
            yield from _statement(node, scope, depth)


def _statement(node: ast.stmt, scope: str, depth: int) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        name = _target_name(targets[0]) if len(targets) == 1 and node.value is not None else None
        yield from _assigned(f"{scope}{name}", node.value) if name and node.value is not None else ()
        return
    for block in ("body", "orelse", "finalbody"):
        inner = getattr(node, block, None)
        yield from _block(inner, scope, depth + 1) if isinstance(inner, list) else ()
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from _block(part.body, scope, depth + 1)


def _target_name(target: ast.expr) -> str | None:
    """`lr`, `self.lr` and `params["lr"]` as names; None for anything else."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return target.attr if target.value.id == "self" else f"{target.value.id}.{target.attr}"
    key = literal_value(target.slice) if isinstance(target, ast.Subscript) else None
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and isinstance(key, str):
        return f"{target.value.id}.{key}"
    return None


def _assigned(name: str, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What stands on the right of an assignment: a literal, or a dictionary of them."""
    if literal_value(value) is not None:
        yield name, value
    elif isinstance(value, ast.Dict):
        yield from _items(value, f"{name}.")
    elif isinstance(value, ast.Call) and _callee(value) == "dict":
        for keyword in value.keywords:
            yield from _assigned(f"{name}.{keyword.arg}", keyword.value) if keyword.arg else ()


def _items(node: ast.Dict, prefix: str) -> Iterator[tuple[str, ast.expr]]:
    for key, value in zip(node.keys, node.values, strict=True):
        known = literal_value(key)
        yield from _assigned(f"{prefix}{known}", value) if isinstance(known, str) else ()


def _arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The literal arguments of a call."""
    name = _callee(call) if call.args or call.keywords else None
    if name is None or name == "dict" or name in DECLARING:
        return
    given = [*enumerate(call.args), *((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)]
    for key, value in given:
        if isinstance(value, ast.Dict):
            yield from _items(value, f"{name}.")
        elif literal_value(value) is not None:
            yield f"{name}.{key}", value


def _declared_defaults(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The literal defaults of arguments, under each of their options."""
    for call in _calls_in(tree):
        if _callee(call) not in ARGUMENTS:
            continue
        default = next(
            (k.value for k in call.keywords if k.arg == "default" and literal_value(k.value) is not None), None
        )
        options = [literal_value(argument) for argument in call.args]
        yield from ((default_of(o), default) for o in options if isinstance(o, str) and default is not None)


def _calls_in(tree: ast.Module) -> Iterator[ast.Call]:
    """All calls outside of formatted texts."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.JoinedStr):
            waiting += ast.iter_child_nodes(node)


def _callee(call: ast.Call) -> str | None:
    """The last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _parameters(arguments: ast.arguments, scope: str) -> Iterator[tuple[str, ast.expr]]:
    places = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [*zip(reversed(places), reversed(arguments.defaults), strict=False)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for parameter, default in pairs:
        if default is not None and literal_value(default) is not None:
            yield f"{scope}{parameter.arg}", default


def _line_starts(text: str) -> list[tuple[int, str]]:
    """(position, line) of each line as Python's parser counts them: a form feed ends none."""
    found: list[tuple[int, str]] = []
    position = 0
    for line in text.encode().splitlines(keepends=True):
        decoded = line.decode()
        found.append((position, decoded))
        position += len(decoded)
    return found


def _located(node: ast.expr, text: str, starts: list[tuple[int, str]]) -> Located:
    """`ast` counts bytes of UTF-8 within lines; texts are cut by characters."""
    value = literal_value(node)
    assert value is not None
    start = _position(node.lineno, node.col_offset, starts)
    end = _position(node.end_lineno or node.lineno, node.end_col_offset or 0, starts)
    assert text[start:end]
    return Located(value, start, end)


def _position(line: int, offset: int, starts: list[tuple[int, str]]) -> int:
    start, text = starts[line - 1]
    return start + (offset if text.isascii() else len(text.encode()[:offset].decode()))
