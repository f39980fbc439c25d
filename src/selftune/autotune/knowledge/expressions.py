"""Arithmetic over what the data are like: `min(rows / 10, 200)`. Read as data and never run as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

FACTS = ("rows", "columns", "classes", "imbalance", "negatives_per_positive", "missing")
"""The names that an expression may use; conditions may use them too."""
_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {"min": min, "max": max, "sqrt": math.sqrt, "log2": math.log2}


@dataclass(frozen=True, slots=True)
class Expression:
    """Arithmetic over the names of FACTS."""

    text: str

    @classmethod
    def read(cls, text: str) -> Expression:
        """Read an expression.

        Raises:
            ValueError: it is no arithmetic, or it uses a name that no data has.
        """
        expression = cls(str(text))
        unknown = [name for name in expression.names if name not in FACTS]
        if unknown:
            raise ValueError(f"'{unknown[0]}' is none of {', '.join(FACTS)}")
        expression.value(dict.fromkeys(FACTS, 2.0))
        return expression

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it needs."""
        return tuple(dict.fromkeys(_names(self._tree())))

    def value(self, facts: Mapping[str, float]) -> float | None:
        """Its value; None where a fact is missing or the arithmetic has no result."""
        try:
            return float(_evaluate(self._tree(), facts))
        except (KeyError, ZeroDivisionError, OverflowError):
            return None

    def _tree(self) -> ast.expr:
        try:
            return ast.parse(self.text.strip(), mode="eval").body
        except SyntaxError:
            raise ValueError(f"'{self.text}' is no arithmetic such as: min(rows / 10, 200)") from None


def _names(tree: ast.expr) -> list[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called]


def _evaluate(node: ast.expr, facts: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return facts[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _ARITHMETIC[type(op)](_evaluate(left, facts), _evaluate(right, facts))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS and arguments:
            return _FUNCTIONS[name](*(_evaluate(argument, facts) for argument in arguments))
    raise ValueError("only + - * /, min, max, sqrt and log2 of numbers and facts are understood")
