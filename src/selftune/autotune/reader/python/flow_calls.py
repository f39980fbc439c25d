"""Calls in an abstract run: into the program's own functions, and out to libraries."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from selftune.autotune.reader.python.flow_state import Environment, FlowState, Frame, Summary
from selftune.autotune.reader.python.flow_values import (
    NAMESPACE,
    NOTHING,
    External,
    Instance,
    InstanceOf,
    LocalClass,
    LocalFunction,
    Method,
    Record,
    Value,
    join,
    record_of,
    referring,
)
from selftune.autotune.reader.python.known_calls import (
    is_conversion,
    is_harmless,
    is_namespace_source,
    keeps_its_argument,
    returns_itself,
)
from selftune.autotune.reader.python.signatures import positional_names
from selftune.autotune.reader.python.source import Function

MAX_DEPTH = 12
MAX_VISITS = 3
"""How often a function is entered with new arguments."""
_ENVIRONMENT_CALLS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault"})
Named = Sequence[tuple[str | None, Value]]
"""Keyword arguments; None for `**value`."""


class FlowCalls(FlowState):
    """How values go into calls and come out of them."""

    def _call(self, node: Any, frame: Frame) -> Value:
        callee = self._value(node.func, frame)
        places = [self._value(a.value if isinstance(a, ast.Starred) else a, frame) for a in node.args]
        named = [(keyword.arg, self._value(keyword.value, frame)) for keyword in node.keywords]
        special = self._special(node, callee, places, frame)
        if special is not None:
            return special
        results: list[Value] = []
        for reference in callee.references:
            if isinstance(reference, LocalFunction):
                results.append(self._call_local(reference, node, places, named, frame))
            elif isinstance(reference, LocalClass):
                results.append(self._create(reference, places, named))
            elif isinstance(reference, External):
                results.append(self._call_external(reference.name, places, named))
            elif isinstance(reference, Method):
                results.append(self._call_method(reference, places, named))
        if not results or callee.origins:
            results.append(self._call_unknown(node, callee, places, named, frame))
        return join(*results)

    def _special(self, node: ast.Call, callee: Value, places: list[Value], frame: Frame) -> Value | None:
        """Calls that hand on what they are given: parsers, conversions, lookups by name."""
        external = [r.name for r in callee.references if isinstance(r, External)]
        if external == ["super"]:
            return self._super(frame)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else None
        if (method is not None and is_namespace_source(method)) or any(map(is_namespace_source, external)):
            return self._parsed(method, places)
        if any(name in _ENVIRONMENT_CALLS for name in external) and node.args:
            key = node.args[0]
            return self._argument(str(key.value)) if isinstance(key, ast.Constant) else NOTHING
        if method in ("get", "pop", "setdefault") and node.args and isinstance(node.args[0], ast.Constant):
            owner = self._value(node.func.value, frame) if isinstance(node.func, ast.Attribute) else NOTHING
            return self._member(owner, str(node.args[0].value)) if owner.namespaces or owner.of(Record) else None
        if "getattr" in external and len(node.args) > 1:
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
            return self._member(places[0], str(name) if name is not None else "*")
        if method in ("update", "append", "extend") and places and isinstance(node.func, ast.Attribute):
            self._extend(self._value(node.func.value, frame), method, places[0])
            return NOTHING
        if any(keeps_its_argument(name) for name in external) and (places or node.keywords):
            return join(*places[:1], *[self._value(k.value, frame) for k in node.keywords if k.arg is None])
        return None

    def _parsed(self, method: str | None, places: list[Value]) -> Value:
        if method in ("parse_known_args", "parse_args_into_dataclasses"):
            return record_of([(str(index), NAMESPACE) for index in range(6)])
        return join(NAMESPACE, *(Value(namespaces=place.namespaces) for place in places))

    def _extend(self, owner: Value, method: str, value: Value) -> None:
        for reference in owner.of(Record):
            for source in value.of(Record) if method != "append" else ():
                for name, item in source.items.items():
                    reference.put(name, item)
            if method == "append":
                reference.put("*", value)

    def _call_local(
        self,
        function: LocalFunction,
        node: ast.Call,
        places: list[Value],
        named: Named,
        frame: Frame,
    ) -> Value:
        own = self._value(node.func.value, frame) if isinstance(node.func, ast.Attribute) else NOTHING
        return self._enter(function, _bound(function, places, named, own))

    def _create(self, cls: LocalClass, places: list[Value], named: Named) -> Value:
        made = referring(Instance(cls))
        method = self._initialiser(cls)
        if method is not None:
            self._enter(method, _bound(method, places, named, made))
        else:
            for name, value in named:
                if name is not None:
                    cls.attributes.put(name, value)
        external = [r for base in cls.bases for r in base.references if isinstance(r, External)]
        return join(made, *(referring(InstanceOf(r.name)) for r in external))

    def _initialiser(self, cls: LocalClass) -> LocalFunction | None:
        if "__init__" in cls.methods:
            return cls.methods["__init__"]
        for base in cls.bases:
            for reference in base.references:
                if isinstance(reference, LocalClass) and reference is not cls:
                    return self._initialiser(reference)
        return None

    def _call_external(self, name: str, places: list[Value], named: Named) -> Value:
        if is_harmless(name):
            return NOTHING
        names = positional_names(name)
        label = name.removesuffix(".__init__")
        for index, value in enumerate(places):
            self._pass(value, label, names[index] if index < len(names) else None)
        for key, value in named:
            self._pass(value, label, key)
        if is_conversion(name):
            return Value(origins=frozenset().union(*(v.origins for v in places)))
        if name in ("functools.partial", "partial") and places:
            for reference in places[0].of(External):
                self._call_external(reference.name, places[1:], named)
            return places[0]
        return referring(InstanceOf(name))

    def _call_method(self, method: Method, places: list[Value], named: Named) -> Value:
        if is_harmless(method.name):
            return NOTHING
        is_own = method.name in ("__init__", "set_params")
        label = method.owner if is_own else f"{method.owner}.{method.name}"
        names = positional_names(label)
        for index, value in enumerate(places):
            self._pass(value, label, names[index] if index < len(names) else None)
        for key, value in named:
            self._pass(value, label, key)
        return referring(InstanceOf(method.owner)) if returns_itself(method.name) else NOTHING

    def _super(self, frame: Frame) -> Value:
        """`super()`: an object of each base class."""
        found: list[Value] = []
        for base in frame.owner.bases if frame.owner is not None else ():
            for reference in base.references:
                if isinstance(reference, LocalClass):
                    found.append(referring(Instance(reference)))
                elif isinstance(reference, External):
                    found.append(referring(InstanceOf(reference.name)))
        return join(*found)

    def _call_unknown(self, node: ast.Call, callee: Value, places: list[Value], named: Named, frame: Frame) -> Value:
        """A call of something that is not known: a method of a value, or the result of another call."""
        owner = self._value(node.func.value, frame) if isinstance(node.func, ast.Attribute) else callee
        if isinstance(node.func, ast.Attribute) and not is_harmless(node.func.attr) and node.func.attr != "__init__":
            for key, value in named:
                self._pass(value, node.func.attr, key)
            for value in places:
                self._pass(value, node.func.attr, None)
        return Value(origins=owner.origins, namespaces=owner.namespaces if not named else frozenset())

    def _enter(self, function: LocalFunction, arguments: Environment, *, is_new: bool = False) -> Value:
        """Run over a function with `arguments`, unless nothing about them is new."""
        summary = self._summaries.setdefault(function, Summary())
        changed = summary.visits == 0 or is_new
        for name, value in arguments.items():
            joint = join(summary.arguments.get(name, NOTHING), value)
            if joint != summary.arguments.get(name, NOTHING):
                summary.arguments[name] = joint
                changed = True
        if changed and not summary.is_running and self._depth < MAX_DEPTH and summary.visits <= MAX_VISITS:
            self._visit(function, summary)
        return summary.returned

    def _visit(self, function: LocalFunction, summary: Summary) -> None:
        node = function.node
        summary.visits += 1
        summary.is_running = True
        self._depth += 1
        frame = Frame(function.module, self._parameters(function, node, summary), summary=summary, owner=function.owner)
        self._block(node.body, frame)
        self._depth -= 1
        summary.is_running = False

    def _parameters(self, function: LocalFunction, node: Function, summary: Summary) -> Environment:
        known: Environment = {}
        seeds = self._seeds.parameters.get(node, {})
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        for index, parameter in enumerate(parameters):
            name = parameter.arg
            given = join(summary.arguments.get(name, NOTHING), seeds.get(name, NOTHING))
            if index == 0 and function.owner is not None and name in ("self", "cls"):
                given = join(given, referring(Instance(function.owner)))
            elif given == NOTHING:
                given = self._guessed(name, parameter.annotation)
            known[name] = given
        if seeds:
            loaded = _loaded_names(node)
            self.flows.read.update(*(value.origins for name, value in seeds.items() if name in loaded))
        return known


def _bound(function: LocalFunction, places: Sequence[Value], named: Named, own: Value) -> Environment:
    """The arguments of a call by the names of the parameters that take them."""
    arguments = function.node.args
    names = [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args)]
    bound: Environment = {}
    if function.owner is not None and names[:1] in (["self"], ["cls"]):
        bound[names[0]] = own
        names = names[1:]
    bound.update(zip(names, places, strict=False))
    allowed = {*names, *(parameter.arg for parameter in arguments.kwonlyargs)}
    rest: list[tuple[str, Value]] = []
    for name, value in named:
        if name is None:
            bound.update(_spread(value, allowed, bound))
        elif name in allowed:
            bound[name] = value
        else:
            rest.append((name, value))
    if arguments.kwarg is not None:
        spread = [Value(namespaces=value.namespaces) for name, value in named if name is None]
        bound[arguments.kwarg.arg] = join(record_of(rest), *spread)
    return bound


def _spread(value: Value, allowed: set[str], bound: Environment) -> Environment:
    """`**value`: each parameter that is not given yet takes the item of its name."""
    found: Environment = {}
    for name in allowed - bound.keys():
        items = [r.items[name] for r in value.of(Record) if name in r.items]
        inner = [
            Value(origins=frozenset({prefix + name}), namespaces=frozenset({f"{prefix}{name}."}))
            for prefix in value.namespaces
        ]
        found[name] = join(*items, *inner)
    return found


def _loaded_names(node: ast.AST) -> set[str]:
    """The names that a function's body reads."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
