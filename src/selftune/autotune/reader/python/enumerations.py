"""Enumerations, whose members are all that an argument of their type takes."""

from __future__ import annotations

import ast

from selftune.autotune.reader.python.constants import dotted_name, fold
from selftune.autotune.reader.python.source import SourceModule
from selftune.model.values import HyperparameterValue


def is_enumeration(cls: ast.ClassDef) -> bool:
    """Whether a class is an enumeration by its bases."""
    return any((dotted_name(base) or "").endswith("Enum") for base in cls.bases)


def enumerated(
    module: SourceModule, class_name: str | None, *, is_alike: bool = False
) -> tuple[HyperparameterValue, ...] | None:
    """The values of an enumeration of this module in their order; None where the class is none.

    `is_alike` asks for one whose members are called like their values: parsers differ in which of both they take.
    """
    cls = next((node for node in module.all(ast.ClassDef) if node.name == class_name and is_enumeration(node)), None)
    members = [node for node in cls.body if isinstance(node, ast.Assign)] if cls is not None else []
    values = [fold(member.value, module.constants) for member in members]
    names = [dotted_name(member.targets[0]) for member in members]
    plain = tuple(value for value in values if isinstance(value, bool | int | float | str))
    is_told = bool(plain) and len(plain) == len(values)
    return plain if is_told and (not is_alike or list(plain) == names) else None
