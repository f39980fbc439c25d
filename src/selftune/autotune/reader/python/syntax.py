"""The syntax tree of one file, walked once and indexed by what its readers ask for."""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from selftune.autotune.reader.python.constants import dotted_name

_PLACE = attrgetter("lineno", "col_offset")
_LEAVES = frozenset({ast.Name, ast.Constant, ast.alias, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal})
"""Nodes with none below them, but for contexts: more than half of all."""
_PARTS: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.Attribute: ("value",),
    ast.Call: ("func", "args", "keywords"),
    ast.keyword: ("value",),
    ast.BinOp: ("left", "right"),
    ast.Compare: ("left", "comparators"),
    ast.IfExp: ("test", "body", "orelse"),
    ast.Subscript: ("value", "slice"),
    ast.Assign: ("targets", "value"),
    ast.Expr: ("value",),
    ast.arg: ("annotation",),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value", "format_spec"),
    ast.List: ("elts",),
    ast.Tuple: ("elts",),
}
"""Of the most frequent kinds of nodes, the fields that hold others, and nothing but others."""
_OLD_KEYWORD = re.compile(rb"\basync(\s*)=(?!=)")
"""`tensor.cuda(async=True)`, which was no keyword before Python 3.7."""
Node = TypeVar("Node", bound=ast.AST)


@dataclass(slots=True, weakref_slot=True, kw_only=True, eq=False)
class Syntax:
    """A tree that nobody changes, with its nodes by kind; each index is made when it is first asked for."""

    tree: ast.Module
    nodes: dict[type[ast.AST], list[ast.AST]]
    """All nodes by their class, in the order of a walk; no contexts and no signs."""
    constants: Mapping[str, Any] | None = None
    """Values of module-level names, once somebody has told them from the tree alone."""
    literals: Sequence[tuple[str, ast.expr]] | None = None
    """(name, expression) of each literal that has a name, likewise."""
    _sorted: dict[type[ast.AST], list[Any]] = field(default_factory=dict)
    _calls: defaultdict[str, list[tuple[int, ast.Call]]] | None = None
    """By last name, each call with its place among all."""
    _called: frozenset[str] | None = None
    _lines: defaultdict[str, list[int]] | None = None
    _assigned: defaultdict[str, list[tuple[int, ast.expr]]] | None = None

    def all(self, kind: type[Node]) -> list[Node]:
        """All nodes of a class, in the order of the source."""
        if kind not in self._sorted:
            nodes: list[Any] = self.nodes.get(kind, [])
            self._sorted[kind] = sorted(nodes, key=_PLACE)
        return self._sorted[kind]

    def calls_named(self, names: Iterable[str]) -> list[ast.Call]:
        """The calls of anything whose last name, as it is written, is one of `names`, in the order of the source.

        Each way of declaring and of printing has its own: going through all calls for each of them took most of a
        plan's time.
        """
        if self._calls is None:
            self._calls = defaultdict(list)
            for place, call in enumerate(self.all(ast.Call)):
                self._calls[last_name(call)].append((place, call))
        found = [pair for name in self._calls.keys() & set(names) for pair in self._calls[name]]
        return [call for _, call in sorted(found)]

    def last_names(self) -> Iterable[str]:
        """The last names of all calls, as they are written; empty for the call of a result."""
        self.calls_named(())
        return self._calls or ()

    def called(self) -> frozenset[str]:
        """The dotted names of all calls, as they are written."""
        if self._called is None:
            names = (dotted_name(call.func) for call in self.nodes.get(ast.Call, ()) if isinstance(call, ast.Call))
            self._called = frozenset(name for name in names if name is not None)
        return self._called

    def lines_of(self, names: Iterable[str]) -> list[int]:
        """The lines on which a name or an attribute is one of `names`, in order."""
        if self._lines is None:
            self._lines = defaultdict(list)
            for kind, word in ((ast.Name, attrgetter("id")), (ast.Attribute, attrgetter("attr"))):
                for node in self.nodes.get(kind, ()):
                    self._lines[word(node)].append(node.lineno)  # type: ignore[attr-defined]
        return sorted(line for name in self._lines.keys() & set(names) for line in self._lines[name])

    def assigned(self, name: str) -> list[tuple[int, ast.expr]]:
        """(line, expression) of each assignment to `name`, in the order of the source."""
        if self._assigned is None:
            self._assigned = defaultdict(list)
            for node in self.all(ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._assigned[target.id].append((node.lineno, node.value))
        return self._assigned.get(name, [])


_PARSED: WeakValueDictionary[tuple[bytes, str], Syntax] = WeakValueDictionary()
"""What somebody still holds: the command line, too, asks what a script declares."""


def parsed(code: bytes, name: str) -> Syntax:
    """The syntax of a file; SyntaxError where it is no Python (also for null bytes or an unknown encoding)."""
    found = _PARSED.get((code, name))
    if found is None:
        found = _PARSED[code, name] = _parse(code, name)
    return found


def _parse(code: bytes, name: str) -> Syntax:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the script's odd escapes are not ours to report
            tree = ast.parse(code, filename=name)
    except SyntaxError:
        if not _OLD_KEYWORD.search(code):
            raise
        return _parse(_OLD_KEYWORD.sub(rb"async_\1=", code), name)
    except ValueError as error:
        raise SyntaxError(str(error), (name, 1, 0, "")) from error
    nodes: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in walk(tree):
        nodes[type(node)].append(node)
    return Syntax(tree=tree, nodes=dict(nodes))


def walk(tree: ast.AST) -> list[ast.AST]:
    """All nodes below and with `tree`, but for contexts and signs: what `ast.walk` gives, in a fifth of its time."""
    found = [tree]
    for node in found:  # grows while it is walked
        kind = type(node)
        if kind in _LEAVES:
            continue
        if kind not in _PARTS:
            found += parts_of(node)
            continue
        for name in _PARTS[kind]:
            value = getattr(node, name, None)
            if type(value) is list:
                found += value
            elif value is not None:
                found.append(value)
    return found


def parts_of(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in order, but for contexts and signs (`Load()`, `Add()`)."""
    found: list[ast.AST] = []
    for name in _PARTS.get(type(node)) or node._fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found


def last_name(call: ast.Call) -> str:
    """`c` of `a.b.c()` and of `f().c()`; empty for the call of a result, `f()()`."""
    func = call.func
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""
