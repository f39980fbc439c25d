"""The names by which a program may reach its arguments, however far its objects are followed."""

from __future__ import annotations

import ast

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram

_DECLARING = frozenset({"add_argument", "add_arg", "set_defaults", "option", "argument", "Option", "Argument"})


def mentioned_names(program: SourceProgram) -> frozenset[str]:
    """Names that are read as an attribute, stand in a text of their own, or are parameters that a function reads.

    Only a name outside of them is surely never read: an object that nobody could follow may hold any of the others.
    """
    found = (_attributes(module) | _texts(module) | _parameters(module) for module in program)
    return frozenset[str]().union(*found)


def _attributes(module: SourceModule) -> set[str]:
    """Attributes of anything but `self`, which is an object of the program's own."""
    return {
        node.attr
        for node in module.all(ast.Attribute)
        if isinstance(node.ctx, ast.Load) and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }


def _texts(module: SourceModule) -> set[str]:
    """Texts outside of declarations: `getattr(args, "lr")`, `config["lr"]`."""
    declaring = [call for call in module.calls_named(_DECLARING) if dotted_name(call.func) is not None]
    declared = {id(part) for call in declaring for part in ast.walk(call)}
    return {
        node.value
        for node in module.all(ast.Constant)
        if isinstance(node.value, str) and node.value.isidentifier() and id(node) not in declared
    }


def _parameters(module: SourceModule) -> set[str]:
    """Parameters that their function reads: `def train(lr): ...`, called as `train(**vars(args))`."""
    functions: list[Function] = [*module.all(ast.FunctionDef), *module.all(ast.AsyncFunctionDef)]
    found: set[str] = set()
    for function in functions:
        arguments = function.args
        names = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        parts = (part for part in ast.walk(function) if isinstance(part, ast.Name))
        found |= names & {part.id for part in parts if isinstance(part.ctx, ast.Load)}
    return found
