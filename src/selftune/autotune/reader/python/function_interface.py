"""What click, typer and fire have in common: arguments arrive as parameters of functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selftune.autotune.reader.interface import Declaration, Interface
from selftune.autotune.reader.python.constants import UNKNOWN, dotted_name, fold
from selftune.autotune.reader.python.source import Function, SourceModule


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionInterface:
    """An interface whose arguments arrive as parameters."""

    interface: Interface
    parameters: Mapping[ast.AST, Mapping[str, str]]
    """By function: the `dest` of each parameter."""


def collect(found: list[tuple[Function, list[Declaration]]], *, is_open: bool = False) -> FunctionInterface | None:
    declarations = [declaration for _, group in found for declaration in group]
    if not declarations:
        return None
    commands = frozenset(declaration.command for declaration in declarations if declaration.command is not None)
    return FunctionInterface(
        interface=Interface(declarations=tuple(declarations), commands=commands, is_open=is_open),
        parameters={function: {d.dest: d.dest for d in group} for function, group in found},
    )


def functions_of(module: SourceModule) -> Iterator[Function]:
    yield from module.all(ast.FunctionDef)
    yield from module.all(ast.AsyncFunctionDef)


def command_of(function: Function, module: SourceModule) -> str | None:
    """The subcommand that a function is, where it is registered with a group or an app of several."""
    for node in function.decorator_list:
        call = node if isinstance(node, ast.Call) else None
        name = dotted_name(call.func if call is not None else node) or ""
        owner, _, last = name.rpartition(".")
        if last != "command" or module.qualified(owner) in ("click", "rich_click"):
            continue
        given = fold(call.args[0], module.constants) if call is not None and call.args else UNKNOWN
        return given if isinstance(given, str) else function.name.replace("_", "-")
    return None
