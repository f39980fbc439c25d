"""A unified diff that puts values where a program has them: a script's argparse defaults, a configuration file.

Defaults are found by `ast` positions: nothing is executed.
"""

from __future__ import annotations

import ast
import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selftune.model.command import Literal
from selftune.model.errors import UnreadableInput
from selftune.model.plan import Program
from selftune.model.values import HyperparameterValue
from selftune.training.config_file import rewrite

_NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The diff, and what it could not say."""

    diff: str
    """Empty where no default changes."""
    notes: tuple[str, ...]
    """For people: each value that is not in the diff, and why."""


def patchable_script(program: Program) -> str | None:
    """The Python script that the command runs, as the command names it; None where there is none."""
    if program.algorithm is not None or program.folder is None:
        return None
    words = [part.text for part in program.template.parts if isinstance(part, Literal)]
    return next((word for word in words if word.endswith(".py")), None)


def patch_defaults(source: str, path: str, values: Mapping[str, HyperparameterValue]) -> Patch:
    """The patch of the script at `path` (as the diff shall name it) that makes `values` its argparse defaults.

    Raises:
        UnreadableInput: the script does not parse.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise UnreadableInput(f"{path} line {error.lineno} does not parse: {error.msg}.") from None
    defaults = dict(_defaults(tree))
    edits: list[tuple[ast.expr, str]] = []
    notes: list[str] = []
    for name, value in values.items():
        default = defaults.get(_destination(name))
        if default is None:
            notes.append(f"{name}: {path} declares no argparse default for it; its best value is {value!r}.")
        elif _literal(default) is None:
            notes.append(
                f"{name}: its default in {path} line {default.lineno} is computed; its best value is {value!r}."
            )
        elif not _is_same(_literal(default), value):
            edits.append((default, _written(value)))
    return Patch(diff=_unified_diff(source, _edited(source, edits), path), notes=tuple(notes))


def patch_config(source: str, path: str, format: str, values: Mapping[str, HyperparameterValue]) -> Patch:
    """The patch of a configuration file that gives its dotted keys these values; comments and layout stay.

    Raises:
        UnreadableInput: the file is not of this format.
        UnknownName: it has no such key.
    """
    return Patch(diff=_unified_diff(source, rewrite(source, format, values), path), notes=())


def _defaults(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(destination, default) of each argument; what `set_defaults` says comes last, since it wins."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for call in calls:
        if _method(call) == "add_argument":
            name = _declared_name(call)
            expression = _keyword(call, "default")
            if name and expression is not None:
                yield name, expression
    for call in calls:
        if _method(call) == "set_defaults":
            for keyword in call.keywords:
                if keyword.arg is not None:
                    yield _destination(keyword.arg), keyword.value


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _declared_name(call: ast.Call) -> str:
    """The destination as argparse derives it: `dest`, else the first long option, else the first short one."""
    given = _literal(_keyword(call, "dest"))
    if isinstance(given, str):
        return _destination(given)
    names = [text for argument in call.args if isinstance(text := _literal(argument), str)]
    long_names = [name for name in names if name.startswith("--")]
    return _destination((long_names or names or [""])[0])


def _destination(name: str) -> str:
    return name.lstrip("-").replace("-", "_")


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _literal(expression: ast.expr | None) -> HyperparameterValue | None:
    """The value of a scalar literal, also behind a minus sign; None for anything that is computed."""
    match expression:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case _:
            return None


def _is_same(literal: HyperparameterValue | None, value: HyperparameterValue) -> bool:
    return literal == value and isinstance(literal, bool) == isinstance(value, bool)


def _edited(source: str, edits: list[tuple[ast.expr, str]]) -> str:
    """The source with each expression replaced, last first so that positions hold; `ast` counts UTF-8 bytes."""
    lines = source.encode().splitlines(keepends=True)
    for expression, text in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = expression.lineno - 1, (expression.end_lineno or expression.lineno) - 1
        before = lines[first][: expression.col_offset]
        after = lines[last][expression.end_col_offset or 0 :]
        lines[first : last + 1] = [before + text.encode() + after]
    return b"".join(lines).decode()


def _unified_diff(before: str, after: str, path: str) -> str:
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines as Python's parser counts them: a form feed or a line separator inside a string ends none."""
    return [line.decode() for line in text.encode().splitlines(keepends=True)]


def _written(value: HyperparameterValue) -> str:
    """The value as a Python literal, text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
