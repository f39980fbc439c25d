"""Following hyperparameters from where a script reads them to the library calls that they reach.

An abstract run over the syntax tree: each expression is given the set of hyperparameters that its value may be computed
from. Functions are entered with what they are called with; those that nothing calls are read once with nothing known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from selftune.autotune.reader.python.constants import dotted_name
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
from selftune.autotune.reader.python.signatures import canonical, positional_names
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram

MAX_DEPTH = 12
MAX_VISITS = 3
"""How often a function is entered with new arguments."""
_NAMESPACE_NAMES = frozenset(
    {"args", "opt", "opts", "options", "cfg", "config", "conf", "hparams", "hps", "flags", "FLAGS", "params", "configs"}
)
_ENVIRONMENT_CALLS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault"})
Environment = dict[str, Value]


@dataclass(slots=True, kw_only=True)
class Flows:
    """What the run found."""

    reached: dict[str, dict[str, None]] = field(default_factory=dict)
    """Framework arguments in the order found, by hyperparameter."""
    read: set[str] = field(default_factory=set)
    overwritten: set[str] = field(default_factory=set)
    """Arguments to which the code assigns before it reads them."""
    is_escaped: bool = False
    """True where the whole set of arguments went to code that was not followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Where hyperparameters enter a script beside the results of known parsers."""

    parameters: Mapping[ast.AST, Mapping[str, Value]] = field(default_factory=dict)
    """Values of the parameters of a function that a library calls with hyperparameters."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Names of classes whose objects hold hyperparameters, with the prefix of their names."""


def follow(program: SourceProgram, seeds: Seeds) -> Flows:
    """Follow all hyperparameters through `program`."""
    run = _Run(program, seeds)
    run.all_modules()
    return run.flows


@dataclass(slots=True)
class _Summary:
    """What is known of one function: its arguments so far and what it returns."""

    arguments: Environment = field(default_factory=dict)
    returned: Value = NOTHING
    visits: int = 0
    is_running: bool = False


@dataclass(slots=True)
class _Frame:
    """The place in which an expression stands."""

    module: SourceModule
    variables: Environment
    globals: set[str] = field(default_factory=set)
    summary: _Summary | None = None
    owner: LocalClass | None = None


class _Run:
    """The abstract run over all modules of a program."""

    def __init__(self, program: SourceProgram, seeds: Seeds) -> None:
        self._program = program
        self._seeds = seeds
        self._globals: dict[int, Environment] = {id(module): {} for module in program}
        self._summaries: dict[LocalFunction, _Summary] = {}
        self._functions: dict[ast.AST, LocalFunction] = {}
        self._classes: dict[ast.AST, LocalClass] = {}
        self._assigned: Environment = {}
        """What the code assigns to attributes of the arguments."""
        self._depth = 0
        self._branches_open = 0
        """How many conditions the statement at hand stands under."""
        self.flows = Flows()

    def all_modules(self) -> None:
        for module in reversed(list(self._program)):
            self._block(module.tree.body, _Frame(module, self._globals[id(module)]))
        for function in list(self._functions.values()):
            if function not in self._summaries:
                self._enter(function, {}, is_new=True)
        for function, summary in list(self._summaries.items()):
            if summary.visits <= MAX_VISITS:
                self._enter(function, {}, is_new=True)

    # Statements

    def _block(self, body: Sequence[ast.stmt], frame: _Frame) -> None:
        for statement in body:
            action = _STATEMENTS.get(type(statement))
            if action is not None:
                action(self, statement, frame)

    def _define_function(self, node: Any, frame: _Frame) -> None:
        function = self._functions.setdefault(node, LocalFunction(frame.module, node))
        for decorator in node.decorator_list:
            self._value(decorator, frame)
        self._store(node.name, referring(function), frame)

    def _define_class(self, node: Any, frame: _Frame) -> None:
        cls = self._classes.get(node)
        if cls is None:
            cls = self._classes[node] = LocalClass(
                frame.module, node, [self._value(base, frame) for base in node.bases]
            )
            for item in node.body:
                if isinstance(item, Function):
                    method = LocalFunction(frame.module, item, cls)
                    cls.methods[item.name] = method
                    self._functions.setdefault(item, method)
        inner = _Frame(frame.module, {**frame.variables})
        self._block([item for item in node.body if not isinstance(item, Function)], inner)
        for name in inner.variables.keys() - frame.variables.keys():
            cls.attributes.put(name, inner.variables[name])
        self._store(node.name, referring(cls), frame)

    def _assign(self, node: Any, frame: _Frame) -> None:
        if node.value is None:
            return
        value = self._value(node.value, frame)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(node, ast.AugAssign):
                self._bind(target, join(value, self._value(target, frame)), frame)
            else:
                self._bind(target, value, frame)

    def _bind(self, target: ast.AST, value: Value, frame: _Frame) -> None:
        if isinstance(target, ast.Name):
            self._store(target.id, value, frame)
        elif isinstance(target, ast.Tuple | ast.List):
            for index, item in enumerate(target.elts):
                inner = item.value if isinstance(item, ast.Starred) else item
                self._bind(inner, self._element(value, index), frame)
        elif isinstance(target, ast.Attribute):
            self._put(self._value(target.value, frame), target.attr, value)
        elif isinstance(target, ast.Subscript):
            key = target.slice.value if isinstance(target.slice, ast.Constant) else "*"
            self._put(self._value(target.value, frame), str(key), value)

    def _put(self, owner: Value, key: str, value: Value) -> None:
        for reference in owner.references:
            if isinstance(reference, Record):
                reference.put(key, value)
            elif isinstance(reference, Instance):
                reference.cls.attributes.put(key, value)
        for prefix in owner.namespaces:
            if prefix + key not in self.flows.read and not self._branches_open:
                self.flows.overwritten.add(prefix + key)
            self._assigned[prefix + key] = join(self._assigned.get(prefix + key, NOTHING), value)

    def _store(self, name: str, value: Value, frame: _Frame) -> None:
        if name in frame.globals:
            known = self._globals[id(frame.module)]
            known[name] = join(known.get(name, NOTHING), value)
        else:
            before = frame.variables.get(name, NOTHING)
            frame.variables[name] = join(before, value)

    def _element(self, value: Value, index: int) -> Value:
        records = value.of(Record)
        if not records:
            return value
        found = [r.items.get(str(index), NOTHING) for r in records if isinstance(r, Record)]
        return join(*found)

    def _loop(self, node: Any, frame: _Frame) -> None:
        items = self._value(node.iter, frame)
        if isinstance(node.iter, ast.Call) and dotted_name(node.iter.func) in ("range", "tqdm.trange", "trange"):
            self._reach(items.origins, f"for.{_loop_name(node.target)}")
        records = [r for r in items.of(Record) if isinstance(r, Record)]
        self._bind(node.target, join(*(r.all() for r in records)) if records else items, frame)
        self._block([*node.body, *node.orelse], frame)

    def _return(self, node: Any, frame: _Frame) -> None:
        value = self._value(node.value, frame) if node.value is not None else NOTHING
        if frame.summary is not None:
            frame.summary.returned = join(frame.summary.returned, value)

    def _with(self, node: Any, frame: _Frame) -> None:
        for item in node.items:
            value = self._value(item.context_expr, frame)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, value, frame)
        self._block(node.body, frame)

    def _branches(self, node: Any, frame: _Frame) -> None:
        for name in ("test", "subject"):
            if getattr(node, name, None) is not None:
                self._value(getattr(node, name), frame)
        self._branches_open += not isinstance(node, ast.Try) and not _is_main_guard(node)
        for name in ("body", "orelse", "finalbody"):
            self._block(getattr(node, name, ()), frame)
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            self._block(part.body, frame)
        self._branches_open -= not isinstance(node, ast.Try) and not _is_main_guard(node)

    def _expressions_of(self, node: Any, frame: _Frame) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._value(child, frame)

    def _declare_global(self, node: Any, frame: _Frame) -> None:
        frame.globals.update(node.names)

    # Expressions

    def _value(self, node: ast.AST, frame: _Frame) -> Value:
        action = _EXPRESSIONS.get(type(node))
        if action is not None:
            return action(self, node, frame)
        if isinstance(node, ast.Constant):
            return NOTHING
        return join(*[self._value(child, frame) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)])

    def _name(self, node: Any, frame: _Frame) -> Value:
        found = frame.variables.get(node.id)
        if found is None:
            found = self._globals[id(frame.module)].get(node.id)
        if found is not None:
            return found
        qualified = frame.module.imports.get(node.id)
        if qualified is None:
            return referring(External(node.id))
        return self._imported(frame.module, qualified)

    def _imported(self, module: SourceModule, qualified: str) -> Value:
        """What an import brings: something of a module of the program, or of a library."""
        plain = qualified.lstrip(".")
        owner, _, name = plain.rpartition(".")
        origin = self._module(owner)
        if origin is not None and origin is not module:
            found = self._globals[id(origin)].get(name)
            if found is not None:
                return found
        whole = self._module(plain)
        if whole is not None and whole is not module:
            return referring(Record(self._globals[id(whole)]))
        return referring(External(canonical(plain)))

    def _module(self, name: str) -> SourceModule | None:
        if not name:
            return None
        found = self._program.modules.get(name)
        if found is not None:
            return found
        return next((m for n, m in self._program.modules.items() if n.endswith(f".{name}")), None)

    def _attribute(self, node: Any, frame: _Frame) -> Value:
        return self._member(self._value(node.value, frame), node.attr)

    def _member(self, owner: Value, name: str) -> Value:
        """`owner.name` or `owner["name"]`."""
        found = [self._argument(prefix + name) for prefix in owner.namespaces]
        for reference in owner.references:
            found.append(self._member_of(reference, name))
        return join(*found)

    def _member_of(self, reference: Any, name: str) -> Value:
        if isinstance(reference, External):
            return self._external_member(f"{reference.name}.{name}")
        if isinstance(reference, InstanceOf):
            return referring(Method(reference.name, name))
        if isinstance(reference, Record):
            return join(reference.items.get(name, NOTHING), reference.items.get("*", NOTHING))
        if isinstance(reference, Instance | LocalClass):
            return self._class_member(reference.cls if isinstance(reference, Instance) else reference, name, reference)
        return NOTHING

    def _external_member(self, name: str) -> Value:
        if name in ("absl.flags.FLAGS", "flags.FLAGS"):
            return NAMESPACE
        return referring(External(canonical(name)))

    def _class_member(self, cls: LocalClass, name: str, owner: Instance | LocalClass) -> Value:
        if name in cls.attributes.items:
            return cls.attributes.items[name]
        if name == "hparams":
            return self._saved_hyperparameters(cls)
        if name in cls.methods:
            return referring(cls.methods[name])
        if cls.node.name in self._seeds.classes:
            return self._argument(self._seeds.classes[cls.node.name] + name)
        inherited: list[Value] = []
        for base in cls.bases:
            for reference in base.references:
                if isinstance(reference, LocalClass) and reference is not cls:
                    inherited.append(self._class_member(reference, name, owner))
                elif isinstance(reference, External):
                    inherited.append(referring(Method(reference.name, name)))
        return join(*inherited)

    def _saved_hyperparameters(self, cls: LocalClass) -> Value:
        """`self.hparams` of Lightning: the arguments of `__init__`, by name."""
        method = cls.methods.get("__init__")
        summary = self._summaries.get(method) if method is not None else None
        if summary is None:
            return NAMESPACE
        kept = {name: value for name, value in summary.arguments.items() if name != "self"}
        return join(record_of(kept.items()), *(Value(namespaces=value.namespaces) for value in kept.values()))

    def _argument(self, name: str) -> Value:
        self.flows.read.add(name)
        own = Value(origins=frozenset({name}), namespaces=frozenset({f"{name}."}))
        return join(own, self._assigned.get(name, NOTHING))

    def _subscript(self, node: Any, frame: _Frame) -> Value:
        owner = self._value(node.value, frame)
        if not isinstance(node.slice, ast.Constant):
            self._value(node.slice, frame)
            records = [r.all() for r in owner.of(Record) if isinstance(r, Record)]
            return join(Value(origins=owner.origins), *records)
        key = node.slice.value
        if External("sys.argv") in owner.references and isinstance(key, int):
            return self._argument(f"argv{key}")
        if External("os.environ") in owner.references:
            return self._argument(str(key))
        if isinstance(key, int):
            return join(Value(origins=owner.origins), self._element(Value(references=owner.references), key))
        return self._member(owner, str(key))

    def _dictionary(self, node: Any, frame: _Frame) -> Value:
        record = Record()
        spread: list[Value] = []
        for key, item in zip(node.keys, node.values, strict=True):
            value = self._value(item, frame)
            if key is None:
                spread.append(value)
            else:
                record.put(str(key.value) if isinstance(key, ast.Constant) else "*", value)
        for value in spread:
            for reference in value.of(Record):
                assert isinstance(reference, Record)
                for name, inner in reference.items.items():
                    record.put(name, inner)
        return join(referring(record), *(Value(namespaces=value.namespaces) for value in spread))

    def _sequence(self, node: Any, frame: _Frame) -> Value:
        return record_of((str(index), self._value(item, frame)) for index, item in enumerate(node.elts))

    def _comprehension(self, node: Any, frame: _Frame) -> Value:
        inner = _Frame(frame.module, dict(frame.variables), frame.globals, frame.summary)
        for generator in node.generators:
            items = self._value(generator.iter, inner)
            records = [r.all() for r in items.of(Record) if isinstance(r, Record)]
            self._bind(generator.target, join(*records) if records else items, inner)
        if isinstance(node, ast.DictComp):
            return record_of([("*", self._value(node.value, inner))])
        return record_of([("*", self._value(node.elt, inner))])

    def _conditional(self, node: Any, frame: _Frame) -> Value:
        self._value(node.test, frame)
        return join(self._value(node.body, frame), self._value(node.orelse, frame))

    def _comparison(self, node: Any, frame: _Frame) -> Value:
        self._expressions_of(node, frame)
        return NOTHING

    def _lambda(self, node: Any, frame: _Frame) -> Value:
        inner = _Frame(frame.module, dict(frame.variables), frame.globals)
        for argument in node.args.args:
            inner.variables[argument.arg] = NOTHING
        return self._value(node.body, inner)

    def _named(self, node: Any, frame: _Frame) -> Value:
        value = self._value(node.value, frame)
        self._bind(node.target, value, frame)
        return value

    # Calls

    def _call(self, node: Any, frame: _Frame) -> Value:
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

    def _special(self, node: ast.Call, callee: Value, places: list[Value], frame: _Frame) -> Value | None:
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
            assert isinstance(reference, Record)
            for source in value.of(Record) if method != "append" else ():
                assert isinstance(source, Record)
                for name, item in source.items.items():
                    reference.put(name, item)
            if method == "append":
                reference.put("*", value)

    def _call_local(
        self,
        function: LocalFunction,
        node: ast.Call,
        places: list[Value],
        named: list[tuple[str | None, Value]],
        frame: _Frame,
    ) -> Value:
        own = self._value(node.func.value, frame) if isinstance(node.func, ast.Attribute) else NOTHING
        return self._enter(function, _bound(function, places, named, own))

    def _create(self, cls: LocalClass, places: list[Value], named: list[tuple[str | None, Value]]) -> Value:
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

    def _call_external(self, name: str, places: list[Value], named: list[tuple[str | None, Value]]) -> Value:
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
                assert isinstance(reference, External)
                self._call_external(reference.name, places[1:], named)
            return places[0]
        return referring(InstanceOf(name))

    def _call_method(self, method: Method, places: list[Value], named: list[tuple[str | None, Value]]) -> Value:
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

    def _super(self, frame: _Frame) -> Value:
        """`super()`: an object of each base class."""
        found: list[Value] = []
        for base in frame.owner.bases if frame.owner is not None else ():
            for reference in base.references:
                if isinstance(reference, LocalClass):
                    found.append(referring(Instance(reference)))
                elif isinstance(reference, External):
                    found.append(referring(InstanceOf(reference.name)))
        return join(*found)

    def _call_unknown(
        self, node: ast.Call, callee: Value, places: list[Value], named: list[tuple[str | None, Value]], frame: _Frame
    ) -> Value:
        """A call of something that is not known: a method of a value, or the result of another call."""
        owner = self._value(node.func.value, frame) if isinstance(node.func, ast.Attribute) else callee
        if isinstance(node.func, ast.Attribute) and not is_harmless(node.func.attr) and node.func.attr != "__init__":
            for key, value in named:
                self._pass(value, node.func.attr, key)
            for value in places:
                self._pass(value, node.func.attr, None)
        return Value(origins=owner.origins, namespaces=owner.namespaces if not named else frozenset())

    def _pass(self, value: Value, label: str, name: str | None) -> None:
        """Note that `value` is the argument `name` (None: unknown, or the items of a dictionary) of the call `label`."""
        if name is not None:
            self._reach(value.origins, f"{label}.{name}")
        for reference in value.of(Record):
            assert isinstance(reference, Record)
            self._pass_items(reference, label, name)
        self.flows.is_escaped = self.flows.is_escaped or "" in value.namespaces

    def _pass_items(self, record: Record, label: str, name: str | None) -> None:
        for key, item in record.items.items():
            if key.isdigit() or key == "*":
                if name is not None:
                    self._reach(item.origins, f"{label}.{name}")
                for inner in item.of(Record):
                    if inner is not record:
                        self._pass(referring(inner), label, None)
            else:
                self._reach(item.origins, f"{label}.{key}")

    def _reach(self, origins: frozenset[str], place: str) -> None:
        for origin in origins:
            self.flows.reached.setdefault(origin, {})[place] = None

    def _enter(self, function: LocalFunction, arguments: Environment, *, is_new: bool = False) -> Value:
        """Run over a function with `arguments`, unless nothing about them is new."""
        summary = self._summaries.setdefault(function, _Summary())
        changed = summary.visits == 0 or is_new
        for name, value in arguments.items():
            joint = join(summary.arguments.get(name, NOTHING), value)
            if joint != summary.arguments.get(name, NOTHING):
                summary.arguments[name] = joint
                changed = True
        if changed and not summary.is_running and self._depth < MAX_DEPTH and summary.visits <= MAX_VISITS:
            self._visit(function, summary)
        return summary.returned

    def _visit(self, function: LocalFunction, summary: _Summary) -> None:
        node = function.node
        summary.visits += 1
        summary.is_running = True
        self._depth += 1
        frame = _Frame(
            function.module, self._parameters(function, node, summary), summary=summary, owner=function.owner
        )
        self._block(node.body, frame)
        self._depth -= 1
        summary.is_running = False

    def _parameters(self, function: LocalFunction, node: Function, summary: _Summary) -> Environment:
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
        for name, value in seeds.items():
            if _read_names(node, name):
                self.flows.read.update(value.origins)
        return known

    def _guessed(self, name: str, annotation: ast.expr | None) -> Value:
        """A parameter that nothing is known of, by its annotation or its name."""
        written = dotted_name(annotation) if annotation is not None else None
        if written is not None and written.rsplit(".", 1)[-1] in self._seeds.classes:
            return Value(namespaces=frozenset({self._seeds.classes[written.rsplit(".", 1)[-1]]}))
        return NAMESPACE if name in _NAMESPACE_NAMES else NOTHING


def _bound(
    function: LocalFunction, places: Sequence[Value], named: Sequence[tuple[str | None, Value]], own: Value
) -> Environment:
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
        items = [r.items[name] for r in value.of(Record) if isinstance(r, Record) and name in r.items]
        inner = [
            Value(origins=frozenset({prefix + name}), namespaces=frozenset({f"{prefix}{name}."}))
            for prefix in value.namespaces
        ]
        found[name] = join(*items, *inner)
    return found


def _is_main_guard(node: ast.AST) -> bool:
    """`if __name__ == "__main__"`, which holds in a run."""
    test = node.test if isinstance(node, ast.If) else None
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _loop_name(target: ast.AST) -> str:
    return target.id if isinstance(target, ast.Name) else "_"


def _read_names(node: ast.AST, name: str) -> bool:
    """Whether a function's body reads one of its parameters."""
    return any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) for part in ast.walk(node)
    )


_Action = Callable[[_Run, Any, _Frame], None]
_Evaluation = Callable[[_Run, Any, _Frame], Value]

_STATEMENTS: dict[type[ast.stmt], _Action] = {
    ast.FunctionDef: _Run._define_function,
    ast.AsyncFunctionDef: _Run._define_function,
    ast.ClassDef: _Run._define_class,
    ast.Assign: _Run._assign,
    ast.AnnAssign: _Run._assign,
    ast.AugAssign: _Run._assign,
    ast.For: _Run._loop,
    ast.AsyncFor: _Run._loop,
    ast.While: _Run._branches,
    ast.If: _Run._branches,
    ast.Try: _Run._branches,
    ast.Match: _Run._branches,
    ast.With: _Run._with,
    ast.AsyncWith: _Run._with,
    ast.Return: _Run._return,
    ast.Expr: _Run._expressions_of,
    ast.Raise: _Run._expressions_of,
    ast.Assert: _Run._expressions_of,
    ast.Global: _Run._declare_global,
    ast.Nonlocal: _Run._declare_global,
}
_EXPRESSIONS: dict[type[ast.AST], _Evaluation] = {
    ast.Name: _Run._name,
    ast.Attribute: _Run._attribute,
    ast.Subscript: _Run._subscript,
    ast.Call: _Run._call,
    ast.Dict: _Run._dictionary,
    ast.List: _Run._sequence,
    ast.Tuple: _Run._sequence,
    ast.Set: _Run._sequence,
    ast.ListComp: _Run._comprehension,
    ast.SetComp: _Run._comprehension,
    ast.GeneratorExp: _Run._comprehension,
    ast.DictComp: _Run._comprehension,
    ast.IfExp: _Run._conditional,
    ast.Compare: _Run._comparison,
    ast.Lambda: _Run._lambda,
    ast.NamedExpr: _Run._named,
}
