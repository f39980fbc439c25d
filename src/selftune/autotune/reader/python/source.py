"""A script and the modules beside it that it imports, parsed once and indexed by kind of node."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from selftune.autotune.reader.python.constants import UNKNOWN, fold

MAX_MODULES = 40
MAX_BYTES = 200_000
"""Of all modules beside the script, those imported first counting first: a plan is a matter of tenths of a second."""

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True, kw_only=True)
class SourceModule:
    """One parsed file."""

    path: Path
    label: str
    """For people: its path below the folder."""
    tree: ast.Module
    nodes: Mapping[type[ast.AST], list[ast.AST]]
    """All nodes by their class, in the order of a walk."""
    imports: Mapping[str, str]
    """Qualified name by the local name that an import gives it."""
    functions: Mapping[str, Function]
    """Top-level functions by name."""
    classes: Mapping[str, ast.ClassDef]
    _sorted: dict[type[ast.AST], list[Any]] = field(default_factory=dict)
    _assigned: dict[str, list[tuple[int, ast.expr]]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    """Values of module-level names that can be known, class attributes as `Class.name`."""

    def all(self, kind: type[Node]) -> list[Node]:
        """All nodes of a class, in the order of the source."""
        if kind not in self._sorted:
            nodes: list[Any] = self.nodes.get(kind, [])
            self._sorted[kind] = sorted(nodes, key=lambda node: (node.lineno, node.col_offset))
        return self._sorted[kind]

    def assigned(self, name: str) -> list[tuple[int, ast.expr]]:
        """(line, expression) of each assignment to `name`, in the order of the source."""
        if not self._assigned:
            for node in self.all(ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._assigned.setdefault(target.id, []).append((node.lineno, node.value))
        return self._assigned.get(name, [])

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

    def __iter__(self) -> Iterator[SourceModule]:
        yield self.main
        yield from (module for module in self.modules.values() if module is not self.main)

    def with_module(self, name: str) -> SourceModule | None:
        """The module `name` of the program, read now where only a configuration names it; None where it has none."""
        if name not in self.modules:
            path = module_path(name, roots_of(self.main.path, self.folder)) if name else None
            module = parse_leniently(path, self.folder) if path is not None else None
            if module is None or len(self.modules) >= MAX_MODULES:
                return None
            self.modules[name] = module
        return self.modules[name]


def roots_of(script: Path, folder: Path) -> list[Path]:
    """Where the modules of a program are looked for."""
    return list(dict.fromkeys([script.parent, folder, folder / "src"]))


def read_program(script: Path, folder: Path, arguments: Sequence[str] = ()) -> SourceProgram:
    """Parse `script` and, as far as they lie beside it or in `folder`, the modules that it imports.

    Raises SyntaxError (also for null bytes or an unknown encoding) where the script itself does not parse; a module
    that does not is left out.
    """
    main = _parse(script, folder)
    modules: dict[str, SourceModule] = {}
    roots = roots_of(script, folder)
    waiting, size = [main], 0
    while waiting:
        for name in _imported_names(waiting.pop(0), roots):
            path = module_path(name, roots)
            if path is None or name in modules or len(modules) >= MAX_MODULES or path == script:
                continue
            bytes_after = size + path.stat().st_size
            module = parse_leniently(path, folder) if bytes_after <= MAX_BYTES else None
            if module is not None:
                modules[name], size = module, bytes_after
                waiting.append(module)
    program = SourceProgram(main=main, modules=modules, folder=folder, arguments=tuple(arguments))
    _share_constants(program)
    return program


def _parse(path: Path, folder: Path) -> SourceModule:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the script's odd escapes are not ours to report
            tree = ast.parse(path.read_bytes(), filename=str(path))
    except ValueError as error:
        raise SyntaxError(str(error), (str(path), 1, 0, "")) from error
    nodes: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    waiting: list[ast.AST] = [tree]
    for node in waiting:  # grows while it is walked: ast.walk takes half as long again
        nodes[type(node)].append(node)
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
    module = SourceModule(
        path=path,
        label=str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name,
        tree=tree,
        nodes=nodes,
        imports=_imports(nodes),
        functions={n.name: n for n in tree.body if isinstance(n, Function)},
        classes={n.name: n for n in nodes[ast.ClassDef] if isinstance(n, ast.ClassDef)},
    )
    module.constants.update(_constants(tree.body, {}, ""))
    return module


def parse_leniently(path: Path, folder: Path) -> SourceModule | None:
    """One file, parsed; None where that cannot be done."""
    try:
        return _parse(path, folder)
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
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            joint = "" if base.endswith(".") or not base else "."
            found[alias.asname or alias.name] = f"{base}{joint}{alias.name}"
    return found


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


def module_path(name: str, roots: list[Path]) -> Path | None:
    """The file of the module `name` below one of `roots`; None where there is none."""
    relative = Path(*name.split("."))
    for root in roots:
        for candidate in (root / relative.with_suffix(".py"), root / relative / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


def _constants(body: list[ast.stmt], known: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Values of the names that `body` assigns once they can be known; a class gives `Class.name`."""
    found: dict[str, Any] = {}
    for node in body:
        names = {**known, **found}
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            value = fold(node.value, names)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({prefix + t.id: value for t in targets if isinstance(t, ast.Name) and value is not UNKNOWN})
        elif isinstance(node, ast.ClassDef):
            found.update(_constants(node.body, names, f"{prefix}{node.name}."))
        elif isinstance(node, ast.If | ast.Try):
            found.update(_constants(node.body, names, prefix))
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
