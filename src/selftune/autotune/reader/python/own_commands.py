"""Which commands of an imported module are that file's own, for when it is itself started as a script."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram, is_main_guard


def is_own_script(function: Function, module: SourceModule, program: SourceProgram) -> bool:
    """Whether nothing of the program that runs uses `function`, which a module beside the script defines."""
    if module is program.main:
        return False
    return not _is_used_inside(function, module) and not any(
        _is_used_by(other, function.name, module, program) for other in program if other is not module
    )


def is_guarded(node: ast.expr, module: SourceModule, program: SourceProgram) -> bool:
    """Whether an expression runs only where the file of an imported module is itself the script."""
    return module is not program.main and any(node.lineno in lines for lines in _guarded(module))


def _guarded(module: SourceModule) -> Iterator[range]:
    """The lines of a module's main guards."""
    for node in module.tree.body:
        if is_main_guard(node):
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_used_inside(function: Function, module: SourceModule) -> bool:
    guarded = list(_guarded(module))
    named = (name.lineno for name in module.all(ast.Name) if name.id == function.name)
    return any(not any(line in lines for lines in guarded) for line in named)


def _is_used_by(other: SourceModule, name: str, owner: SourceModule, program: SourceProgram) -> bool:
    """Whether `other` imports the name from `owner`, or reads it there: `from owner import name`, `owner.name`."""
    whole = [qualified for qualified in other.imports.values() if qualified.endswith(f".{name}")]
    read = (dotted_name(node) for node in other.all(ast.Attribute) if node.attr == name)
    whole += [other.qualified(dotted) for dotted in read if dotted is not None]
    return any(program.named(qualified.rpartition(".")[0]) is owner for qualified in whole)
