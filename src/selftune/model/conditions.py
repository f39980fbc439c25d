"""When a hyperparameter acts or a constraint holds: `booster == dart`, `classes == 2 and imbalance >= 3`.

A condition is read as data and never given to an interpreter. What is not known makes it neither true nor false.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value, value_from_text

_CLAUSE = re.compile(r"\s*([A-Za-z_]\w*)\s*(==|!=|>=|<=|>|<)\s*(\S.*?)\s*\Z")
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SPOKEN = {
    "classes": "the number of classes",
    "imbalance": "how many rows the largest class has for each of the smallest",
    "rows": "the number of rows",
    "columns": "the number of columns",
    "missing": "the share of empty cells",
    "metric": "the kind of the objective metric",
}
"""What a condition's name is for people, where it is no hyperparameter."""
_WORDS = {">=": "at least", "<=": "at most", ">": "above", "<": "below", "==": "", "!=": "not"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison of a name with values, of which one must fit (`==`) or none may (`!=`)."""

    name: str
    sign: str
    values: tuple[HyperparameterValue, ...]

    def holds(self, value: HyperparameterValue) -> bool | None:
        """Whether a value keeps it; None where it cannot be compared."""
        if self.sign in _ORDERS:
            limit = self.values[0]
            if not is_number(value) or not is_number(limit):
                return None
            return _ORDERS[self.sign](float(value), float(limit))
        return any(_is_same(value, wanted) for wanted in self.values) is (self.sign == "==")

    def text(self) -> str:
        """As it is written in a file."""
        return f"{self.name} {self.sign} {'|'.join(short_value(value) for value in self.values)}"

    def __str__(self) -> str:
        shown = " or ".join(short_value(value) for value in self.values)
        return " ".join(word for word in (_SPOKEN.get(self.name, self.name), "is", _WORDS[self.sign], shown) if word)


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses that must all hold."""

    clauses: tuple[Clause, ...]

    @classmethod
    def read(cls, text: str) -> Condition:
        """Read "NAME SIGN VALUE [and ...]"; several values of `==` and `!=` are separated by "|".

        Raises:
            ValueError: it is no such text.
        """
        return cls(tuple(_clause(part) for part in text.split(" and ")))

    def text(self) -> str:
        """As it is written in a file."""
        return " and ".join(clause.text() for clause in self.clauses)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(clause.name for clause in self.clauses)

    def broken(self, values: Mapping[str, HyperparameterValue]) -> Clause | None:
        """The first clause that is known not to hold."""
        return next((clause for clause in self.clauses if self._verdict(clause, values) is False), None)

    def is_known_to_hold(self, values: Mapping[str, HyperparameterValue]) -> bool:
        """Whether every clause is known to hold."""
        return all(self._verdict(clause, values) is True for clause in self.clauses)

    def __str__(self) -> str:
        return " and ".join(str(clause) for clause in self.clauses)

    @staticmethod
    def _verdict(clause: Clause, values: Mapping[str, HyperparameterValue]) -> bool | None:
        return clause.holds(values[clause.name]) if clause.name in values else None


def _clause(text: str) -> Clause:
    found = _CLAUSE.match(text)
    if found is None:
        raise ValueError(f"'{text.strip()}' is no comparison such as: booster == dart")
    name, sign, right = found.groups()
    values = tuple(value_from_text(part.strip()) for part in right.split("|"))
    if sign in _ORDERS and not (len(values) == 1 and is_number(values[0])):
        raise ValueError(f"'{text.strip()}' compares with no number")
    return Clause(name, sign, values)


def _is_same(value: HyperparameterValue, wanted: HyperparameterValue) -> bool:
    if is_number(value) and is_number(wanted):
        return float(value) == float(wanted)
    return text_from_value(value).lower() == text_from_value(wanted).lower()
