"""How far the arguments of a program's argparse parser are known: all of them, or only some."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import SourceModule, SourceProgram

_PARSER = "argparse.ArgumentParser"
_MAKERS = frozenset({"ArgumentParser", "add_argument_group", "add_mutually_exclusive_group"})
_READING = frozenset({"parse_args", "parse_intermixed_args"})
_LATE = frozenset({"add_subparsers", "parse_known_args", "parse_known_intermixed_args"})
"""Calls behind which more may be declared, or less is refused."""


def is_whole(program: SourceProgram) -> bool:
    """Whether the parser surely refuses what was not read: no parent, no library and no code unseen adds to it."""
    local = {name for module in program for name in (*module.functions, *module.classes)}
    return any(m.calls_of(_READING) for m in program) and all(_is_whole(module, local) for module in program)


def _is_whole(module: SourceModule, local: set[str]) -> bool:
    if module.calls_of(_LATE) or _reads_words_itself(module):
        return False
    made = module.calls_of(["ArgumentParser"])
    if any(module.qualified(dotted_name(call.func) or "") != _PARSER for call in made):
        return False
    if any(keyword.arg in (None, "parents", "fromfile_prefix_chars") for call in made for keyword in call.keywords):
        return False
    parsers = _parsers(module, local)
    return all(_owner_is_known(call, parsers, local) for call in module.calls_of(_READING)) and not any(
        name in parsers and _last(call) not in local for call in module.all(ast.Call) for name in _given(call)
    )


def _reads_words_itself(module: SourceModule) -> bool:
    named = "sys" in module.imports and any(
        node.attr == "argv" and dotted_name(node) == "sys.argv" for node in module.all(ast.Attribute)
    )
    return named or "sys.argv" in module.imports.values()


def _parsers(module: SourceModule, local: set[str]) -> set[str]:
    """The names of parsers and of their groups."""
    made = [node for node in module.all(ast.Assign) if isinstance(node.value, ast.Call)]
    kept = [node for node in made if isinstance(node.value, ast.Call) and _last(node.value) in _MAKERS | local]
    named = {name for node in kept for target in node.targets if (name := dotted_name(target)) is not None}
    adding = [call.func.value for call in module.calls_of(["add_argument"]) if isinstance(call.func, ast.Attribute)]
    return named | {name for owner in adding if (name := dotted_name(owner)) is not None}


def _owner_is_known(call: ast.Call, parsers: set[str], local: set[str]) -> bool:
    """Whether `X.parse_args()` reads the command line by a parser that the program itself has made."""
    if not isinstance(call.func, ast.Attribute):
        return _last(call) in local
    if isinstance(call.func.value, ast.Call):
        return _last(call.func.value) in _MAKERS | local
    return dotted_name(call.func.value) in parsers and not call.args


def _given(call: ast.Call) -> Iterator[str]:
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        name = dotted_name(value)
        if name is not None:
            yield name


def _last(call: ast.Call) -> str:
    return (dotted_name(call.func) or "").rpartition(".")[2]


def used_rest(program: SourceProgram) -> str:
    """Where the words that `parse_known_args` leaves over are kept and used further; empty where they are not."""
    for module in program:
        for node in module.all(ast.Assign):
            target = node.targets[0]
            is_known = isinstance(node.value, ast.Call) and _last(node.value) == "parse_known_args"
            if not is_known or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
                continue
            rest = target.elts[1]
            if isinstance(rest, ast.Name) and any(
                name.id == rest.id and isinstance(name.ctx, ast.Load) for name in module.all(ast.Name)
            ):
                return module.source(node)
    return ""
