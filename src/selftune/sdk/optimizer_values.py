"""Values and numbers that an `Optimizer` is given, checked at the edge."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from selftune.model.errors import UsageError
from selftune.model.ranges import ContinuousRange, IntegerRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value
from selftune.sdk.optimizer_conditions import Conditions, Values, at_rest
from selftune.sdk.optimizer_space import Space, refuse_unknown_names


def checked_values(given: Mapping[str, Any], space: Space, conditions: Conditions) -> Values:
    """Values of the whole space, each of its range's own type; what does not act is at rest.

    Raises:
        UsageError: one is missing, unknown, or outside its range, or outside the hard bounds of its soft range.
    """
    ranges = dict(space)
    refuse_unknown_names("the dict of values", given, ranges, "the ranges")
    values = {name: _value(name, given[name], ranges[name]) for name in ranges if name in given}
    acting = conditions.acting({**{name: at_rest(range_) for name, range_ in space}, **values})
    missing = next((name for name in ranges if name in acting and name not in values), None)
    if missing is not None:
        raise UsageError(f"The values lack '{missing}'.", hint=f"Its range is {ranges[missing]}.")
    return conditions.settled(values)


def reached(objective: Any, *, failed: bool) -> float | None:
    """An objective as a finite number; None for a failure.

    Raises:
        UsageError: neither or both are given.
    """
    plain = _plain(objective)
    if failed and objective is not None:
        raise UsageError(f"tell() was given the objective {objective!r} and failed=True.", hint="Give one of the two.")
    if failed:
        return None
    if not is_number(plain):
        raise UsageError(
            f"The objective is {objective!r}, which is no number.", hint="Where nothing was reached, say failed=True."
        )
    return float(plain) if math.isfinite(plain) else None


def duration(name: str, given: Any) -> float:
    """Seconds as a finite number of zero or more.

    Raises:
        UsageError: they are none.
    """
    value = _plain(given)
    if not is_number(value) or not 0 <= value < math.inf:
        raise UsageError(f"{name} is {given!r}, but it must be a number of seconds, zero or more.")
    return float(value)


def whole_number(name: str, given: Any, *, at_least: int) -> int:
    """A whole number, NumPy's among them.

    Raises:
        UsageError: it is none, or too small.
    """
    value = _plain(given)
    if not is_number(value) or not float(value).is_integer() or value < at_least:
        raise UsageError(f"{name} is {given!r}, but it must be a whole number of {at_least} or more.")
    return int(value)


def _value(name: str, given: Any, range_: Range) -> HyperparameterValue:
    value = _plain(given)
    if not isinstance(value, bool | int | float | str):
        raise UsageError(f"The value of '{name}' is {given!r}, but its range is {range_}.")
    if range_.contains(value):
        return range_.nearest(value)
    if isinstance(range_, ContinuousRange | IntegerRange) and _may_hold(range_, value):
        return float(value) if isinstance(range_, ContinuousRange) else int(value)
    raise UsageError(
        f"The value {short_value(value)} of '{name}' lies outside its range {range_}.",
        hint=f"The nearest valid value is {short_value(range_.nearest(0 if value != value else value))}.",
    )


def _may_hold(range_: ContinuousRange | IntegerRange, value: HyperparameterValue) -> bool:
    """Whether a soft range may be widened to hold a value."""
    if not range_.may_expand or range_.hard_bounds is None or not is_number(value):
        return False
    number = float(value)
    is_kind = math.isfinite(number) and (isinstance(range_, ContinuousRange) or number.is_integer())
    return is_kind and range_.hard_bounds.contains(number) and range_.scaling.holds(number)


def _plain(value: Any) -> Any:
    """NumPy's scalars as Python's."""
    return value.item() if hasattr(value, "item") else value
