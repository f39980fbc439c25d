"""A script and the modules beside it that it imports, parsed once and indexed by kind of node."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selftune.autotune.reader.python.constants import UNKNOWN, dotted_name, fold, variable_key
from selftune.autotune.reader.python.module_files import MAX_PARENTS, holds, in_own_package, module_path, roots_of
from selftune.autotune.reader.python.syntax import Node, Syntax, last_name, parsed

MAX_MODULES = 40
MAX_BYTES = 200_000
"""Of all modules beside the script, those imported first counting first: a plan is a matter of tenths of a second."""

_ALL = "*"
_NO_ENVIRONMENT: Mapping[str, str] = {}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True, kw_only=True)
class SourceModule:
    """One parsed file."""

    path: Path
    label: str
    """For people: its path below the folder."""
    syntax: Syntax
    imports: Mapping[str, str]
    """Qualified name by the local name that an import gives it."""
    functions: Mapping[str, Function]
    """Top-level functions by name."""
    classes: Mapping[str, ast.ClassDef]
    stars: tuple[str, ...] = ()
    """Modules of which it takes all names: `from settings import *`."""
    constants: dict[str, Any] = field(default_factory=dict)
    """Values of module-level names that can be known, class attributes as `Class.name`."""

    @property
    def tree(self) -> ast.Module:
        return self.syntax.tree

    @property
    def nodes(self) -> Mapping[type[ast.AST], list[ast.AST]]:
        return self.syntax.nodes

    def all(self, kind: type[Node]) -> list[Node]:
        """All nodes of a class, in the order of the source."""
        return self.syntax.all(kind)

    def calls_named(self, names: Iterable[str]) -> list[ast.Call]:
        """The calls of anything whose last name, as it is written, is one of `names`, in the order of the source."""
        return self.syntax.calls_named(names)

    def calls_of(self, names: Iterable[str]) -> list[ast.Call]:
        """The calls by a dotted name whose last part is one of `names`, as it is written or imported, in order."""
        wanted = set(names)
        aliases = {local for local, whole in self.imports.items() if whole.rpartition(".")[2] in wanted} - wanted
        return [
            call
            for call in self.calls_named(wanted | aliases)
            if dotted_name(call.func) is not None and (isinstance(call.func, ast.Name) or last_name(call) in wanted)
        ]

    def assigned(self, name: str) -> list[tuple[int, ast.expr]]:
        """(line, expression) of each assignment to `name`, in the order of the source."""
        return self.syntax.assigned(name)

    def source(self, node: ast.AST) -> str:
        return f"{self.label}:{getattr(node, 'lineno', 1)}"

    def qualified(self, name: str) -> str:
        """A dotted name as the imports of this file resolve it: `nn.Linear` -> `torch.nn.Linear`."""
        first, _, rest = name.partition(".")
        whole = self.imports.get(first, first)
        return f"{whole}.{rest}" if rest else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProgram:
    """The script (first) and the modules of its folder that it imports, by their dotted names."""

    main: SourceModule
    modules: dict[str, SourceModule]
    folder: Path
    """In which the program runs."""
    arguments: tuple[str, ...] = ()
    """The words behind the script on its command line, which may name a configuration to read."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of the run's environment that count in place of the code's defaults."""

    def __iter__(self) -> Iterator[SourceModule]:
        yield self.main
        yield from (module for module in self.modules.values() if module is not self.main)

    def named(self, name: str) -> SourceModule | None:
        """The module that a dotted name means, as an import writes it: also relative, or below a root of its own."""
        plain = name.lstrip(".")
        if not plain or plain in self.modules:
            return self.modules.get(plain)
        return next((module for known, module in self.modules.items() if known.endswith(f".{plain}")), None)

    def with_module(self, name: str) -> SourceModule | None:
        """The module `name` of the program, read now where only a configuration names it; None where it has none."""
        if name not in self.modules:
            path = module_path(name, self._wider_roots()) if name else None
            module = parse_leniently(path, self.folder, self.environment) if path is not None else None
            if module is None or len(self.modules) >= MAX_MODULES:
                return None
            self.modules[name] = module
        return self.modules[name]

    def _wider_roots(self) -> list[Path]:
        """Where a configuration's names begin: also at a folder above the script, such as the repository's root."""
        near = roots_of(self.main.path, self.folder)
        return list(dict.fromkeys([*near, *self.main.path.resolve().parents[1:MAX_PARENTS]]))


def read_program(
    script: Path, folder: Path, arguments: Sequence[str] = (), environment: Mapping[str, str] = _NO_ENVIRONMENT
) -> SourceProgram:
    """Parse `script` and, as far as they lie beside it or in `folder`, the modules that it imports.

    Raises SyntaxError (also for null bytes or an unknown encoding) where the script itself does not parse; a module
    that does not is left out.
    """
    main = _parse(script, folder, environment)
    modules: dict[str, SourceModule] = {}
    roots = roots_of(script, folder)
    holding: dict[str, list[Path]] = {}
    waiting, size = [main], 0
    while waiting:
        for name in _imported_names(waiting.pop(0), roots):
            first = name.partition(".")[0]
            if first not in holding:
                holding[first] = [root for root in roots if holds(root, first)]
            path = module_path(name, holding[first]) or in_own_package(name, script)
            if path is None or name in modules or len(modules) >= MAX_MODULES or path == script:
                continue
            bytes_after = size + path.stat().st_size
            module = parse_leniently(path, folder, environment) if bytes_after <= MAX_BYTES else None
            if module is not None:
                modules[name], size = module, bytes_after
                waiting.append(module)
    program = SourceProgram(
        main=main, modules=modules, folder=folder, arguments=tuple(arguments), environment=environment
    )
    _resolve_stars(program)
    _share_constants(program)
    return program


def _parse(path: Path, folder: Path, environment: Mapping[str, str]) -> SourceModule:
    syntax = parsed(path.read_bytes(), path.name)
    tree, nodes = syntax.tree, syntax.nodes
    module = SourceModule(
        path=path,
        label=str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name,
        syntax=syntax,
        imports=_imports(nodes),
        functions={n.name: n for n in tree.body if isinstance(n, Function)},
        classes={n.name: n for n in nodes.get(ast.ClassDef, ()) if isinstance(n, ast.ClassDef)},
        stars=_stars(nodes),
    )
    variables = {variable_key(name): text for name, text in environment.items()}
    module.constants.update({**variables, **_known_constants(syntax, variables)})
    return module


def parse_leniently(path: Path, folder: Path, environment: Mapping[str, str] = _NO_ENVIRONMENT) -> SourceModule | None:
    """One file, parsed; None where that cannot be done."""
    try:
        return _parse(path, folder, environment)
    except (SyntaxError, OSError, RecursionError, MemoryError):
        return None


def is_main_guard(node: ast.AST) -> bool:
    """`if __name__ == "__main__":`"""
    test = node.test if isinstance(node, ast.If) else None
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _imports(nodes: Mapping[type[ast.AST], list[ast.AST]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes.get(ast.Import, []):
        for alias in node.names:  # type: ignore[attr-defined]
            local = alias.asname or alias.name.split(".")[0]
            found[local] = alias.name if alias.asname else local
    for node in nodes.get(ast.ImportFrom, []):
        assert isinstance(node, ast.ImportFrom)
        base = _written_base(node)
        for alias in node.names:
            if alias.name == _ALL:
                continue
            joint = "" if base.endswith(".") or not base else "."
            found[alias.asname or alias.name] = f"{base}{joint}{alias.name}"
    return found


def _stars(nodes: Mapping[type[ast.AST], list[ast.AST]]) -> tuple[str, ...]:
    found = [node for node in nodes.get(ast.ImportFrom, []) if isinstance(node, ast.ImportFrom)]
    return tuple(_written_base(node) for node in found if any(alias.name == _ALL for alias in node.names))


def _written_base(node: ast.ImportFrom) -> str:
    """The module of `from ..package import name`, its dots as they are written."""
    return "." * node.level + (node.module or "")


def _imported_names(module: SourceModule, roots: list[Path]) -> list[str]:
    """Dotted names that the imports of `module` may mean as files, its relative ones made absolute."""
    found: list[str] = []
    for node in module.nodes.get(ast.Import, []):
        found += [alias.name for alias in node.names]  # type: ignore[attr-defined]
    for node in module.nodes.get(ast.ImportFrom, []):
        assert isinstance(node, ast.ImportFrom)
        base = ".".join(part for part in (_package(module, node.level, roots), node.module) if part)
        found += [base] if base else []
        found += [f"{base}.{alias.name}" if base else alias.name for alias in node.names]
    return list(dict.fromkeys(found))


def _package(module: SourceModule, level: int, roots: list[Path]) -> str:
    """The dotted package that `level` leading dots mean inside `module`."""
    if level == 0:
        return ""
    base = module.path.parents[level - 1] if level <= len(module.path.parents) else module.path.parent
    for root in roots:
        if base.is_relative_to(root):
            return ".".join(base.relative_to(root).parts)
    return ""


def _known_constants(syntax: Syntax, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The constants of a file; those that no variable of the environment decides are kept beside its syntax."""
    if variables:
        return _constants(syntax.tree.body, variables, "")
    if syntax.constants is None:
        syntax.constants = _constants(syntax.tree.body, variables, "")
    return syntax.constants


def _constants(body: list[ast.stmt], known: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Values of the names that `body` assigns once they can be known; a class gives `Class.name`."""
    found: dict[str, Any] = {}
    names = ChainMap(found, dict(known))  # a copy for each statement would take as long as all the rest
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            value = fold(node.value, names)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({prefix + t.id: value for t in targets if isinstance(t, ast.Name) and value is not UNKNOWN})
        elif isinstance(node, ast.ClassDef):
            found.update(_constants(node.body, names, f"{prefix}{node.name}."))
        elif isinstance(node, ast.If | ast.Try):
            found.update(_constants(node.body, names, prefix))
    return found


def _resolve_stars(program: SourceProgram) -> None:
    """Give each module the names that `from module import *` brings, as imports of that module's own names."""
    for module in program:
        brought = _brought(module, program, {id(module)}) if module.stars else {}
        own = _own_names(module) if brought else set[str]()
        module.imports = {**{n: q for n, q in brought.items() if n not in own}, **module.imports}


def _brought(module: SourceModule, program: SourceProgram, seen: set[int]) -> dict[str, str]:
    """What the star imports of a module bring, those of the modules behind them included."""
    found: dict[str, str] = {}
    for base in module.stars:
        other = program.named(base)
        if other is None or id(other) in seen:
            continue
        public = [name for name in _own_names(other) if not name.startswith("_")]
        inner = {**_brought(other, program, {*seen, id(other)}), **other.imports}
        found.update({**inner, **{name: f"{base}.{name}" for name in public}})
    return found


def _own_names(module: SourceModule) -> set[str]:
    """What a module defines at its top."""
    found: set[str] = set()
    for statement in module.tree.body:
        if isinstance(statement, Function | ast.ClassDef):
            found.add(statement.name)
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            names = (part for part in ast.walk(statement) if isinstance(part, ast.Name))
            found.update(name.id for name in names if isinstance(name.ctx, ast.Store))
    return found


def _share_constants(program: SourceProgram) -> None:
    """Make constants of imported modules known where they are imported (`from defaults import LR`)."""
    own = {id(module): dict(module.constants) for module in program}
    by_name = {name.rsplit(".", 1)[-1]: own[id(module)] for name, module in program.modules.items()}
    for module in program:
        for local, qualified in module.imports.items():
            owner, _, name = qualified.lstrip(".").rpartition(".")
            known = by_name.get(owner.rsplit(".", 1)[-1], {})
            if name in known:
                module.constants.setdefault(local, known[name])
            for key, value in by_name.get(name, {}).items():
                module.constants.setdefault(f"{local}.{key}", value)
