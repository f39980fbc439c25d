"""Calls in an abstract run: into the program's own functions, and out to libraries."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from selftune.autotune.reader.python.branches import FOLDING, choice_of
from selftune.autotune.reader.python.flow_reads import Reads, Summary
from selftune.autotune.reader.python.flow_state import FLAG, Environment, FlowState, Frame
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
    also,
    join,
    made_by,
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
from selftune.autotune.reader.python.syntax import walk
from selftune.autotune.reader.reading import Branch
from selftune.model.values import HyperparameterValue

MAX_DEPTH = 12
MAX_VISITS = 3
"""How often a function is entered with new arguments."""
_ENVIRONMENT_CALLS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault"})
Named = Sequence[tuple[str | None, Value]]
"""Keyword arguments; None for `**value`."""


@dataclass(slots=True, kw_only=True)
class CallSite:
    """One call with the values of its parts."""

    node: ast.Call
    method: str | None
    """The name behind the dot, where there is one."""
    owner: Value
    """What stands before the dot."""
    callee: Value
    places: list[Value]
    named: Named


class FlowCalls(FlowState):
    """How values go into calls and come out of them."""

    def _call(self, node: Any, frame: Frame) -> Value:
        method = node.func.attr if isinstance(node.func, ast.Attribute) else None
        owner = self._value(node.func.value, frame) if method is not None else NOTHING
        callee = self._member(owner, method) if method is not None else self._value(node.func, frame)
        places = [self._value(a.value if isinstance(a, ast.Starred) else a, frame) for a in node.args]
        named = [(keyword.arg, self._value(keyword.value, frame)) for keyword in node.keywords]
        is_told = callee is not NOTHING or owner is not NOTHING or any(value is not NOTHING for value in places)
        is_told = is_told or any(value is not NOTHING for _, value in named)
        if not is_told and not (method and is_namespace_source(method)):
            return NOTHING  # most calls of a long script
        site = CallSite(node=node, method=method, owner=owner, callee=callee, places=places, named=named)
        handed_on = self._handed_on(site, frame)
        return handed_on if handed_on is not None else self._called(site)

    def _called(self, site: CallSite) -> Value:
        """The result of a call, by what is called."""
        results: list[Value] = []
        for record in [r for name, value in site.named if name is None for r in value.of(Record)]:
            self._reads.all(record.items)
        for reference in site.callee.references:
            if isinstance(reference, LocalFunction):
                results.append(self._enter(reference, _bound(reference, site.places, site.named, site.owner)))
            elif isinstance(reference, LocalClass):
                results.append(self._create(reference, site.places, site.named))
            elif isinstance(reference, External):
                results.append(self._call_external(reference.name, site.places, site.named))
            elif isinstance(reference, Method):
                results.append(self._call_method(reference, site.places, site.named))
        if not results or site.callee.origins:
            results.append(self._call_unknown(site))
        return join(*results)

    def _handed_on(self, site: CallSite, frame: Frame) -> Value | None:
        """Calls that hand on what they are given, or what their name asks for; None for all others."""
        externals = [reference.name for reference in site.callee.of(External)]
        if externals == ["super"]:
            return self._super(frame)
        if (site.method and is_namespace_source(site.method)) or any(map(is_namespace_source, externals)):
            return self._parsed(site.method, site.places)
        if any(map(keeps_its_argument, externals)) and (site.places or site.named):
            items = [(name, value) for name, value in site.named if name is not None]
            spread = [value for name, value in site.named if name is None]
            return join(*site.places[:1], *spread, record_of(items) if items else NOTHING)
        has_items = bool(site.owner.of(Record))
        if has_items and (site.places or site.named) and site.method in ("update", "append", "extend"):
            given = record_of([(name, value) for name, value in site.named if name is not None])
            spread = [value for name, value in site.named if name is None]
            for value in (*site.places[:1], *spread, *([given] if site.named else [])):
                self._extend(site.owner, site.method, value)
            return NOTHING
        return self._asked_for(site, externals)

    def _asked_for(self, site: CallSite, externals: list[str]) -> Value | None:
        """`os.environ.get("LR")`, `settings.get("lr")`, `getattr(args, "lr")`, a flag of absl."""
        if not site.node.args:
            return None
        given = [a.value if isinstance(a, ast.Constant) else None for a in site.node.args[:2]]
        first = given[0] if given else None
        if isinstance(first, str) and any(name in _ENVIRONMENT_CALLS for name in externals):
            return self._argument(first)
        if first is None and site.method == "get":
            return self._chosen(site.owner, site.places[0])
        if isinstance(first, str) and site.method in ("get", "pop", "setdefault"):
            return self._member(site.owner, first) if site.owner.namespaces or site.owner.of(Record) else None
        if "getattr" in externals and len(given) > 1:
            chosen = self._today(site.places[1]) if given[1] is None else given[1]
            return self._member(site.places[0], str(chosen) if chosen is not None else "*")
        if isinstance(first, str) and any(name.rpartition(".")[2].startswith("DEFINE_") for name in externals):
            return referring(InstanceOf(f"{FLAG}{first}"))
        return None

    def _today(self, value: Value) -> HyperparameterValue | None:
        """What a value surely is today; None where that is not known."""
        return self._seeds.today.get(value.exact) if value.exact is not None else None

    def _chosen(self, owner: Value, key: Value) -> Value | None:
        """The item of a dictionary that an option chooses today; None where that cannot be told."""
        today, records = self._today(key), owner.of(Record)
        if today is None or key.exact is None or len(records) != 1 or str(today) not in records[0].items:
            return None
        for name, item in records[0].items.items():
            if name != str(today):
                self._pass_over(item, choice_of(name, key.exact, today))
        return records[0].items[str(today)]

    def _pass_over(self, item: Value, branch: Branch) -> None:
        """Note that a choice goes past what `item` is."""
        local = [r for r in item.references if isinstance(r, LocalClass | LocalFunction)]
        self._sleepers.update(dict.fromkeys(local, branch))

    def _parsed(self, method: str | None, places: list[Value]) -> Value:
        if method in ("parse_known_args", "parse_args_into_dataclasses"):
            return record_of([(str(index), NAMESPACE) for index in range(6)])
        return join(NAMESPACE, *(Value(namespaces=place.namespaces) for place in places))

    def _extend(self, owner: Value, method: str, value: Value) -> None:
        for reference in owner.of(Record):
            for source in value.of(Record) if method != "append" else ():
                for name, item in self._reads.all(source.items).items():
                    reference.put(name, item)
            if method == "append":
                reference.put("*", value)

    def _create(self, cls: LocalClass, places: list[Value], named: Named) -> Value:
        made = referring(Instance(cls))
        self._note_made(cls)
        method = self._initialiser(cls)
        if method is not None:
            self._enter(method, _bound(method, places, named, made))
        else:
            fields = _fields_of(cls.node)
            for name, value in [*zip(fields, places, strict=False), *named]:
                items = _spread(value, {*fields}, {}) if name is None else {name: value}
                for key, item in items.items():
                    cls.attributes.put(key, item)
        external = [r for base in cls.bases for r in base.references if isinstance(r, External)]
        return join(made, *(referring(InstanceOf(r.name)) for r in external))

    def _note_made(self, cls: LocalClass, depth: int = 0) -> None:
        """Note that code makes an object of a class, for it and the classes above."""
        if self._asleep is None:
            self._awake.add(cls)
        else:
            self._sleepers.setdefault(cls, self._asleep)
        above = [r for base in cls.bases for r in base.of(LocalClass) if r is not cls]
        for base in above if depth < MAX_DEPTH else ():
            self._note_made(base, depth + 1)

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
        if name in ("functools.partial", "partial") and places:
            for reference in places[0].of(External):
                self._call_external(reference.name, places[1:], named)
            return places[0]
        names = positional_names(name)
        label = name.removesuffix(".__init__")
        for index, value in enumerate(places):
            self._pass(value, label, names[index] if index < len(names) else None)
        for key, value in named:
            self._pass_by_name(value, label, key)
        if is_conversion(name):
            return Value(origins=frozenset().union(*(v.origins for v in places)))
        return made_by(name)

    def _call_method(self, method: Method, places: list[Value], named: Named) -> Value:
        if is_harmless(method.name):
            return NOTHING
        is_own = method.name in ("__init__", "set_params")
        label = method.owner if is_own else f"{method.owner}.{method.name}"
        names = positional_names(label)
        for index, value in enumerate(places):
            self._pass(value, label, names[index] if index < len(names) else None)
        for key, value in named:
            self._pass_by_name(value, label, key)
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

    def _call_unknown(self, site: CallSite) -> Value:
        """A call of something that is not known: a method of a value, or the result of another call."""
        label = site.method if site.method is not None and site.method != "__init__" else None
        is_shown = isinstance(site.node.func, ast.Name) and is_harmless(site.node.func.id)
        if not is_shown and not is_harmless(site.method or ""):
            for value in site.places:
                self._pass(value, label, None)
            for key, value in site.named:
                self._pass_by_name(value, label, key)
        owner = site.owner if site.method is not None else site.callee
        if site.method in FOLDING and owner.exact is not None:
            return owner  # `args.opt.lower()` is told apart by its letters, not by their case
        return Value(origins=owner.origins, namespaces=owner.namespaces if not site.named else frozenset())

    def _enter(self, function: LocalFunction, arguments: Environment, *, is_new: bool = False) -> Value:
        """Run over a function with `arguments`, unless nothing about them is new."""
        summary = self._summaries.setdefault(function, Summary())
        changed = summary.visits == 0 or is_new
        for name, value in arguments.items():
            joint = also(summary.arguments.get(name), value)
            changed |= joint != summary.arguments.get(name, NOTHING)
            summary.arguments[name] = joint
        most = MAX_VISITS if self._asleep is None else 0
        if changed and not summary.is_running and self._depth < MAX_DEPTH and summary.visits <= most:
            self._visit(function, summary)
        elif changed and self._asleep is None:
            summary.reads.is_partial = self._reads.is_partial = True
        return self._reads.result(summary)

    def _visit(self, function: LocalFunction, summary: Summary) -> None:
        node = function.node
        summary.visits += 1
        summary.is_running = True
        self._depth += 1
        branches = self._branches_open
        before, self._reads = self._reads, Reads()
        summary.reads = self._reads
        around = self._reads.all(self._closures[node]) if node in self._closures else {}
        known = {**around, **self._parameters(function, node, summary)}
        try:
            self._block(node.body, Frame(function.module, known, summary=summary, owner=function.owner))
        finally:
            self._branches_open = branches
            self._depth -= 1
            self._reads = before
            summary.is_running = False

    def _parameters(self, function: LocalFunction, node: Function, summary: Summary) -> Environment:
        known: Environment = {}
        seeds = self._seeds.parameters.get(node, {})
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        defaults = self._literal_defaults(arguments)
        for index, parameter in enumerate(parameters):
            name = parameter.arg
            given = join(summary.arguments.get(name, NOTHING), seeds.get(name, NOTHING))
            if index == 0 and function.owner is not None and name in ("self", "cls"):
                given = join(given, referring(Instance(function.owner)))
            elif given == NOTHING:
                given = join(self._guessed(name, parameter.annotation), defaults.get(name, NOTHING))
            known[name] = given
        if seeds and summary.visits == 1:
            loaded = _loaded_names(node)
            self.flows.read.update(*(value.origins for name, value in seeds.items() if name in loaded))
        return known

    def _literal_defaults(self, arguments: ast.arguments) -> Environment:
        """The literals that parameters have as their defaults."""
        places = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(places), reversed(arguments.defaults), strict=False)]
        pairs += [(p, d) for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        literals = self._seeds.literals
        return {p.arg: Value(origins=frozenset({literals[d]})) for p, d in pairs if d in literals}


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


def _fields_of(node: ast.ClassDef) -> list[str]:
    """The names of `lr: float = 0.1` in the body of a class, which a dataclass takes in this order."""
    targets = [item.target for item in node.body if isinstance(item, ast.AnnAssign)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _loaded_names(node: ast.AST) -> set[str]:
    """The names that a function's body reads."""
    return {part.id for part in walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
