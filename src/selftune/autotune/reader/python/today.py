"""The values that a script's variables surely hold today, by which its conditions are decided.

A value is not sure where the code assigns to the variable, where several arguments share it, or where nobody gives one.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from selftune.autotune.reader.interface import Declaration, Form, Interface, plain
from selftune.autotune.reader.python.source import SourceProgram
from selftune.model.values import HyperparameterValue, value_from_text

_OWN = ("self", "cls")


def values_today(interface: Interface, program: SourceProgram) -> dict[str, HyperparameterValue]:
    """The value of each argument by the name under which the code reads it: the command's, else its default."""
    defaults = {d.dest: d.default for d in interface.declarations if d.default is not None}
    return {**defaults, **_given(interface, program)}


def sure_values(
    interface: Interface, program: SourceProgram, given: Mapping[str, HyperparameterValue]
) -> dict[str, HyperparameterValue]:
    """The values that decide conditions.

    Args:
        interface: What the program declares.
        program: Its source.
        given: Values by name that count in place of the command's.
    """
    replaced = {plain(name): value for name, value in given.items()}
    told = _given(interface, program)
    assigned = set(_assigned(program))
    found: dict[str, HyperparameterValue] = {}
    for dest, declarations in _by_dest(interface).items():
        if dest.rpartition(".")[2] in assigned:
            continue
        names = [plain(d.name) for d in declarations]
        held = {_unless_given(d) for d in declarations}
        value = next((replaced[name] for name in names if name in replaced), None)
        value = value if value is not None else told.get(dest)
        value = value if value is not None or len(held) > 1 else held.pop()
        if value is not None and all(d.form is not Form.LIST for d in declarations):
            found[dest] = value
    return found


def _by_dest(interface: Interface) -> Mapping[str, list[Declaration]]:
    found: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in interface.declarations:
        found[declaration.dest].append(declaration)
    return found


def _unless_given(found: Declaration) -> HyperparameterValue | None:
    """What the variable holds where nothing is given."""
    return found.held[0] if found.held is not None else found.default


def _given(interface: Interface, program: SourceProgram) -> dict[str, HyperparameterValue]:
    """What the command line gives, by the names of the variables."""
    given: dict[str, HyperparameterValue] = {}
    for word, following in _pairs(program.arguments):
        option, equals, text = word.partition("=")
        declared = interface.option(option) if option.startswith("-") else None
        if declared is None and equals:
            declared = next((d for d in interface.declarations if plain(d.name) == plain(option)), None)
        if declared is None:
            continue
        if declared.form is Form.VALUE:
            value = value_from_text(text if equals else following)
            given[declared.dest] = str(text if equals else following) if declared.declared_type == "str" else value
        elif declared.form is Form.SWITCH:
            value_held = declared.held[1] if declared.held is not None else True
            if value_held is not None:
                given[declared.dest] = value_held
        elif declared.form is Form.PAIR:
            given[declared.dest] = option not in declared.off_options
    return given


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(words, (*words[1:], ""), strict=False)


def _assigned(program: SourceProgram) -> Iterator[str]:
    """Names of attributes and items to which the code assigns: `args.distributed = True`, `cfg["lr"] = 0.1`."""
    for module in program:
        assigned: list[ast.expr] = [t for node in module.all(ast.Assign) for t in node.targets]
        assigned += [node.target for node in module.all(ast.AugAssign)]
        assigned += [node.target for node in module.all(ast.AnnAssign)]
        for target in (part for node in assigned for part in getattr(node, "elts", [node])):
            owner = getattr(target, "value", None)
            if isinstance(owner, ast.Name) and owner.id in _OWN:
                continue
            if isinstance(target, ast.Attribute):
                yield target.attr
            elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                yield str(target.slice.value)
