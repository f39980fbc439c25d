"""When a hyperparameter acts or a constraint holds: `booster == dart`, `classes == 2 and imbalance >= 3`.

A condition is read as data and never given to an interpreter. What is not known makes it neither true nor false.
Several values stand as `kernel == rbf|poly`; a value may stand in quotes, a name that is no word stands in braces.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value, value_from_text

_PLAIN_NAME = r"[^\W\d][\w.\-]*"
_VALUE = r"""(?:'[^']*'|"[^"]*"|[^|'"\s][^|]*?)"""
_CLAUSE = re.compile(
    rf"\s*(?:\{{(?P<braced>[^{{}}]+)\}}|(?P<plain>{_PLAIN_NAME}))"
    r"\s*(?P<sign>==|!=|>=|<=|>|<)"
    rf"\s*(?P<values>{_VALUE}(?:\s*\|\s*{_VALUE})*)"
    r"(?P<joint>\s+and(?:\s+|\Z)|\s*\Z)"
)
_ONE_VALUE = re.compile(rf"\s*({_VALUE})\s*(?:\||\Z)")
_BARE = re.compile(r"""[^|'"\s](?:[^|]*[^|\s])?\Z""")
_JOINT_IN_TEXT = re.compile(r"\s(?:and|or)(?:\s|\Z)")
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
            return _ORDERS[self.sign](value, limit)  # type: ignore[arg-type]
        return any(_is_same(value, wanted) for wanted in self.values) is (self.sign == "==")

    def text(self) -> str:
        """As it is written in a file."""
        name = self.name if re.fullmatch(_PLAIN_NAME, self.name) else f"{{{self.name}}}"
        return f"{name} {self.sign} {'|'.join(map(_written, self.values))}"

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
        return cls(_clauses(text))

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


@functools.lru_cache(maxsize=256)
def _clauses(text: str) -> tuple[Clause, ...]:
    found = _CLAUSE.match(text)
    if found is None:
        raise ValueError(f"'{text.strip()}' is no comparison such as: booster == dart")
    first, rest = _clause(found), text[found.end() :]
    return (first, *_clauses(rest)) if found["joint"].strip() else (first,)


def _clause(found: re.Match[str]) -> Clause:
    name, sign, text = found["braced"] or found["plain"], found["sign"], found[0].strip()
    values = tuple(_read(part[1], text) for part in _ONE_VALUE.finditer(found["values"]))
    if sign in _ORDERS and not (len(values) == 1 and is_number(values[0])):
        raise ValueError(f"'{text}' compares with no number")
    return Clause(name, sign, values)


def _read(text: str, clause: str) -> HyperparameterValue:
    if text[0] in "'\"":
        return text[1:-1]
    if _JOINT_IN_TEXT.search(text):
        raise ValueError(f"'{clause}' joins by 'or'; several values of one name are compared like this: booster == a|b")
    return value_from_text(text.strip())


def _written(value: HyperparameterValue) -> str:
    """A value as `_read` reads it; a text that would be read as something else stands in quotes."""
    text = text_from_value(value)
    is_plain = _BARE.match(text) and not _JOINT_IN_TEXT.search(text) and value_from_text(text) == value
    quote = '"' if "'" in text else "'"
    return text if is_plain or not isinstance(value, str) else f"{quote}{text}{quote}"


def _is_same(value: HyperparameterValue, wanted: HyperparameterValue) -> bool:
    if is_number(value) and is_number(wanted):
        return value == wanted
    return text_from_value(value).lower() == text_from_value(wanted).lower()
