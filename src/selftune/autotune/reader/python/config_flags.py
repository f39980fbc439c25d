"""Configurations in code that absl flags name: `config_flags.DEFINE_config_file("config", "configs/default.py")`.

The file's `get_config` is followed as far as it builds nested dictionaries; `--config.optim.lr=0.1` overrides one item.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, dotted_name, fold
from selftune.autotune.reader.python.module_files import module_path
from selftune.autotune.reader.python.source import (
    Function,
    SourceModule,
    SourceProgram,
    parse_leniently,
)

_BUILDS = frozenset({"ConfigDict", "FrozenConfigDict", "dict", "D"})
_ENTRY = "get_config"
_MAX_DEPTH = 6
_MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A value of a configuration, and where it stands."""

    value: Any
    source: str


_Dictionary = dict[str, Any]
"""Of leaves and dictionaries by key."""


def read_config_flags(program: SourceProgram) -> tuple[list[Declaration], bool]:
    """(what the configurations that the program's flags name declare item by item, whether it has such flags)."""
    found: list[Declaration] = []
    has_flags = False
    for module in program:
        for call in module.calls_of(("DEFINE_config_file", "DEFINE_config_dict")):
            kind = (dotted_name(call.func) or "").rpartition(".")[2]
            if kind not in ("DEFINE_config_file", "DEFINE_config_dict") or not call.args:
                continue
            has_flags = True
            name = fold(call.args[0], module.constants)
            if isinstance(name, str):
                built = (
                    _named_file(call, name, module, program)
                    if kind.endswith("file")
                    else _literal(call, module, program)
                )
                found += list(_declarations(built, f"{name}."))[:_MAX_ITEMS]
    return found, has_flags


def _named_file(call: ast.Call, name: str, module: SourceModule, program: SourceProgram) -> _Dictionary:
    """What `get_config` of the file returns that the command line names, else the flag's default."""
    default = next((k.value for k in call.keywords if k.arg == "default"), call.args[1] if len(call.args) > 1 else None)
    path = _given(program.arguments, name) or fold(default, module.constants)
    if not isinstance(path, str):
        return {}
    file = next((f for f in (program.folder / path, module.path.parent / path) if f.is_file()), None)
    config = parse_leniently(file, program.folder) if file is not None else None
    if config is None or _ENTRY not in config.functions:
        return {}
    built = _Builder(program.folder).run(config, config.functions[_ENTRY], 0)
    return built if isinstance(built, dict) else {}


def _given(arguments: tuple[str, ...], name: str) -> str | None:
    """The file in `--config=file.py` and `--config file.py`, without what stands behind a colon."""
    for index, word in enumerate(arguments):
        option, equals, text = word.lstrip("-").partition("=")
        if word.startswith("-") and option == name:
            value = text if equals else (arguments[index + 1] if index + 1 < len(arguments) else "")
            return value.partition(":")[0] or None
    return None


def _literal(call: ast.Call, module: SourceModule, program: SourceProgram) -> _Dictionary:
    """The dictionary that the flag is given itself."""
    if len(call.args) < 2:
        return {}
    builder = _Builder(program.folder)
    names: _Dictionary = {}
    builder.block(module, module.tree.body, names, 0)
    built = builder.value(module, call.args[1], names, 0)
    return built if isinstance(built, dict) else {}


def _declarations(built: _Dictionary, prefix: str) -> Iterator[Declaration]:
    for key, item in built.items():
        if isinstance(item, dict):
            yield from _declarations(item, f"{prefix}{key}.")
        elif isinstance(item, _Leaf):
            name = f"{prefix}{key}"
            yield Declaration(
                name=name,
                dest=name,
                source=item.source,
                options=(f"--{name}",),
                form=Form.LIST if isinstance(item.value, list | tuple | dict) else Form.VALUE,
                default=as_declared(item.value, None),
                true_text="true",
                false_text="false",
            )


@dataclass(slots=True)
class _Builder:
    """Follows functions that build configurations."""

    folder: Path
    _modules: dict[Path, SourceModule | None] = field(default_factory=dict)

    def run(self, module: SourceModule, function: Function, depth: int) -> Any:
        """What a function returns."""
        names: _Dictionary = {}
        self.block(module, function.body, names, depth)
        returned = [
            node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None
        ]
        return self.value(module, returned[-1], names, depth) if returned else UNKNOWN

    def block(self, module: SourceModule, body: list[ast.stmt], names: _Dictionary, depth: int) -> None:
        """Carry out the assignments of `body` on `names`."""
        for node in body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                built = self.value(module, node.value, names, depth)
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    _put(target, built, names)
            elif isinstance(node, ast.With | ast.AsyncWith):
                self.block(module, node.body, names, depth)
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                self._updated(module, node.value, names, depth)

    def value(self, module: SourceModule, node: ast.expr, names: _Dictionary, depth: int) -> Any:
        """A dictionary, a leaf, or UNKNOWN."""
        if isinstance(node, ast.Name | ast.Attribute):
            known = _at(node, names)
            if known is not None:
                return known
        if isinstance(node, ast.Dict):
            keys = [fold(key, module.constants) if key is not None else UNKNOWN for key in node.keys]
            pairs = zip(keys, node.values, strict=True)
            return {key: self.value(module, item, names, depth) for key, item in pairs if isinstance(key, str)}
        if isinstance(node, ast.Call):
            return self._called(module, node, names, depth)
        known = fold(node, module.constants)
        return UNKNOWN if known is UNKNOWN else _Leaf(known, module.source(node))

    def _called(self, module: SourceModule, call: ast.Call, names: _Dictionary, depth: int) -> Any:
        name = dotted_name(call.func) or ""
        last = name.rpartition(".")[2]
        if last in _BUILDS:
            built = self.value(module, call.args[0], names, depth) if call.args else {}
            given = {k.arg: self.value(module, k.value, names, depth) for k in call.keywords if k.arg is not None}
            return {**(built if isinstance(built, dict) else {}), **given}
        if last.startswith("placeholder") or last == "FieldReference":
            known = fold(call.args[0], module.constants) if call.args else UNKNOWN
            return _Leaf(None if known is UNKNOWN else known, module.source(call))
        place = self._function(module, name) if depth < _MAX_DEPTH else None
        if place is not None:
            return self.run(*place, depth + 1)
        known = fold(call, module.constants)
        return UNKNOWN if known is UNKNOWN else _Leaf(known, module.source(call))

    def _updated(self, module: SourceModule, call: ast.Call, names: _Dictionary, depth: int) -> None:
        """`config.update({...})`, `config.optim.update(lr=0.1)`."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("update", "setdefault"):
            return
        owner = _at(call.func.value, names)
        given = self._called(
            module, ast.Call(func=ast.Name(id="dict"), args=call.args, keywords=call.keywords), names, depth
        )
        if isinstance(owner, dict) and isinstance(given, dict):
            owner.update(given)

    def _function(self, module: SourceModule, name: str) -> tuple[SourceModule, Function] | None:
        """The function of this module, or of one beside it, that is called by `name`."""
        if name in module.functions:
            return module, module.functions[name]
        owner, _, last = module.qualified(name).lstrip(".").rpartition(".")
        roots = [module.path.parent, self.folder, self.folder / "src"]
        path = module_path(owner, roots) if owner else None
        if path is None:
            return None
        if path not in self._modules:
            self._modules[path] = parse_leniently(path, self.folder)
        other = self._modules[path]
        return (other, other.functions[last]) if other is not None and last in other.functions else None


def _put(target: ast.expr, built: Any, names: _Dictionary) -> None:
    """Assign to `config`, `config.optim.lr` or `config["lr"]`."""
    if isinstance(target, ast.Name):
        names[target.id] = built
        return
    key: Any = None
    if isinstance(target, ast.Attribute):
        key = target.attr
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        key = target.slice.value
    owner = _at(target.value, names) if isinstance(target, ast.Attribute | ast.Subscript) else None
    if isinstance(owner, dict) and isinstance(key, str):
        owner[key] = built


def _at(node: ast.AST, names: _Dictionary) -> Any:
    """What a name or a chain of attributes holds; None where that is not known."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    owner = _at(node.value, names) if isinstance(node, ast.Attribute) else None
    return owner.get(node.attr) if isinstance(owner, dict) and isinstance(node, ast.Attribute) else None
