"""Conditions of an `Optimizer` as people write them, checked at the edge: each can hold, none waits for itself.

A condition that can never hold would silence its hyperparameter for ever, and nobody would be told.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from selftune.model.acting import Conditions, Dependences
from selftune.model.conditions import Clause, Condition
from selftune.model.errors import UsageError, nearest_hint
from selftune.model.ranges import CategoricalRange, IntegerRange, NumericRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value
from selftune.sdk.optimizer_given import by_name, refuse_unknown_names, spoken
from selftune.sdk.optimizer_space import Space, may_hold
from selftune.sdk.values import shown

Texts = tuple[tuple[str, str], ...]


def conditions_of_texts(given: Any, space: Space) -> Texts:
    """When each hyperparameter acts, such as {"rate_drop": "booster == dart"}, checked.

    Raises:
        UsageError: one is no condition, speaks of what has no range, or can never hold.
    """
    texts = by_name("conditions", given)
    ranges = dict(space)
    refuse_unknown_names("conditions", texts, ranges, "the ranges")
    found = [(name, _condition(name, text, ranges)) for name, text in texts.items()]
    _refuse_circle(found, ranges)
    for name, condition in found:
        _refuse_impossible(name, condition, dict(found), ranges)
    return tuple((str(name), text) for name, text in texts.items())


def conditions_read(texts: Texts, space: Space) -> Conditions:
    """When each hyperparameter acts, of texts that were checked."""
    return Conditions(space, [(name, Condition.read(text)) for name, text in texts])


def _condition(name: str, text: Any, ranges: Mapping[str, Range]) -> Condition:
    try:
        if not isinstance(text, str):
            raise ValueError(f"{shown(text)} is no text")
        condition = Condition.read(text)
    except ValueError as error:
        hint = "Write one or more comparisons joined by 'and', such as: booster == dart"
        raise UsageError(f"The condition of '{name}' cannot be read: {error}.", hint=hint) from None
    refuse_unknown_names(f"the condition of '{name}'", condition.names, ranges, "the ranges")
    for clause in condition.clauses:
        _refuse_other_values(name, clause, ranges[clause.name])
    return condition


def _refuse_other_values(name: str, clause: Clause, range_: Range) -> None:
    """Each value that a clause names must be one that the hyperparameter can have, or a limit for its numbers."""
    if clause.sign not in ("==", "!="):
        if isinstance(range_, CategoricalRange) and not any(map(is_number, range_.values)):
            raise UsageError(
                f"The condition of '{name}' is {clause.text()}, but '{clause.name}' is one of {spoken(range_)}.",
                hint=f"Choices are compared like this: {clause.name} == {'|'.join(map(str, range_.values[:2]))}",
            )
        return
    for value in clause.values:
        if not _can_be(range_, value):
            none_such = f"no {'choice' if isinstance(range_, CategoricalRange) else 'value'} '{short_value(value)}'"
            raise UsageError(
                f"The condition of '{name}' is {clause.text()}, but '{clause.name}' has {none_such}.",
                hint=_nearest(range_, value),
            )


def _can_be(range_: Range, value: HyperparameterValue) -> bool:
    if isinstance(range_, CategoricalRange):
        wanted = Clause("", "==", (value,))
        return any(wanted.holds(choice) for choice in range_.values)
    return may_hold(range_, value)


def _nearest(range_: Range, value: HyperparameterValue) -> str:
    if isinstance(range_, CategoricalRange):
        return nearest_hint(text_from_value(value), [text_from_value(choice) for choice in range_.values])
    return f"Its range is {spoken(range_)}."


def _refuse_circle(found: Sequence[tuple[str, Condition]], names: Iterable[str]) -> None:
    circle = Dependences(list(names), found).cycle
    if not circle:
        return
    if len(set(circle)) == 1:
        raise UsageError(
            f"The condition of '{circle[0]}' speaks of '{circle[0]}' itself.",
            hint="A hyperparameter acts by the values of others. What its own value must keep is a constraint.",
        )
    chain = " waits for ".join(f"'{name}'" for name in circle)
    raise UsageError(f"The conditions run in a circle: {chain}.", hint="Leave out the condition of one of them.")


def _refuse_impossible(
    name: str, condition: Condition, conditions: Mapping[str, Condition], ranges: Mapping[str, Range]
) -> None:
    """All clauses on which a hyperparameter depends, through others too, must be able to hold at once."""
    clauses = list(dict.fromkeys(_all_clauses(condition, conditions)))
    for parent in dict.fromkeys(clause.name for clause in clauses):
        of_parent = [clause for clause in clauses if clause.name == parent]
        if any(all(clause.holds(value) for clause in of_parent) for value in _candidates(ranges[parent], of_parent)):
            continue
        told = " and ".join(clause.text() for clause in of_parent)
        raise UsageError(
            f"'{name}' would never act: it needs {told}, but the range of '{parent}' is {spoken(ranges[parent])}.",
            hint="Widen the range, or correct the condition.",
        )


def _all_clauses(condition: Condition, conditions: Mapping[str, Condition]) -> Iterator[Clause]:
    for clause in condition.clauses:
        yield clause
        if clause.name in conditions:
            yield from _all_clauses(conditions[clause.name], conditions)


def _candidates(range_: Range, clauses: Sequence[Clause]) -> list[HyperparameterValue]:
    """Values of a range of which one keeps the clauses, if any does: its ends, their limits, and what lies between."""
    if isinstance(range_, CategoricalRange):
        return list(range_.values)
    limits = [float(value) for clause in clauses for value in clause.values if is_number(value)]
    points = sorted({*_ends(range_), *limits})
    points = sorted({points[0] - 1, points[-1] + 1, *points, *((a + b) / 2 for a, b in itertools.pairwise(points))})
    if isinstance(range_, IntegerRange):
        points = sorted({round(point) for point in points})
    return [point for point in (0.0, *points) if may_hold(range_, point)]


def _ends(range_: NumericRange) -> list[float]:
    """The ends of a range, and of what a soft one may become."""
    hard = range_.hard_bounds if range_.may_expand else None
    further = [] if hard is None else [bound for bound in (hard.low, hard.high) if bound is not None]
    return [bound for bound in (float(range_.low), float(range_.high), *further) if math.isfinite(bound)]
