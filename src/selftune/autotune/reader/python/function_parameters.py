"""The parameters of a function as arguments of a command line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form
from selftune.autotune.reader.python.annotations import AnnotatedType, read_annotation
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, dotted_name, fold
from selftune.autotune.reader.python.enumerations import enumerated
from selftune.autotune.reader.python.source import Function, SourceModule


def declared_parameters(
    function: Function, module: SourceModule, command: str | None, *, has_pairs: bool
) -> Iterator[Declaration]:
    """One declaration for each parameter of `function`, an instance's own left out.

    Args:
        function: A function whose parameters are arguments of a command line.
        module: Where it stands.
        command: The subcommand that it is.
        has_pairs: Whether a boolean is `--flag` and `--no-flag` (typer) and not `--flag True` (fire, jsonargparse).
    """
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
