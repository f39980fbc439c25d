"""Arguments declared to argparse and to parsers with the same `add_argument`."""

from __future__ import annotations

import ast
import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from selftune.autotune.reader.interface import Declaration, Interface
from selftune.autotune.reader.python.argparse_declaration import declaration
from selftune.autotune.reader.python.constants import UNKNOWN, dotted_name, fold
from selftune.autotune.reader.python.field_loops import field_bindings
from selftune.autotune.reader.python.loop_items import gone_through
from selftune.autotune.reader.python.parser_reach import is_whole, used_rest
from selftune.autotune.reader.python.set_defaults import SetDefaults, with_set_defaults
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram, is_main_guard
from selftune.autotune.reader.python.syntax import walk

_ADD = {"add_argument", "add_arg"}
_TELLING = {*_ADD, "add_parser", "add_argument_group", "set_defaults", "parse_known_args"}
_MAX_LOOP = 200
_TYPES = {name: name for name in ("int", "float", "str", "bool")}
"""Types in a literal that is looped over: `("lr", float, 0.1)`."""
Scope = dict[str, Any]


def read_argparse(program: SourceProgram) -> Interface | None:
    """What the program's argparse calls declare, or None where it has none."""
    seen = _Walk()
    for module in program:
        if module.syntax.lines_of((*_ADD, "add_parser", "set_defaults")):
            seen.module(module, program, is_main=module is program.main)
    if not seen.declarations:
        return Interface(unread=tuple(dict.fromkeys(seen.unread))) if seen.unread else None
    found = Interface(
        declarations=_without_repetitions(with_set_defaults(seen.declarations, seen.defaults, program.arguments)),
        commands=frozenset(seen.names),
        is_open=seen.is_open or bool(seen.unread),
        has_abbreviations=True,
        unread=tuple(dict.fromkeys(seen.unread)),
        rest_at=used_rest(program) if seen.is_open else "",
    )
    unknown = [word for word in program.arguments if word.startswith("--") and len(word) > 2]
    is_asked = not found.commands and any(found.option(word.partition("=")[0]) is None for word in unknown)
    return replace(found, is_complete=is_asked and not found.is_open and is_whole(program))


@dataclass(slots=True)
class _Walk:
    """One pass over the statements of a program, with the names that are known at each."""

    declarations: list[Declaration] = field(default_factory=list)
    defaults: list[SetDefaults] = field(default_factory=list)
    """What `set_defaults` changes, in the order of the walk."""
    commands: dict[str, str] = field(default_factory=dict)
    """Subcommand by the variable that holds its parser."""
    names: set[str] = field(default_factory=set)
    """Of all subcommands."""
    is_open: bool = False
    unread: list[str] = field(default_factory=list)
    """Where arguments are declared whose names are not known."""
    _is_template: bool = False
    """Inside a function that adds what its callers name."""
    _aliases: set[str] = field(default_factory=set)
    """Local names of a bound `add_argument`."""
    _builders: dict[str, Function] = field(default_factory=dict)
    """Functions that add an argument which their own parameters name."""
    _positions: dict[str | None, int] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)
    """Lines of the module on which arguments are declared, or may be."""
    _module: SourceModule | None = None
    _program: SourceProgram | None = None
    _is_main: bool = True

    def module(self, module: SourceModule, program: SourceProgram, *, is_main: bool) -> None:
        self._module, self._program = module, program
        self._is_main = is_main
        named = [(call.lineno, _names_in(call.args[0])) for call in module.calls_named(_ADD) if call.args]
        by_variable = [(line, names) for line, names in named if names]
        self._builders = {n: f for n, f in _functions(module) if _names_arguments_by_parameter(f, by_variable)}
        telling = {*_TELLING, *self._builders}
        self._lines = module.syntax.lines_of(telling)
        self._block(module.tree.body, dict(module.constants))

    def _is_telling(self, node: ast.stmt) -> bool:
        """Whether anything that declares arguments stands inside a statement."""
        index = bisect.bisect_left(self._lines, node.lineno)
        return index < len(self._lines) and self._lines[index] <= (node.end_lineno or node.lineno)

    def _block(self, body: list[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        if isinstance(node, Function | ast.ClassDef):
            if not self._is_telling(node):
                return
            inner = dict(scope)
            if isinstance(node, Function):
                inner.update(_parameter_defaults(node, scope))
            is_template, self._is_template = self._is_template, self._is_template or node.name in self._builders
            self._block(node.body, inner)
            self._is_template = is_template
        elif isinstance(node, ast.For):
            self._loop(node, scope)
        elif isinstance(node, ast.If) and not self._is_main and is_main_guard(node):
            return  # another script's own command line
        else:
            for expression in _expressions(node) if self._is_telling(node) or self._aliases else ():
                self._calls(expression, scope)
            if isinstance(node, ast.Assign | ast.AnnAssign):
                self._assign(node, scope)
            for body in _bodies(node):
                self._block(body, scope)

    def _loop(self, node: ast.For, scope: Scope) -> None:
        """A loop over literals or fields is walked once for each; any other once, with its variable unknown."""
        fields = field_bindings(node, self._program) if self._program is not None else []
        for declared, names in fields:
            before = len(self.declarations)
            self._block(node.body, {**scope, **names})
            self.declarations[before:] = [replace(d, source=declared.source) for d in self.declarations[before:]]
        if fields:
            return
        items = gone_through(node.iter, {**_TYPES, **scope})
        known = list(items)[:_MAX_LOOP] if isinstance(items, list | tuple | dict) else [UNKNOWN]
        for item in known:
            _bind(node.target, item, scope)
            self._block(node.body, scope)

    def _assign(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [name for name in map(dotted_name, targets) if name is not None]
        if isinstance(node.value, ast.Attribute) and node.value.attr in _ADD:
            self._aliases.update(names)
        if isinstance(node.value, ast.Call) and _called(node.value) in ("add_parser", "add_argument_group"):
            self._remember_parser(node.value, names, scope)
        elif isinstance(node.value, ast.Call) and (_called(node.value) or "").endswith("ArgumentParser"):
            for name in names:
                self.commands.pop(name, None)
        value = fold(node.value, scope)
        for target in targets:
            _bind(target, value, scope)

    def _remember_parser(self, call: ast.Call, names: list[str], scope: Scope) -> None:
        if _called(call) == "add_parser":
            command = fold(call.args[0], scope) if call.args else UNKNOWN
        else:
            command = self.commands.get(_owner(call) or "", UNKNOWN)
        if isinstance(command, str):
            self.commands.update(dict.fromkeys(names, command))
            self.names.add(command)

    def _calls(self, expression: ast.AST, scope: Scope) -> None:
        calls = [node for node in walk(expression) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0)):
            self._call(call, scope)

    def _call(self, call: ast.Call, scope: Scope) -> None:
        name = _called(call)
        if name in _ADD or (isinstance(call.func, ast.Name) and call.func.id in self._aliases):
            self._argument(call, scope)
        elif name == "set_defaults":
            self._change(call, scope)
        elif name == "parse_known_args":
            self.is_open = True
        elif name in self._builders:
            builder = self._builders.pop(name)
            self._block(builder.body, {**scope, **_bound(builder, call, scope)})
            self._builders[name] = builder

    def _change(self, call: ast.Call, scope: Scope) -> None:
        values: dict[str, Any] = {}
        for keyword in call.keywords:
            known = fold(keyword.value, scope)
            values.update({keyword.arg: known} if keyword.arg else known if isinstance(known, dict) else {})
        command = self.commands.get(_owner(call) or "")
        self.defaults.append(SetDefaults(values=values, command=command, is_main=self._is_main))

    def _argument(self, call: ast.Call, scope: Scope) -> None:
        assert self._module is not None
        command = self.commands.get(_owner(call) or "")
        position = self._positions.get(command, 0)
        found = declaration(call, scope, self._module, position)
        if found is None:
            if not self._is_template and call.args and _is_unnamed(call, scope):
                self.unread.append(self._module.source(call))
            return
        if found.position is not None:
            self._positions[command] = position + 1
        self.declarations.append(replace(found, command=command))


def _is_unnamed(call: ast.Call, scope: Scope) -> bool:
    """Whether the name that a call declares is computed from what only a run tells."""
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return False
    return any(fold(argument, scope) is UNKNOWN for argument in call.args)


def _without_repetitions(found: list[Declaration]) -> tuple[Declaration, ...]:
    """One declaration a name and subcommand: the first, since later ones are alternatives of other code paths."""
    kept: dict[tuple[str, str | None], Declaration] = {}
    for item in found:
        kept.setdefault((item.name, item.command), item)
    return tuple(kept.values())


def _called(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _owner(call: ast.Call) -> str | None:
    return dotted_name(call.func.value) if isinstance(call.func, ast.Attribute) else None


def _bind(target: ast.AST, value: Any, scope: Scope) -> None:
    if isinstance(target, ast.Tuple | ast.List):
        parts = list(value) if isinstance(value, list | tuple) and len(value) == len(target.elts) else None
        for index, item in enumerate(target.elts):
            _bind(item, parts[index] if parts else UNKNOWN, scope)
        return
    name = dotted_name(target)
    if name is not None and value is UNKNOWN:
        scope.pop(name, None)
    elif name is not None:
        scope[name] = value


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        body = getattr(node, name, None)
        if isinstance(body, list):
            yield body
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without those of the statements inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr | ast.withitem | ast.keyword):
            yield child


def _functions(module: SourceModule) -> Iterator[tuple[str, Function]]:
    for kind in (ast.FunctionDef, ast.AsyncFunctionDef):
        for node in module.all(kind):
            assert isinstance(node, Function)
            yield node.name, node


def _names_arguments_by_parameter(function: Function, by_variable: list[tuple[int, set[str]]]) -> bool:
    """Whether a function adds arguments that its own parameters name.

    `by_variable` are the lines of the module's calls that add an argument which variables name, with those variables.
    """
    parameters = {argument.arg for argument in _parameters(function)} if by_variable else set[str]()
    lines = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    return any(line in lines and not parameters.isdisjoint(names) for line, names in by_variable)


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in walk(node) if isinstance(part, ast.Name)}


def _parameters(function: Function) -> list[ast.arg]:
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _parameter_defaults(function: Function, scope: Scope) -> Scope:
    """Parameters with a known default; a parameter without one hides a module's constant of its name."""
    arguments = function.args
    places = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(places), reversed(arguments.defaults), strict=False)]
    pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    known = {argument.arg: fold(default, scope) for argument, default in pairs}
    return {argument.arg: known.get(argument.arg, UNKNOWN) for argument in _parameters(function)}


def _bound(function: Function, call: ast.Call, scope: Scope) -> Scope:
    places = [*function.args.posonlyargs, *function.args.args]
    if places and places[0].arg in ("self", "cls"):
        places = places[1:]
    bound = _parameter_defaults(function, scope)
    bound.update({place.arg: fold(value, scope) for place, value in zip(places, call.args, strict=False)})
    bound.update({k.arg: fold(k.value, scope) for k in call.keywords if k.arg})
    if function.args.kwarg is not None:
        own = {place.arg for place in _parameters(function)}
        bound[function.args.kwarg.arg] = {
            k.arg: fold(k.value, scope) for k in call.keywords if k.arg and k.arg not in own
        }
    return bound
