"""Arguments that are the parameters of functions: click, typer and fire."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form, Interface
from selftune.autotune.reader.python.annotations import AnnotatedType, read_annotation
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, dotted_name, fold, type_named
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram

_CLICK_TYPES = {
    "FLOAT": "float",
    "INT": "int",
    "BOOL": "bool",
    "STRING": "str",
    "FloatRange": "float",
    "IntRange": "int",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionInterface:
    """An interface whose arguments arrive as parameters."""

    interface: Interface
    parameters: Mapping[ast.AST, Mapping[str, str]]
    """By function: the `dest` of each parameter."""


def read_functions(program: SourceProgram) -> FunctionInterface | None:
    """What the program's click, typer or fire functions declare, or None where it has none."""
    for reader in (_click, _typer, _fire):
        found = reader(program)
        if found is not None:
            return found
    return None


def _collect(found: list[tuple[Function, list[Declaration]]], *, is_open: bool = False) -> FunctionInterface | None:
    declarations = [declaration for _, group in found for declaration in group]
    if not declarations:
        return None
    commands = frozenset(declaration.command for declaration in declarations if declaration.command is not None)
    return FunctionInterface(
        interface=Interface(declarations=tuple(declarations), commands=commands, is_open=is_open),
        parameters={function: {d.dest: d.dest for d in group} for function, group in found},
    )


def _functions(module: SourceModule) -> Iterator[Function]:
    yield from module.all(ast.FunctionDef)
    yield from module.all(ast.AsyncFunctionDef)


# click


def _click(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        for function in _functions(module):
            group = list(_click_declarations(function, module))
            if group:
                found.append((function, group))
    return _collect(found)


def _click_declarations(function: Function, module: SourceModule) -> Iterator[Declaration]:
    command = _command(function, module)
    position = 0
    for node in function.decorator_list:
        kind = module.qualified(dotted_name(node.func) or "") if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and kind.endswith((".option", "click.option")) and not kind.startswith("typer"):
            yield from _click_option(node, module, command)
        elif isinstance(node, ast.Call) and kind.endswith(".argument"):
            yield _click_argument(node, module, command, position)
            position += 1


def _command(function: Function, module: SourceModule) -> str | None:
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


# typer and fire


def _typer(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        if "typer" not in {name.split(".")[0] for name in module.imports.values()}:
            continue
        named = _called_with_function(module, ("typer.run",))
        commands = [f for f in _functions(module) if f.name in named or _command(f, module) is not None]
        for function in commands:
            command = _command(function, module) if len(commands) > 1 else None
            found.append((function, list(_parameters(function, module, command, has_pairs=True))))
    return _collect(found)


def _fire(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        named = _called_with_function(
            module, ("fire.Fire", "fire.core.Fire", "jsonargparse.CLI", "jsonargparse.auto_cli")
        )
        for function in _functions(module):
            if function.name in named:
                found.append((function, list(_parameters(function, module, None, has_pairs=False))))
    return _collect(found)


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
        choices=annotated.choices,
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
