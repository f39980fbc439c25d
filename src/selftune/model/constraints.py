"""What must hold between hyperparameters: `num_leaves <= 2 ** max_depth`, `warmup < epochs`, `width % heads == 0`.

A constraint is arithmetic over names and numbers with one comparison. It is read once into a tree and never given to an
interpreter; a name without a number makes no statement, so that what is not known forbids nothing.
"""

from __future__ import annotations

import ast
import functools
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selftune.model.errors import UsageError
from selftune.model.values import HyperparameterValue, is_number

_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_LARGEST_EXPONENT = 64.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One statement over hyperparameters that a suggestion must not break."""

    text: str
    """Such as "num_leaves <= 2 ** max_depth". Names that are no Python names stand in braces: "{batch-size} <= 64"."""
    reason: str
    source: str

    def __post_init__(self) -> None:
        _parsed(self.text)

    @property
    def names(self) -> frozenset[str]:
        """The hyperparameters it speaks of."""
        tree, spelled = _parsed(self.text)
        return frozenset(spelled.get(node.id, node.id) for node in ast.walk(tree) if isinstance(node, ast.Name))

    def holds(self, values: Mapping[str, HyperparameterValue]) -> bool:
        """Whether these values keep it; also true where a value is missing or no number."""
        return self.gap(values) == 0.0

    def gap(self, values: Mapping[str, HyperparameterValue]) -> float:
        """How far apart the two sides are where these values break it, in its own unit; 0 where they keep it."""
        tree, spelled = _parsed(self.text)
        known = {name: value for name, value in values.items() if is_number(value)}
        try:
            left = _evaluate(tree.left, known, spelled)
            right = _evaluate(tree.comparators[0], known, spelled)
        except (KeyError, ZeroDivisionError, OverflowError):
            return 0.0
        if _COMPARISONS[type(tree.ops[0])](left, right):
            return 0.0
        return max(abs(left - right), sys.float_info.min)


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[ast.Compare, dict[str, str]]:
    """The tree of a constraint, and which name each stand-in spells.

    Raises:
        UsageError: it is not one comparison of arithmetic over names and numbers.
    """
    plain, spelled = _with_python_names(text)
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
    except SyntaxError:
        tree = None
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or not all(map(_is_allowed, ast.walk(tree))):
        raise UsageError(
            f"'{text}' is no constraint.",
            hint="Write one comparison of names and numbers, such as: num_leaves <= 2 ** max_depth",
        )
    return tree, spelled


def _with_python_names(text: str) -> tuple[str, dict[str, str]]:
    spelled: dict[str, str] = {}

    def parts() -> Iterator[str]:
        rest = text
        while "{" in rest and "}" in rest:
            before, _, rest = rest.partition("{")
            name, _, rest = rest.partition("}")
            stand_in = f"name_{len(spelled)}"
            spelled[stand_in] = name
            yield before + stand_in
        yield rest

    return "".join(parts()), spelled


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return is_number(node.value)
    allowed = (ast.Compare, ast.BinOp, ast.Name, ast.Load, *_ARITHMETIC, *_COMPARISONS)
    return isinstance(node, allowed)


def _evaluate(node: ast.AST, values: Mapping[str, Any], spelled: Mapping[str, str]) -> float:
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return float(values[spelled.get(name, name)])
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _evaluate(left, values, spelled), _evaluate(right, values, spelled)
            if isinstance(op, ast.Pow) and (abs(b) > _LARGEST_EXPONENT or (a < 0 and b != int(b))):
                raise OverflowError
            return _ARITHMETIC[type(op)](a, b)
    raise KeyError
