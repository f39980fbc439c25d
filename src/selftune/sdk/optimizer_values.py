"""Values and numbers that an `Optimizer` is given, checked at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selftune.model.acting import Conditions, Values, at_rest
from selftune.model.errors import UsageError, nearest_hint
from selftune.model.ranges import CategoricalRange, ContinuousRange, Range
from selftune.model.values import HyperparameterValue, is_finite_number, is_number, short_value
from selftune.sdk.optimizer_given import refuse_unknown_names, spoken
from selftune.sdk.optimizer_space import Space, may_hold
from selftune.sdk.values import plain, shown

LARGEST = 2**128
"""Above all that a seed or a count needs."""


def checked_values(given: Mapping[str, Any], space: Space, conditions: Conditions) -> Values:
    """Values of the whole space, each of its range's own type; what does not act is at rest.

    Raises:
        UsageError: it is no dict, or a value is missing, unknown, outside its range, or outside the hard bounds of its
            soft range.
    """
    if not isinstance(given, Mapping):
        raise UsageError(
            f"Values are a dict by the names of hyperparameters, but {shown(given)} was given.",
            hint=f"Such as {{{', '.join(f'{name!r}: ...' for name, _ in space)}}}.",
        )
    ranges = dict(space)
    refuse_unknown_names("the dict of values", given, ranges, "the ranges")
    values = {name: _value(name, given[name], ranges[name]) for name in ranges if name in given}
    acting = conditions.acting({**{name: at_rest(range_) for name, range_ in space}, **values})
    missing = next((name for name in ranges if name in acting and name not in values), None)
    if missing is not None:
        raise UsageError(f"The values lack '{missing}'.", hint=f"Its range is {spoken(ranges[missing])}.")
    return conditions.settled(values)


def reached(objective: Any, *, failed: bool) -> float | None:
    """An objective as a finite number; None for a failure.

    Raises:
        UsageError: neither or both are given.
    """
    value = plain(objective)
    if failed and objective is not None:
        raise UsageError(
            f"tell() was given the objective {shown(objective)} and failed=True.", hint="Give one of the two."
        )
    if failed:
        return None
    if not is_number(value):
        raise UsageError(
            f"The objective is {shown(objective)}, which is no number.",
            hint="Where nothing was reached, say failed=True.",
        )
    return float(value) if is_finite_number(value) else None


def duration(name: str, given: Any) -> float:
    """Seconds as a finite number of zero or more.

    Raises:
        UsageError: they are none.
    """
    value = plain(given)
    if not is_finite_number(value) or value < 0:
        raise UsageError(f"{name} is {shown(given)}, but it must be a number of seconds, zero or more.")
    return float(value)


def whole_number(name: str, given: Any, *, at_least: int) -> int:
    """A whole number, NumPy's among them.

    Raises:
        UsageError: it is none, or too small.
    """
    value = plain(given)
    if isinstance(value, int) and value >= LARGEST:
        raise UsageError(f"{name} is {shown(given)}, but it must be less than 2 ** 128.")
    if not is_finite_number(value) or value != int(value) or value < at_least:
        raise UsageError(f"{name} is {shown(given)}, but it must be a whole number of {at_least} or more.")
    return int(value)


def _value(name: str, given: Any, range_: Range) -> HyperparameterValue:
    value = plain(given)
    if isinstance(range_, CategoricalRange):
        return _choice(name, value, range_)
    if not is_number(value):
        raise UsageError(
            f"The value of '{name}' is {shown(given)}, which is no number.", hint=f"Its range is {spoken(range_)}."
        )
    if range_.contains(value):
        return range_.nearest(value)
    if may_hold(range_, value):
        return float(value) if isinstance(range_, ContinuousRange) else int(value)
    near = range_.nearest(value) if is_finite_number(value) else range_.low
    raise UsageError(
        f"The value {shown(value)} of '{name}' lies outside its range {spoken(range_)}.",
        hint=f"The nearest valid value is {short_value(near)}.",
    )


def _choice(name: str, value: Any, range_: CategoricalRange) -> HyperparameterValue:
    if isinstance(value, bool | int | float | str) and range_.contains(value):
        return range_.nearest(value)
    raise UsageError(
        f"'{name}' has no choice {shown(value)}.",
        hint=nearest_hint(str(value), [str(choice) for choice in range_.values]),
    )
