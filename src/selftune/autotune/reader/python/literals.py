"""Numbers that stand in the code itself: found by name, followed like arguments, tuned only where the user asks."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from selftune.autotune.reader.interface import SourceLiteral
from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram
from selftune.autotune.reader.python.syntax import walk
from selftune.model.values import is_number
from selftune.training.config_formats.python_text import DECLARING, literal_value, named_literals

MAX_LITERALS = 150
"""A plan names no more numbers of the code; those first in the source count."""
_ORIGIN = "literal "
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def literal_origins(program: SourceProgram) -> dict[ast.AST, str]:
    """Names under which the numbers in the code are followed, by their expressions.

    Of the modules beside the script only constants count, and those of classes that have no functions; a name that
    occurs twice in a file is none.
    """
    found: dict[ast.AST, str] = {}
    for module in program:
        if not _is_rewritable(module):
            continue
        literals = _named(module)
        times = Counter(name for name, _ in literals)
        behaving = {name for name, cls in module.classes.items() if any(isinstance(n, Function) for n in cls.body)}
        constants = module.constants.keys() - _defaults_of_arguments(module)
        for name, node in literals:
            is_main = module is program.main
            is_wanted = name in constants and (is_main or name.partition(".")[0] not in behaving)
            is_wanted = is_wanted or (is_main and name not in module.constants)
            if times[name] == 1 and is_wanted and is_number(literal_value(node)):
                found[node] = f"{_ORIGIN}{module.label} {name}"
    return found


def read_literals(
    program: SourceProgram, origins: Mapping[ast.AST, str], paths: Mapping[str, tuple[str, ...]]
) -> tuple[SourceLiteral, ...]:
    """The numbers that are followed, in the order of the source.

    Args:
        program: The program.
        origins: The names under which they were followed.
        paths: By origin, the library arguments that it reaches.
    """
    labels = {module.label: module for module in program}
    found = list(_literals(labels, origins, paths))
    order = {label: index for index, label in enumerate(labels)}
    in_order = sorted(found, key=lambda literal: (order[literal.path], int(literal.source.rpartition(":")[2])))
    return tuple(in_order[:MAX_LITERALS])


def repeated_literals(program: SourceProgram) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, places) of the numbers of the script that share the last word of their names: `lr` of two optimizers."""
    module = program.main
    if not _is_rewritable(module):
        return ()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, node in _named(module):
        if is_number(literal_value(node)):
            found[name.rpartition(".")[2]].append(module.source(node))
    return tuple((name, tuple(places)) for name, places in found.items() if len(places) > 1 and not name.isdigit())


def _literals(
    labels: Mapping[str, SourceModule], origins: Mapping[ast.AST, str], paths: Mapping[str, tuple[str, ...]]
) -> Iterator[SourceLiteral]:
    for node, origin in origins.items():
        label, _, key = origin.removeprefix(_ORIGIN).rpartition(" ")
        module, value, flows = labels[label], literal_value(node), paths.get(origin, ())  # type: ignore[arg-type]
        name = key.rpartition(".")[2]
        if name.isdigit():  # an argument by position has the name of the parameter, where that is known
            callee = key.split(".")[-2]
            name = next((f.rpartition(".")[2] for f in flows if f.split(".")[-2:-1] == [callee]), "")
        if value is not None and name and (flows or key in module.constants):
            yield SourceLiteral(key=key, path=label, value=value, source=module.source(node), name=name, flows=flows)


def _named(module: SourceModule) -> Sequence[tuple[str, ast.expr]]:
    """(name, expression) of each literal of a module that has a name, read once."""
    if module.syntax.literals is None:
        module.syntax.literals = list(named_literals(module.tree, _calls_outside_of_texts(module)))
    return module.syntax.literals


def _calls_outside_of_texts(module: SourceModule) -> list[ast.Call]:
    inside = {id(part) for text in module.all(ast.JoinedStr) for part in walk(text)}
    return [call for call in module.all(ast.Call) if id(call) not in inside]


def _defaults_of_arguments(module: SourceModule) -> set[str]:
    """Names of constants that declare arguments: the arguments are tuned in their place."""
    calls = [c for c in module.calls_of(DECLARING) if (dotted_name(c.func) or "").rpartition(".")[2] in DECLARING]
    return {name for call in calls for part in walk(call) if (name := dotted_name(part)) is not None}


def _is_rewritable(module: SourceModule) -> bool:
    """Whether its text can be read and written again as UTF-8."""
    data = module.path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.startswith(_BYTE_ORDER_MARK)
