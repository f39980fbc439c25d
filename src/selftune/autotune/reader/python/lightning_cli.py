"""Arguments of a LightningCLI: what the model and the data module take in `__init__`, and the trainer's defaults."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

from selftune.autotune.reader.interface import Declaration, Interface
from selftune.autotune.reader.python.constants import as_declared, dotted_name, fold
from selftune.autotune.reader.python.function_interface import FunctionInterface
from selftune.autotune.reader.python.function_parameters import declared_parameters
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram

_CLI = "LightningCLI"
_GROUPS = (("model_class", "model"), ("datamodule_class", "data"))
_COMMANDS = frozenset({"fit", "validate", "test", "predict"})
_TRAINS = "fit"
_MAX_BASES = 5
Owned = tuple[SourceModule, ast.ClassDef]


def read_lightning(program: SourceProgram) -> FunctionInterface | None:
    """What the program's LightningCLI takes, or None where it has none."""
    classes = {name: (module, cls) for module in reversed(list(program)) for name, cls in module.classes.items()}
    for module in program:
        for call in module.calls_of((_CLI, *classes)):
            if _is_cli(dotted_name(call.func), classes):
                return _interface(call, module, classes)
    return None


def _is_cli(name: str | None, classes: Mapping[str, Owned], depth: int = _MAX_BASES) -> bool:
    """Whether a name is LightningCLI or a class of the program below it."""
    last = (name or "").rpartition(".")[2]
    if last == _CLI:
        return True
    return (
        last in classes
        and depth > 0
        and any(_is_cli(dotted_name(b), classes, depth - 1) for b in classes[last][1].bases)
    )


def _interface(call: ast.Call, module: SourceModule, classes: Mapping[str, Owned]) -> FunctionInterface:
    given: dict[str, ast.expr] = dict(zip((name for name, _ in _GROUPS), call.args, strict=False))
    given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
    command = None if fold(given.get("run"), module.constants) is False else _TRAINS
    declarations: list[Declaration] = []
    parameters: dict[ast.AST, Mapping[str, str]] = {}
    for argument, group in _GROUPS:
        owner = classes.get((dotted_name(given[argument]) or "").rpartition(".")[2]) if argument in given else None
        found = _initialiser(owner, classes) if owner is not None else None
        if found is None:
            continue
        place, function = found
        taken = [_below(group, d, command) for d in declared_parameters(function, place, None, has_pairs=False)]
        declarations += taken
        parameters[function] = {d.dest.partition(".")[2]: d.dest for d in taken}
    declarations += _trainer(given.get("trainer_defaults"), module, command)
    return FunctionInterface(
        interface=Interface(declarations=tuple(declarations), commands=_COMMANDS if command else frozenset()),
        parameters=parameters,
    )


def _initialiser(
    owner: Owned, classes: Mapping[str, Owned], depth: int = _MAX_BASES
) -> tuple[SourceModule, Function] | None:
    """The `__init__` of a class of the program, or of the nearest class above it that has one."""
    module, cls = owner
    own = next((node for node in cls.body if isinstance(node, Function) and node.name == "__init__"), None)
    if own is not None:
        return module, own
    for base in cls.bases if depth else ():
        parent = classes.get((dotted_name(base) or "").rpartition(".")[2])
        found = _initialiser(parent, classes, depth - 1) if parent is not None and parent[1] is not cls else None
        if found is not None:
            return found
    return None


def _below(group: str, found: Declaration, command: str | None) -> Declaration:
    name = f"{group}.{found.dest}"
    return replace(found, name=name, dest=name, options=(f"--{name}",), position=None, command=command)


def _trainer(node: ast.expr | None, module: SourceModule, command: str | None) -> Iterator[Declaration]:
    """The scalars of `trainer_defaults={"max_epochs": 10}`."""
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    for key, item in pairs:
        word, value = fold(key, module.constants), fold(item, module.constants)
        if not isinstance(word, str) or not isinstance(value, bool | int | float | str):
            continue
        yield Declaration(
            name=f"trainer.{word}",
            dest=f"trainer.{word}",
            source=module.source(item),
            options=(f"--trainer.{word}",),
            default=as_declared(value, None),
            command=command,
            is_for_library=True,
        )
