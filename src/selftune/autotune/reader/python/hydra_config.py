"""Arguments of a Hydra program: the keys of its YAML configuration, overridden as `key=value`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from selftune.autotune.reader.interface import AppendStyle, Declaration, Form, Interface
from selftune.autotune.reader.python.constants import UNKNOWN, dotted_name, fold
from selftune.autotune.reader.python.dataclass_fields import fields_of
from selftune.autotune.reader.python.hydra_files import Composition, config_options
from selftune.autotune.reader.python.signatures import canonical
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram
from selftune.model.errors import UsageError
from selftune.model.values import HyperparameterValue

_MISSING = "???"
"""What Hydra asks the command line for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HydraProgram:
    """What a function under `@hydra.main` takes."""

    interface: Interface
    function: Function
    parameter: str
    """The name under which it gets the configuration."""
    flows: Mapping[str, tuple[str, ...]]
    """Arguments of the library's classes that the configuration names by `_target_`, by key."""
    parameters: Mapping[ast.AST, Mapping[str, str]]
    """Keys by the parameters of the program's own classes that it names so."""


def read_hydra(program: SourceProgram) -> HydraProgram | None:
    """The keys of the configuration of the program's `@hydra.main` function, or None where it has none."""
    for module in program:
        for function in module.all(ast.FunctionDef):
            for decorator in function.decorator_list:
                found = _main(decorator, module)
                if found is not None and function.args.args:
                    return _read(program, module, function, *found)
    return None


def _main(decorator: ast.expr, module: SourceModule) -> tuple[str, str] | None:
    """(path, name) of the configuration in `@hydra.main(config_path="conf", config_name="config")`."""
    if not isinstance(decorator, ast.Call) or module.qualified(dotted_name(decorator.func) or "") != "hydra.main":
        return None
    given = dict(zip(("config_path", "config_name"), decorator.args, strict=False))
    given.update({k.arg: k.value for k in decorator.keywords if k.arg is not None})
    path, name = (fold(given.get(key), module.constants) for key in ("config_path", "config_name"))
    folder = "." if path is UNKNOWN or path is None else str(path)
    if folder.endswith((".yaml", ".yml")) and name is UNKNOWN:  # as Hydra 0.11 has it
        whole = PurePosixPath(folder)
        return str(whole.parent), whole.name
    return folder, ("config" if name is UNKNOWN else str(name))


def _read(program: SourceProgram, module: SourceModule, function: Function, path: str, name: str) -> HydraProgram:
    """What the files of a configuration declare, and which arguments of which classes their keys are."""
    options = config_options(program.arguments)
    folder = module.path.parent / options.get("path", path)
    files = Composition(folder=folder, arguments=program.arguments).files(options.get("name", name))
    declarations: dict[str, Declaration] = {d.name: d for d in _structured(program, options.get("name", name))}
    flows: dict[str, tuple[str, ...]] = {}
    parameters: dict[ast.AST, Mapping[str, str]] = {}
    for file in files:
        values = _values(file.path)
        # groups of Hydra 0.11, whose primary file stands with its ending, have no package of their own
        prefix = f"{file.package}." if file.package and name == name.removesuffix(".yaml") else ""
        label = _label(file.path, program.folder)
        for key, value in values.items():
            if not _is_plumbing(key):
                declarations[prefix + key] = _declaration(prefix + key, value, label)
        for target, keys in _targets(values):
            made_by = _initialiser(program, target)
            if made_by is not None:
                parameters[made_by] = {key.rpartition(".")[2]: prefix + key for key in keys}
            else:
                flows.update({prefix + key: (f"{canonical(target)}.{key.rpartition('.')[2]}",) for key in keys})
    interface = Interface(
        declarations=tuple(declarations.values()), is_open=not declarations, append_style=AppendStyle.OVERRIDE
    )
    return HydraProgram(
        interface=interface,
        function=function,
        parameter=function.args.args[0].arg,
        flows=flows,
        parameters=parameters,
    )


def _label(path: Path, folder: Path) -> str:
    """A file for people: below the program's folder where it lies there."""
    whole, root = path.resolve(), folder.resolve()
    return str(whole.relative_to(root)) if whole.is_relative_to(root) else path.name


def _initialiser(program: SourceProgram, target: str) -> Function | None:
    """The function, or the `__init__` of the class, of the program that a target names."""
    owner, _, name = target.rpartition(".")
    module = program.with_module(owner)
    if module is None:
        return None
    cls = module.classes.get(name)
    if cls is None:
        return module.functions.get(name)
    return next((node for node in cls.body if isinstance(node, Function) and node.name == "__init__"), None)


def _structured(program: SourceProgram, name: str) -> list[Declaration]:
    """The fields of a dataclass that is stored as the configuration: `store(name="config", node=Config)`."""
    for module in program:
        for call in module.calls_named(["store"]):
            if not isinstance(call.func, ast.Attribute):
                continue
            given = {k.arg: k.value for k in call.keywords if k.arg is not None}
            node = given.get("node")
            if fold(given.get("name"), module.constants) == name and node is not None and "group" not in given:
                owner = dotted_name(node.func if isinstance(node, ast.Call) else node) or ""
                fields = fields_of(owner.rpartition(".")[2], program)
                return [replace(d, name=d.dest, options=(), off_options=(), form=_plain_form(d)) for d in fields]
    return []


def _plain_form(found: Declaration) -> Form:
    return Form.LIST if found.form is Form.LIST else Form.VALUE


def _targets(values: Mapping[str, HyperparameterValue]) -> Iterator[tuple[str, list[str]]]:
    """Each `_target_: torch.optim.Adam` with the keys that stand beside it."""
    for key, target in values.items():
        prefix, name, last = key.rpartition("_target_")
        if not name and isinstance(target, str) and key.endswith(".class") and "." in target:
            inside = f"{key.removesuffix('class')}params."  # as Hydra 0.11 has it
            yield target, [k for k in values if k.startswith(inside) and "." not in k.removeprefix(inside)]
        elif isinstance(target, str) and name and not last and prefix[-1:] in ("", "."):
            beside = [other for other in values if other.startswith(prefix) and "." not in other.removeprefix(prefix)]
            yield target, [other for other in beside if not other.removeprefix(prefix).startswith("_")]


def _values(file: Path) -> Mapping[str, HyperparameterValue]:
    from selftune.training.config_file import read_values  # only Hydra programs pay for it

    try:
        return read_values(file.read_text(encoding="utf-8", errors="replace"), "yaml")
    except UsageError:
        return {}


def _is_plumbing(key: str) -> bool:
    """Keys that belong to Hydra itself."""
    return key.startswith(("hydra.", "defaults")) or any(part.startswith("_") for part in key.split("."))


def _declaration(name: str, value: HyperparameterValue, source: str) -> Declaration:
    is_missing = value == _MISSING
    default = None if is_missing else value
    return Declaration(name=name, dest=name, source=source, default=default, is_required=is_missing)
