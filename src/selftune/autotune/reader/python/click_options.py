"""Arguments declared by click's decorators."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, dotted_name, fold, type_named
from selftune.autotune.reader.python.function_interface import FunctionInterface, collect, command_of, functions_of
from selftune.autotune.reader.python.own_commands import is_own_script
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram

_CLICK_TYPES = {
    "FLOAT": "float",
    "INT": "int",
    "BOOL": "bool",
    "STRING": "str",
    "FloatRange": "float",
    "IntRange": "int",
}


_STANDALONE = frozenset({"click.command", "click.group", "rich_click.command", "rich_click.group"})


def read_click(program: SourceProgram) -> FunctionInterface | None:
    """What the program's click commands declare, or None where it has none.

    A command of an imported module that nothing but that module's own main guard uses is another script's.
    """
    found: list[tuple[Function, list[Declaration]]] = []
    others: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        for function in functions_of(module):
            group = list(_click_declarations(function, module))
            if group:
                is_other = _is_standalone(function, module) and is_own_script(function, module, program)
                (others if is_other else found).append((function, group))
    return collect(found or others)


def _is_standalone(function: Function, module: SourceModule) -> bool:
    """Whether a function is a command by itself, and not one of a group."""
    calls = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    return any(module.qualified(dotted_name(call) or "") in _STANDALONE for call in calls)


def _click_declarations(function: Function, module: SourceModule) -> Iterator[Declaration]:
    command = command_of(function, module)
    position = 0
    for node in function.decorator_list:
        kind = module.qualified(dotted_name(node.func) or "") if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and kind.endswith((".option", "click.option")) and not kind.startswith("typer"):
            yield from _click_option(node, module, command)
        elif isinstance(node, ast.Call) and kind.endswith(".argument"):
            yield _click_argument(node, module, command, position)
            position += 1


def _click_option(call: ast.Call, module: SourceModule, command: str | None) -> Iterator[Declaration]:
    words = [word for word in (fold(a, module.constants) for a in call.args) if isinstance(word, str)]
    spelled = [word for word in words if word.startswith("-")]
    if not spelled:
        return
    on = [word.partition("/")[0].strip() for word in spelled]
    off = [word.partition("/")[2].strip() for word in spelled if "/" in word]
    options = tuple(sorted((word for word in on if word), key=lambda word: (not word.startswith("--"), -len(word))))
    keywords = {k.arg: k.value for k in call.keywords if k.arg is not None}
    given = [word for word in words if not word.startswith("-")]
    dest = given[0] if given else options[0].lstrip("-").replace("-", "_").lower()
    yield _click_declaration(call, module, options, tuple(word for word in off if word), dest, keywords, command)


def _click_declaration(
    call: ast.Call,
    module: SourceModule,
    options: tuple[str, ...],
    off_options: tuple[str, ...],
    dest: str,
    keywords: dict[str, ast.expr],
    command: str | None,
) -> Declaration:
    names = module.constants
    declared_type, choices = _click_type(keywords.get("type"), names)
    default = fold(keywords["default"], names) if "default" in keywords else None
    is_flag = fold(keywords.get("is_flag"), names) is True
    form = Form.PAIR if off_options else Form.SWITCH if is_flag else Form.VALUE
    if any(name in keywords for name in ("multiple", "count")) or fold(keywords.get("nargs"), names) not in (
        UNKNOWN,
        1,
    ):
        form = Form.LIST
    explanation = fold(keywords.get("help"), names)
    return Declaration(
        name=options[0].lstrip("-"),
        dest=dest,
        source=module.source(call),
        options=options,
        off_options=off_options,
        form=form,
        default=False if form is Form.SWITCH else None if default is UNKNOWN else as_declared(default, declared_type),
        declared_type="bool" if form in (Form.SWITCH, Form.PAIR) else declared_type,
        choices=choices,
        help=explanation if isinstance(explanation, str) else "",
        is_required=fold(keywords.get("required"), names) is True,
        command=command,
        is_separate=not options[0].startswith("--"),
    )


def _click_type(node: ast.expr | None, names: Mapping[str, Any]) -> tuple[str | None, tuple[Any, ...] | None]:
    if node is None:
        return None, None
    name = dotted_name(node.func if isinstance(node, ast.Call) else node) or ""
    last = name.rsplit(".", 1)[-1]
    if last == "Choice" and isinstance(node, ast.Call) and node.args:
        choices = fold(node.args[0], names)
        return "str", tuple(choices) if isinstance(choices, list | tuple) and choices else None
    return _CLICK_TYPES.get(last) or type_named(name), None


def _click_argument(call: ast.Call, module: SourceModule, command: str | None, position: int) -> Declaration:
    keywords = {k.arg: k.value for k in call.keywords if k.arg is not None}
    word = fold(call.args[0], module.constants) if call.args else f"arg{position + 1}"
    declared_type, choices = _click_type(keywords.get("type"), module.constants)
    nargs = fold(keywords.get("nargs"), module.constants)
    default = fold(keywords["default"], module.constants) if "default" in keywords else None
    return Declaration(
        name=str(word),
        dest=str(word).lower().replace("-", "_"),
        source=module.source(call),
        form=Form.LIST if nargs not in (UNKNOWN, 1) else Form.VALUE,
        default=None if default is UNKNOWN else as_declared(default, declared_type),
        declared_type=declared_type,
        choices=choices,
        is_required="default" not in keywords,
        position=position,
        command=command,
    )
