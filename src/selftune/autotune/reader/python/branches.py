"""What today's values say of a condition in the code, and which other values would turn it.

Three answers: it holds, it does not, it cannot be told. The last is the answer to everything that is not plainly a
comparison of one option with something known.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from selftune.autotune.reader.python.constants import UNKNOWN, Names, fold
from selftune.autotune.reader.reading import Branch, Need
from selftune.model.values import HyperparameterValue, is_number, short_value

Option: TypeAlias = tuple[str, HyperparameterValue]
"""The variable of an option, and its value today."""
Finder: TypeAlias = Callable[[ast.AST], Option | None]
"""The option that an expression hands on unchanged; None for all others."""

_ORDERS: Mapping[type[ast.cmpop], tuple[Callable[[Any, Any], bool], str, str]] = {
    ast.Lt: (operator.lt, "below", "at least"),
    ast.LtE: (operator.le, "at most", "above"),
    ast.Gt: (operator.gt, "above", "at most"),
    ast.GtE: (operator.ge, "at least", "below"),
}
"""Comparison, and how it and its opposite are said."""
_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_ENDS = {"startswith": "begin with", "endswith": "end with"}
FOLDING = frozenset({"lower", "upper", "casefold"})
"""Methods of a text that only change the case of its letters."""
_MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds with today's values, and what would turn it."""

    holds: bool | None = None
    turned_by: tuple[Need, ...] = ()
    """Any of these would."""

    def negated(self) -> Verdict:
        return self if self.holds is None else Verdict(not self.holds, self.turned_by)

    def branch(self) -> Branch:
        """What the code needs that does not run today because of it."""
        return Branch(needs=tuple(dict.fromkeys(self.turned_by)))


_UNTOLD = Verdict()


def verdict(test: ast.AST, option: Finder, names: Names) -> Verdict:
    """What today's values say of `test`; `names` are the constants of its module."""
    if isinstance(test, ast.BoolOp):
        parts = [verdict(part, option, names) for part in test.values]
        return _joined(parts, is_all=isinstance(test.op, ast.And))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return verdict(test.operand, option, names).negated()
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _comparison(test.left, test.ops[0], test.comparators[0], option, names)
    if isinstance(test, ast.Call):
        return _ending(test, option, names)
    found = found_option(test, option)
    return _truth(*found) if found is not None else _UNTOLD


def case_verdict(pattern: ast.pattern, subject: ast.AST, option: Finder, names: Names) -> Verdict:
    """What today's values say of one `case` of a `match` about `subject`."""
    found = found_option(subject, option)
    patterns = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
    values = [fold(part.value, names) if isinstance(part, ast.MatchValue) else UNKNOWN for part in patterns]
    if found is None or not all(map(_is_plain, values)):
        return _UNTOLD
    return _among(*found, values)


def found_option(node: ast.AST, option: Finder) -> Option | None:
    """The option behind `args.opt` and `args.opt.lower()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        found = found_option(node.func.value, option) if node.func.attr in FOLDING else None
        if found is None or not isinstance(found[1], str):
            return None
        return found[0], getattr(found[1], node.func.attr)()
    return option(node)


def choice_of(key: HyperparameterValue, name: str, today: HyperparameterValue) -> Branch:
    """What the item `key` needs of a dictionary out of which an option chooses."""
    return Branch(needs=(Need(option=name, what=f"is {_shown(key)}", today=_shown(today)),))


def _joined(parts: Sequence[Verdict], *, is_all: bool) -> Verdict:
    """`and`, or with is_all=False `or`: one part that decides is enough, else all of them are needed."""
    decisive = next((part for part in parts if part.holds is (not is_all)), None)
    if decisive is not None:
        return decisive
    if any(part.holds is None for part in parts):
        return _UNTOLD
    return Verdict(is_all, tuple(need for part in parts for need in part.turned_by))


def _comparison(left: ast.AST, sign: ast.cmpop, right: ast.AST, option: Finder, names: Names) -> Verdict:
    found, other = found_option(left, option), right
    if found is None:
        found, other = found_option(right, option), left
        if isinstance(sign, ast.In | ast.NotIn):
            return _contained(found, fold(left, names), sign)
        if type(sign) not in _MIRRORED:
            return _UNTOLD
        sign = _MIRRORED[type(sign)]()
    known = fold(other, names)
    if found is None or known is UNKNOWN:
        return _UNTOLD
    if isinstance(sign, ast.In | ast.NotIn):
        is_list = isinstance(known, list | tuple | set | frozenset | dict) and all(map(_is_plain, known))
        told = _among(*found, list(known)) if is_list else _UNTOLD
        return told.negated() if isinstance(sign, ast.NotIn) else told
    if isinstance(sign, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
        told = _among(*found, [known]) if _is_plain(known) else _UNTOLD
        return told.negated() if isinstance(sign, ast.NotEq | ast.IsNot) else told
    return _ordered(*found, sign, known)


def _ordered(name: str, today: HyperparameterValue, sign: ast.cmpop, limit: Any) -> Verdict:
    if type(sign) not in _ORDERS or not is_number(today) or not is_number(limit):
        return _UNTOLD
    compare, said, opposite = _ORDERS[type(sign)]
    holds = compare(today, limit)
    return Verdict(holds, (_need(name, f"is {opposite if holds else said} {short_value(limit)}", today),))


def _among(name: str, today: HyperparameterValue, values: Iterable[Any]) -> Verdict:
    """Whether today's value is one of `values`; not told where only the case of a text differs, or the kind."""
    wanted = list(values)
    holds = any(_kind_of(today) is _kind_of(value) and today == value for value in wanted)
    if not holds and any(not _differ(today, value) for value in wanted):
        return _UNTOLD
    if wanted == [None]:
        return Verdict(holds, (_need(name, "is not given", today),))
    said = " or ".join(_shown(value) for value in wanted[:_MOST_SHOWN])
    is_flag = isinstance(today, bool) and len(wanted) == 1
    what = ("is off" if today else "is on") if is_flag else f"is {'not ' if holds else ''}{said}"
    return Verdict(holds, (_need(name, what, today),))


def _differ(today: HyperparameterValue, value: Any) -> bool:
    if value is None:
        return True
    if isinstance(today, str) and isinstance(value, str):
        return today.casefold() != value.casefold()
    return _kind_of(today) is _kind_of(value)


def _kind_of(value: Any) -> type:
    """Text, number or truth: what can be compared."""
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)


def _contained(found: Option | None, text: Any, sign: ast.cmpop) -> Verdict:
    """`"adam" in args.opt`"""
    name, today = found or ("", None)
    if not isinstance(text, str) or not isinstance(today, str):
        return _UNTOLD
    holds = text in today
    if not holds and text.casefold() in today.casefold():
        return _UNTOLD
    told = Verdict(holds, (_need(name, f"{'does not hold' if holds else 'holds'} {text}", today),))
    return told.negated() if isinstance(sign, ast.NotIn) else told


def _ending(test: ast.Call, option: Finder, names: Names) -> Verdict:
    """`args.opt.startswith("ada")`"""
    if not isinstance(test.func, ast.Attribute) or test.func.attr not in _ENDS or len(test.args) != 1:
        return _UNTOLD
    found, text = found_option(test.func.value, option), fold(test.args[0], names)
    if found is None or not isinstance(found[1], str) or not isinstance(text, str):
        return _UNTOLD
    name, today = found
    holds = bool(getattr(today, test.func.attr)(text))
    said = _ENDS[test.func.attr]
    verb = f"does not {said}" if holds else f"{said.split()[0]}s {said.split()[1]}"
    return Verdict(holds, (_need(name, f"{verb} {text}", today),))


def _truth(name: str, today: HyperparameterValue) -> Verdict:
    """`if args.mixup:`"""
    if isinstance(today, bool):
        return Verdict(today, (_need(name, "is off" if today else "is on", today),))
    if is_number(today):
        return Verdict(bool(today), (_need(name, "is 0" if today else "is not 0", today),))
    return Verdict(bool(today), (_need(name, "is empty" if today else "is given", today),))


def _need(name: str, what: str, today: HyperparameterValue) -> Need:
    return Need(option=name, what=what, today=_shown(today))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "empty" if value == "" else short_value(value)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str)
