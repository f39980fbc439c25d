"""Arguments of a Hydra program: the keys of its YAML configuration, overridden as `key=value`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from selftune.autotune.reader.interface import AppendStyle, Declaration, Interface
from selftune.autotune.reader.python.constants import UNKNOWN, dotted_name, fold
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram
from selftune.model.errors import UsageError
from selftune.model.values import HyperparameterValue

_GROUP = re.compile(
    r"\s+-\s+(?:override\s+)?(?P<group>[\w/]+)(?:@(?P<package>[\w.]+))?\s*:\s*(?P<choice>[\w./-]+)\s*(?:#.*)?$"
)
_BASE = re.compile(r"\s+-\s+(?P<choice>[\w./-]+)\s*(?:#.*)?$")
_MAX_FILES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HydraProgram:
    """What a function under `@hydra.main` takes."""

    interface: Interface
    function: Function
    parameter: str
    """The name under which it gets the configuration."""


def read_hydra(program: SourceProgram) -> HydraProgram | None:
    """The keys of the configuration of the program's `@hydra.main` function, or None where it has none."""
    for module in program:
        for function in module.all(ast.FunctionDef):
            for decorator in function.decorator_list:
                found = _main(decorator, module)
                if found is not None and function.args.args:
                    interface = _interface(module, *found)
                    return HydraProgram(interface=interface, function=function, parameter=function.args.args[0].arg)
    return None


def _main(decorator: ast.expr, module: SourceModule) -> tuple[str, str] | None:
    """(path, name) of the configuration in `@hydra.main(config_path="conf", config_name="config")`."""
    if not isinstance(decorator, ast.Call) or module.qualified(dotted_name(decorator.func) or "") != "hydra.main":
        return None
    given = dict(zip(("config_path", "config_name"), decorator.args, strict=False))
    given.update({k.arg: k.value for k in decorator.keywords if k.arg is not None})
    path, name = (fold(given.get(key), module.constants) for key in ("config_path", "config_name"))
    return ("." if path is UNKNOWN or path is None else str(path)), ("config" if name is UNKNOWN else str(name))


def _interface(module: SourceModule, path: str, name: str) -> Interface:
    folder = module.path.parent / path
    declarations: dict[str, Declaration] = {}
    for file, package in _files(folder, name.removesuffix(".yaml")):
        for key, value in _values(file).items():
            whole = f"{package}.{key}" if package else key
            declarations[whole] = _declaration(whole, value, f"{Path(path) / file.relative_to(folder)}")
    return Interface(
        declarations=tuple(declarations.values()), is_open=not declarations, append_style=AppendStyle.OVERRIDE
    )


def _files(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """The files that make up a configuration with the package of their keys; what is read later wins."""
    root = folder / f"{name}.yaml"
    if not root.is_file():
        return
    for line in _defaults(root)[:_MAX_FILES]:
        group, base = _GROUP.match(line), _BASE.match(line)
        if group is not None:
            package = group["package"] or group["group"].replace("/", ".")
            chosen = folder / group["group"] / f"{group['choice']}.yaml"
            yield from [(chosen, "" if package == "_global_" else package)] if chosen.is_file() else []
        elif base is not None and base["choice"] != "_self_":
            chosen = folder / f"{base['choice']}.yaml"
            yield from [(chosen, "")] if chosen.is_file() else []
    yield root, ""


def _defaults(root: Path) -> list[str]:
    """The lines of the list `defaults:`."""
    found: list[str] = []
    is_inside = False
    for line in root.read_text(encoding="utf-8", errors="replace").splitlines():
        if line and not line[0].isspace() and not line.startswith(("-", "#")):
            is_inside = line.startswith("defaults:")
        elif is_inside and line.strip():
            found.append(line if line[0].isspace() else f" {line}")
    return found


def _values(file: Path) -> Mapping[str, HyperparameterValue]:
    from selftune.training.config_file import read_values  # only Hydra programs pay for it

    try:
        found = read_values(file.read_text(encoding="utf-8", errors="replace"), "yaml")
    except UsageError:
        return {}
    return {key: value for key, value in found.items() if not _is_plumbing(key)}


def _is_plumbing(key: str) -> bool:
    """Keys that belong to Hydra itself."""
    return key.startswith(("hydra.", "defaults")) or any(part.startswith("_") for part in key.split("."))


def _declaration(name: str, value: HyperparameterValue, source: str) -> Declaration:
    return Declaration(name=name, dest=name, source=source, default=value)
