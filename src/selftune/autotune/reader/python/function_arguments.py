"""Arguments that are the parameters of functions: typer and fire."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form
from selftune.autotune.reader.python.annotations import AnnotatedType, read_annotation
from selftune.autotune.reader.python.click_options import read_click
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, dotted_name, fold
from selftune.autotune.reader.python.enumerations import enumerated
from selftune.autotune.reader.python.function_interface import FunctionInterface, collect, command_of, functions_of
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram


def read_functions(program: SourceProgram) -> FunctionInterface | None:
    """What the program's click, typer or fire functions declare, or None where it has none."""
    for reader in (read_click, _typer, _fire):
        found = reader(program)
        if found is not None:
            return found
    return None


def _typer(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        if "typer" not in {name.split(".")[0] for name in module.imports.values()}:
            continue
        named = _called_with_function(module, ("typer.run",))
        commands = [f for f in functions_of(module) if f.name in named or command_of(f, module) is not None]
        for function in commands:
            command = command_of(function, module) if len(commands) > 1 else None
            found.append((function, list(_parameters(function, module, command, has_pairs=True))))
    return collect(found)


def _fire(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        named = _called_with_function(
            module, ("fire.Fire", "fire.core.Fire", "jsonargparse.CLI", "jsonargparse.auto_cli")
        )
        found += [
            (function, list(_parameters(function, module, None, has_pairs=False)))
            for function in functions_of(module)
            if function.name in named
        ]
    return collect(found)


def _called_with_function(module: SourceModule, callees: tuple[str, ...]) -> set[str]:
    """Names of the functions that are given to one of `callees`."""
    found: set[str] = set()
    for call in module.all(ast.Call):
        if module.qualified(dotted_name(call.func) or "") in callees and call.args:
            found.add(dotted_name(call.args[0]) or "")
    return found


def _parameters(
    function: Function, module: SourceModule, command: str | None, *, has_pairs: bool
) -> Iterator[Declaration]:
    arguments = function.args
    places = [*arguments.posonlyargs, *arguments.args]
    padding: list[ast.expr | None] = [None] * (len(places) - len(arguments.defaults))
    pairs = [*zip(places, [*padding, *arguments.defaults], strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    position = 0
    for parameter, default in pairs:
        if parameter.arg in ("self", "cls", "ctx"):
            continue
        found = _parameter(parameter, default, module, command, position, has_pairs=has_pairs)
        position += found.position is not None
        yield found


def _parameter(
    parameter: ast.arg,
    default: ast.expr | None,
    module: SourceModule,
    command: str | None,
    position: int,
    *,
    has_pairs: bool,
) -> Declaration:
    annotated = read_annotation(parameter.annotation, module.constants)
    call = _typer_call(default) or next(filter(None, map(_typer_call, annotated.extras)), None)
    value, spelled, explanation, is_argument = _typer_told(call, default, module)
    is_place = is_argument or (value is ... and not spelled and call is None)
    form = _parameter_form(annotated, value, has_pairs=has_pairs)
    joiner = "-" if has_pairs else "_"
    options = () if is_place else spelled or (f"--{parameter.arg.replace('_', joiner)}",)
    name = parameter.arg if is_place else max(options, key=len).lstrip("-")
    declared_type = annotated.declared_type or ("bool" if isinstance(value, bool) else None)
    return Declaration(
        name=name,
        dest=parameter.arg,
        source=module.source(parameter),
        options=tuple(
            dict.fromkeys([*options, *(f"--{o[2:].replace('_', '-')}" for o in options if o.startswith("--"))])
        ),
        off_options=tuple(f"--no-{o[2:]}" for o in options if o.startswith("--")) if form is Form.PAIR else (),
        form=form,
        default=None if value is ... or value is UNKNOWN else as_declared(value, declared_type),
        declared_type=declared_type,
        choices=annotated.choices or enumerated(module, annotated.class_name),
        help=explanation,
        is_required=value is ...,
        position=position if is_place else None,
        command=command,
        true_text="True",
        false_text="False",
    )


def _parameter_form(annotated: AnnotatedType, value: Any, *, has_pairs: bool) -> Form:
    if annotated.is_list or isinstance(value, list | tuple):
        return Form.LIST
    is_boolean = annotated.declared_type == "bool" or isinstance(value, bool)
    return Form.PAIR if is_boolean and has_pairs else Form.VALUE


def _typer_call(node: ast.expr | None) -> ast.Call | None:
    """`typer.Option(...)` or `typer.Argument(...)`."""
    if not isinstance(node, ast.Call):
        return None
    return node if (dotted_name(node.func) or "").rsplit(".", 1)[-1] in ("Option", "Argument") else None


def _typer_told(
    call: ast.Call | None, default: ast.expr | None, module: SourceModule
) -> tuple[Any, tuple[str, ...], str, bool]:
    """(default or `...`, option spellings, help, whether it is a position)."""
    if call is None:
        return (... if default is None else fold(default, module.constants)), (), "", False
    keywords = {k.arg: k.value for k in call.keywords if k.arg is not None}
    given = list(call.args)
    is_argument = (dotted_name(call.func) or "").endswith("Argument")
    words = [fold(node, module.constants) for node in given]
    spelled = tuple(word.partition("/")[0] for word in words if isinstance(word, str) and word.startswith("-"))
    explanation = fold(keywords.get("help"), module.constants)
    if default is call or default is None:
        first = words[0] if words and words[0] not in spelled else ...
        value = fold(keywords["default"], module.constants) if "default" in keywords else first
    else:
        value = fold(default, module.constants)
    return value, spelled, explanation if isinstance(explanation, str) else "", is_argument
