"""What is known of a value while its way through a script is followed."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias, TypeVar

from selftune.autotune.reader.python.source import Function, SourceModule

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class External:
    """A function, class or module of a library, by its qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """What a library's callable returned."""

    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of what a library's callable returned."""

    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class LocalFunction:
    """A function of the program."""

    module: SourceModule
    node: Function
    owner: LocalClass | None = None

    def __hash__(self) -> int:
        return hash((id(self.node), id(self.owner)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFunction) and other.node is self.node and other.owner is self.owner


@dataclass(eq=False, slots=True)
class LocalClass:
    """A class of the program, with what its instances hold: one record for all of them."""

    module: SourceModule
    node: ast.ClassDef
    bases: list[Value]
    attributes: Record = field(default_factory=lambda: Record())
    methods: dict[str, LocalFunction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the program."""

    cls: LocalClass


@dataclass(eq=False, slots=True)
class Record:
    """A dictionary, list, tuple or set of attributes: what is known of its items by key (positions as "0", "1")."""

    items: dict[str, Value] = field(default_factory=dict)

    def put(self, key: str, value: Value) -> None:
        self.items[key] = also(self.items.get(key), value)

    def all(self) -> Value:
        return join(*self.items.values())


Reference: TypeAlias = External | InstanceOf | Method | LocalFunction | LocalClass | Instance | Record


@dataclass(frozen=True, slots=True)
class Value:
    """An abstract value: the hyperparameters that it was computed from, and what it may be."""

    origins: frozenset[str] = frozenset()
    """Names (`dest`) of the hyperparameters in it."""
    namespaces: frozenset[str] = frozenset()
    """It holds hyperparameters as attributes or items: "" for all, "optimizer." for those below that key."""
    references: frozenset[Reference] = frozenset()
    exact: str | None = None
    """The one hyperparameter whose value this surely is, unchanged; None where it was computed or may be another."""

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The references of one kind."""
        if not self.references:
            return []
        return [reference for reference in self.references if isinstance(reference, kind)]


NOTHING = Value()


def join(*values: Value) -> Value:
    """A value that may be any of `values`."""
    told = [value for value in values if value is not NOTHING]
    if not told:
        return NOTHING
    first = told[0]
    others = [value for value in told if value is not first]
    if not others:
        return first
    return Value(
        first.origins.union(*[value.origins for value in others]),
        first.namespaces.union(*[value.namespaces for value in others]),
        first.references.union(*[value.references for value in others]),
        first.exact if all(value.exact == first.exact for value in others) else None,
    )


def inexact(value: Value) -> Value:
    """The same value after something happened to it."""
    return value if value.exact is None else Value(value.origins, value.namespaces, value.references)


def also(before: Value | None, value: Value) -> Value:
    """What a place holds that held `before`, None for nothing yet, and is given `value` as well."""
    if before is None:
        return value
    return join(before, value) if before == value else inexact(join(before, value))


def referring(*references: Reference) -> Value:
    return Value(references=frozenset(references))


@lru_cache(maxsize=4096)
def external(name: str) -> Value:
    """What a library calls by this qualified name; one value for each, which makes joining them quick."""
    return referring(External(name))


@lru_cache(maxsize=4096)
def made_by(name: str) -> Value:
    """What this callable of a library returned; one value for each."""
    return referring(InstanceOf(name))


def record_of(pairs: Iterable[tuple[str, Value]]) -> Value:
    return referring(Record(dict(pairs)))


NAMESPACE = Value(namespaces=frozenset({""}))
