"""The state of an abstract run: what each name, attribute and item of a program may hold."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.flow_reads import Reads, Summary
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
    external,
    join,
    record_of,
    referring,
)
from selftune.autotune.reader.python.known_calls import is_conversion
from selftune.autotune.reader.python.lines import Lines, lines_of
from selftune.autotune.reader.python.signatures import canonical
from selftune.autotune.reader.python.source import SourceModule, SourceProgram
from selftune.autotune.reader.python.steps import parameter_of_step, steps_of
from selftune.autotune.reader.reading import Branch
from selftune.model.values import HyperparameterValue

_NAMESPACE_NAMES = frozenset(
    {"args", "opt", "opts", "options", "cfg", "config", "conf", "hparams", "hps", "flags", "FLAGS", "params", "configs"}
)
MAX_NESTING = 4
"""How deep lists and dictionaries in an argument are looked into."""
FLAG = "flag "
"""Begins the name of what absl's DEFINE_ functions return, whose `value` is the hyperparameter."""
Environment = dict[str, Value]


@dataclass(slots=True, kw_only=True)
class Flows:
    """What the run found."""

    reached: dict[str, dict[str, None]] = field(default_factory=dict)
    """Framework arguments in the order found, by hyperparameter."""
    read: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    """Those that code reads which runs today."""
    overwritten: set[str] = field(default_factory=set)
    """Arguments to which the code assigns before it reads them."""
    escaped: set[str] = field(default_factory=set)
    """Prefixes of arguments that went as a whole to code that was not followed; "" for all of them."""
    acting: set[str] = field(default_factory=set)
    """Hyperparameters that code which runs computes, compares or hands on with."""
    dozing: set[str] = field(default_factory=set)
    """Those that code computes with which does not run today."""
    sleeping: dict[str, dict[str, None]] = field(default_factory=dict)
    """Framework arguments that are reached only in code that does not run today."""
    branches: dict[str, dict[Branch, None]] = field(default_factory=dict)
    """By hyperparameter, the code that does not run today in which it is used."""
    allowed: dict[str, tuple[HyperparameterValue, ...]] = field(default_factory=dict)
    """By hyperparameter, the values that the code takes at all: it raises an error for any other."""
    resting: tuple[Lines, ...] = ()
    """Where code stands that does not run today."""
    taken: tuple[Lines, ...] = ()
    """Where code stands that runs today because of what a condition says."""
    spread: set[tuple[str, str]] = field(default_factory=set)
    """(prefix, callable) where all arguments of a prefix were given by name: `AdamW(**settings.optimizer)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Where hyperparameters enter a script beside the results of known parsers."""

    parameters: Mapping[ast.AST, Mapping[str, Value]] = field(default_factory=dict)
    """Values of the parameters of a function that a library calls with hyperparameters."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Names of classes whose objects hold hyperparameters, with the prefix of their names."""
    literals: Mapping[ast.AST, str] = field(default_factory=dict)
    """Origins of the literals that are followed as well, by their expressions."""
    today: Mapping[str, HyperparameterValue] = field(default_factory=dict)
    """Today's values by the names under which the code reads them, as far as they are sure."""


@dataclass(slots=True)
class Frame:
    """The place in which an expression stands."""

    module: SourceModule
    variables: Environment
    globals: set[str] = field(default_factory=set)
    summary: Summary | None = None
    owner: LocalClass | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """The statements at hand surely end here: by `return`, by a decided condition in which one stands."""

    branch: Branch | None = None
    """What the statements behind it would need."""


class FlowState(ABC):
    """What is known while the run goes on, and how names are looked up in it."""

    def __init__(self, program: SourceProgram, seeds: Seeds) -> None:
        self._program = program
        self._seeds = seeds
        self._globals: dict[int, Environment] = {id(module): {} for module in program}
        self._summaries: dict[LocalFunction, Summary] = {}
        """Of the code that runs, or while other code is looked at, of that."""
        self._summaries_of: dict[Branch | None, dict[LocalFunction, Summary]] = {None: self._summaries}
        self._asleep: Branch | None = None
        """What the statement at hand needs, where it does not run today."""
        self._sleepers: dict[LocalClass | LocalFunction, Branch] = {}
        """What only code uses that does not run today, as long as nothing else does."""
        self._awake: set[LocalClass] = set()
        """Classes of which code that runs makes objects, with those above them."""
        self._steps: dict[str, str] | None = None
        """Classes of the steps of pipelines, once they are asked for."""
        self._running: set[ast.AST] = set()
        """Statements that were read as code that runs."""
        self._resting: dict[ast.AST, SourceModule] = {}
        """Statements that a decided condition keeps from running, with their modules."""
        self._taken: dict[ast.AST, SourceModule] = {}
        """Statements that run because of one."""
        self._functions: dict[ast.AST, LocalFunction] = {}
        self._classes: dict[ast.AST, LocalClass] = {}
        self._closures: dict[ast.AST, Environment] = {}
        """What the functions around a function know, by the inner one."""
        self._assigned: Environment = {}
        """What the code assigns to attributes of the arguments."""
        self._reads = Reads()
        """Of the function at hand."""
        self._depth = 0
        self._branches_open = 0
        """How many conditions the statement at hand stands under."""
        self.flows = Flows()

    def _note_lines(self) -> None:
        """Hand on where code stands that does not run today: by a condition, or in functions only called there."""
        asleep = {f for branch, known in self._summaries_of.items() if branch is not None for f in known}
        resting: list[tuple[SourceModule, ast.AST]] = [
            (f.module, f.node) for f in asleep - self._summaries_of[None].keys()
        ]
        resting += [(module, node) for node, module in self._resting.items() if node not in self._running]
        taken = [(module, node) for node, module in self._taken.items() if node not in self._resting]
        self.flows.resting = tuple(lines_of(module.label, node) for module, node in resting)
        self.flows.taken = tuple(lines_of(module.label, node) for module, node in taken)

    def _put(self, owner: Value, key: str, value: Value) -> None:
        if self._asleep is not None:
            return
        for reference in owner.references:
            if isinstance(reference, Record):
                reference.put(key, value)
            elif isinstance(reference, Instance):
                reference.cls.attributes.put(key, value)
        for prefix in owner.namespaces:
            if prefix + key not in self.flows.read and not self._branches_open:
                self.flows.overwritten.add(prefix + key)
            self._reads.is_partial |= self._branches_open > 0
            self._assigned[prefix + key] = join(self._assigned.get(prefix + key, NOTHING), value)

    def _store(self, name: str, value: Value, frame: Frame) -> None:
        if name not in frame.globals:
            frame.variables[name] = also(frame.variables.get(name), value)
        elif self._asleep is None:
            known = self._globals[id(frame.module)]
            known[name] = also(known.get(name), value)

    def _element(self, value: Value, index: int) -> Value:
        records = value.of(Record)
        if not records:
            return value
        found = [self._reads.get(r.items, str(index)) or NOTHING for r in records]
        return join(*found)

    def _imported(self, module: SourceModule, qualified: str, depth: int = 0) -> Value:
        """What an import brings: something of a module of the program, or of a library.

        `depth` counts the modules that only hand the name on.
        """
        plain = qualified.lstrip(".")
        owner, _, name = plain.rpartition(".")
        origin = self._program.named(owner)
        if origin is not None and origin is not module:
            found = self._reads.get(self._globals[id(origin)], name)
            if found is not None:
                return found
            handed_on = origin.imports.get(name)
            if handed_on is not None and depth < MAX_NESTING:
                return self._imported(origin, handed_on, depth + 1)
        whole = self._program.named(plain)
        if whole is not None and whole is not module:
            return referring(Record(self._globals[id(whole)]))
        return external(canonical(plain))

    def _member(self, owner: Value, name: str) -> Value:
        """`owner.name` or `owner["name"]`."""
        if not owner.references and not owner.namespaces:
            return NOTHING
        found = [self._argument(prefix + name) for prefix in owner.namespaces]
        found += [self._member_of(reference, name) for reference in owner.references]
        return join(*found)

    def _member_of(self, reference: Any, name: str) -> Value:
        if isinstance(reference, External):
            return self._external_member(f"{reference.name}.{name}")
        if isinstance(reference, InstanceOf) and reference.name.startswith(FLAG):
            return self._argument(reference.name.removeprefix(FLAG)) if name == "value" else NOTHING
        if isinstance(reference, InstanceOf):
            return referring(Method(reference.name, name))
        if isinstance(reference, Record):
            return join(*(self._reads.get(reference.items, key) or NOTHING for key in (name, "*")))
        if isinstance(reference, Instance | LocalClass):
            return self._class_member(reference.cls if isinstance(reference, Instance) else reference, name, reference)
        return NOTHING

    def _external_member(self, name: str) -> Value:
        if name in ("absl.flags.FLAGS", "flags.FLAGS"):
            return NAMESPACE
        return external(canonical(name))

    def _class_member(self, cls: LocalClass, name: str, owner: Instance | LocalClass) -> Value:
        found = self._reads.get(cls.attributes.items, name)
        if found is not None:
            return found
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
        self._reads.is_partial = True
        method = cls.methods.get("__init__")
        summary = self._summaries.get(method) if method is not None else None
        seeds = self._seeds.parameters.get(method.node, {}) if method is not None else {}
        prefixes = {origin.removesuffix(name) for name, value in seeds.items() for origin in value.origins}
        if prefixes:
            return Value(namespaces=frozenset(prefixes))
        if summary is None:
            return NAMESPACE
        kept = {name: value for name, value in summary.arguments.items() if name != "self"}
        return join(record_of(kept.items()), *(Value(namespaces=value.namespaces) for value in kept.values()))

    def _argument(self, name: str) -> Value:
        self.flows.read.add(name)
        if self._asleep is None:
            self.flows.kept.add(name)
        else:
            self.flows.branches.setdefault(name, {})[self._asleep] = None
        exact = name if name in self._seeds.today else None
        own = Value(origins=frozenset({name}), namespaces=frozenset({f"{name}."}), exact=exact)
        assigned = self._reads.get(self._assigned, name)
        return also(own, assigned) if assigned is not None else own

    def _reach(self, origins: frozenset[str], place: str) -> None:
        if origins and "__" in place:
            place = self._of_step(place)
        for origin in origins:
            if self._asleep is None or self._asleep.is_about(origin):
                self.flows.reached.setdefault(origin, {})[place] = None
            else:
                self.flows.sleeping.setdefault(origin, {})[place] = None
                self.flows.branches.setdefault(origin, {})[self._asleep] = None

    def _of_step(self, place: str) -> str:
        """An argument of a pipeline's step as one of the step's class."""
        if self._steps is None:
            self._steps = steps_of(self._program)
        label = parameter_of_step(place, self._steps)
        return canonical(label) if label is not None else place

    def _act(self, origins: frozenset[str]) -> None:
        """Note that code which runs does something with these."""
        if self._asleep is None:
            self.flows.acting |= origins
            return
        for origin in origins:
            if not self._asleep.is_about(origin):
                self.flows.dozing.add(origin)
                self.flows.branches.setdefault(origin, {})[self._asleep] = None

    @contextmanager
    def _under(self, branch: Branch) -> Iterator[None]:
        """While code is looked at that only runs with `branch`; within such code, its own need comes first."""
        with self._instead(self._asleep or branch):
            yield

    @contextmanager
    def _instead(self, branch: Branch) -> Iterator[None]:
        before, known = self._asleep, self._summaries
        self._asleep = branch
        self._summaries = self._summaries_of.setdefault(branch, {})
        try:
            yield
        finally:
            self._asleep, self._summaries = before, known

    def _pass(self, value: Value, label: str | None, name: str | None) -> None:
        """Note that `value` is the argument `name` (None: unknown, or items) of the call `label` (None: unknown)."""
        self.flows.escaped |= value.namespaces
        if label is None:
            self._act(value.origins)
            return
        if name is None and not is_conversion(label):
            self._act(value.origins)
        if name is not None:
            self._reach(value.origins, f"{label}.{name}")
        waiting = [(record, name, 0) for record in value.of(Record)]
        seen: set[Record] = set()
        while waiting:
            record, place, depth = waiting.pop()
            if record not in seen and depth < MAX_NESTING:
                seen.add(record)
                inner = self._pass_items(record, label, place)
                waiting += [(found, None, depth + 1) for found in inner]

    def _pass_by_name(self, value: Value, label: str | None, name: str | None) -> None:
        """Note a keyword argument of a call, or with None for its name what `**value` gives."""
        self._pass(value, label, name)
        if name is None and label is not None:
            self.flows.spread.update((prefix, label) for prefix in value.namespaces)

    def _pass_items(self, record: Record, label: str, name: str | None) -> list[Record]:
        """Note the items of a dictionary by their keys, those of a list by `name`; gives back the records inside."""
        inner: list[Record] = []
        for key, item in self._reads.all(record.items).items():
            place = name if key.isdigit() or key == "*" else key
            if place is not None:
                self._reach(item.origins, f"{label}.{place}")
            else:
                self._act(item.origins)
            inner += item.of(Record) if place is name else []
        return inner

    def _guessed(self, name: str, annotation: ast.expr | None) -> Value:
        """A parameter that nothing is known of, by its annotation or its name."""
        written = dotted_name(annotation) if annotation is not None else None
        if written is not None and written.rsplit(".", 1)[-1] in self._seeds.classes:
            return Value(namespaces=frozenset({self._seeds.classes[written.rsplit(".", 1)[-1]]}))
        return NAMESPACE if name in _NAMESPACE_NAMES else NOTHING

    @abstractmethod
    def _value(self, node: ast.AST, frame: Frame) -> Value:
        """The abstract value of an expression."""

    @abstractmethod
    def _block(self, body: Sequence[ast.stmt], frame: Frame) -> Left | None:
        """Run over statements; what is left where they surely end before the last one."""
