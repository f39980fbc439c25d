"""What an `Optimizer` searches: ranges as people write them, with what is known and what must hold about them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from selftune.model.constraints import Constraint
from selftune.model.errors import InvalidRange, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, Prior, Range
from selftune.model.values import HyperparameterValue, is_finite_number, is_number
from selftune.sdk.optimizer_given import by_name, listed, refuse_unknown_names, spoken
from selftune.sdk.parameters import CategoricalParameter, ContinuousParameter, IntegerParameter, Parameter, range_of
from selftune.sdk.values import plain, shown

RangeLike: TypeAlias = Parameter | Range | Sequence[Any]
"""A parameter, a range as `Optimizer.ranges` shows it, a tuple of bounds, or a list of choices."""
PriorLike: TypeAlias = float | tuple[float, float]
Space: TypeAlias = tuple[tuple[str, Range], ...]

USUAL_SPREAD = 0.25
"""Of a prior that is a centre alone, as a share of the range's width."""
_FORMS = "Write (low, high), (low, high, 'Logarithmic'), a list of choices, or a ContinuousParameter(low, high)."


def space_of(
    ranges: Mapping[str, RangeLike] | None,
    soft_ranges: Mapping[str, RangeLike] | None,
    hard_bounds: Mapping[str, tuple[float | None, float | None]] | None,
    priors: Mapping[str, PriorLike] | None,
) -> Space:
    """The search space of an optimizer's arguments, hyperparameters in the order given.

    Raises:
        InvalidRange: a range is empty, upside down, not finite or not on its scale.
        UsageError: a name is given twice, or a prior or bound belongs to nothing.
    """
    ranges, soft_ranges = by_name("ranges", ranges), by_name("soft_ranges", soft_ranges)
    hard_bounds, priors = by_name("hard_bounds", hard_bounds), by_name("priors", priors)
    if not ranges and not soft_ranges:
        raise InvalidRange("There is nothing to search: no range was given.", hint="Such as {'lr': (1e-5, 0.1)}.")
    for name in ranges:
        if name in soft_ranges:
            raise UsageError(f"'{name}' has a range and a soft range.", hint="Give it one of the two.")
    space = {name: _range(name, given) for name, given in ranges.items()}
    space.update({name: _soft(name, given, hard_bounds.get(name)) for name, given in soft_ranges.items()})
    refuse_unknown_names("hard_bounds", hard_bounds, soft_ranges, "soft_ranges")
    refuse_unknown_names("priors", priors, space, "the ranges")
    return tuple((name, _with_prior(name, range_, priors.get(name))) for name, range_ in space.items())


def constraints_of(texts: Iterable[str], space: Space) -> tuple[Constraint, ...]:
    """What must hold between hyperparameters.

    Raises:
        UsageError: a text is no constraint, or names no hyperparameter of the space.
    """
    return tuple(_constraint(text, dict(space)) for text in listed("constraints", texts))


def _constraint(text: Any, ranges: Mapping[str, Range]) -> Constraint:
    if not isinstance(text, str):
        raise UsageError(f"{shown(text)} is no constraint.", hint="Write a text, such as 'leaves <= 2 ** depth'.")
    try:
        constraint = Constraint(text=text, reason="It was asked for.", source="the user")
        refuse_unknown_names(f"the constraint '{text}'", constraint.names, ranges, "the ranges")
    except UsageError as error:
        odd = next((name for name in ranges if not name.isidentifier() and name in text), None)
        if odd is None or f"{{{odd}}}" in text:
            raise
        in_braces = text.replace(odd, f"{{{odd}}}")
        raise UsageError(error.message, hint=f"A name that is no word stands in braces: {in_braces}") from None
    return constraint


def _range(name: str, given: RangeLike) -> Range:
    try:
        return _read(name, given)
    except UsageError as error:
        raise InvalidRange(f"The range of '{name}' is {shown(given)}. {error.message}", hint=error.hint) from None


def _read(name: str, given: RangeLike) -> Range:
    match given:
        case ContinuousParameter() | IntegerParameter() | CategoricalParameter():
            return range_of(name, given)
        case ContinuousRange() | IntegerRange():
            return replace(given, hard_bounds=None, may_expand=False)
        case CategoricalRange():
            return given
        case list():
            return _choice(given)
        case (low, high):
            return _between(low, high, "Auto")
        case (low, high, str(scale)):
            return _between(low, high, scale)
    raise InvalidRange("That is no range.", hint=_FORMS)


def _between(low: Any, high: Any, scale: str) -> Range:
    low, high = plain(low), plain(high)
    for bound in (low, high):
        if not is_finite_number(bound):
            raise InvalidRange(
                f"A bound must be a finite number, but it is {shown(bound)}.", hint=f"Choices stand in a list. {_FORMS}"
            )
    kind = IntegerParameter if isinstance(low, int) and isinstance(high, int) else ContinuousParameter
    return kind(low, high, scaling_type=scale).as_range()


def _choice(given: Sequence[Any]) -> CategoricalRange:
    values = tuple(plain(value) for value in given)
    for value in values:
        if not isinstance(value, bool | int | float | str) or (isinstance(value, float) and not math.isfinite(value)):
            raise InvalidRange(
                f"A choice must be a text, a boolean or a finite number, but it is {value!r}.",
                hint="Give a text such as 'none' and turn it into what it stands for in your own code.",
            )
    return CategoricalRange(values=values)


def _soft(name: str, given: RangeLike, bounds: tuple[float | None, float | None] | None) -> Range:
    range_ = _range(name, given)
    if isinstance(range_, CategoricalRange):
        raise InvalidRange(f"The soft range of '{name}' is a list of choices, which has no end to move.", hint=_FORMS)
    low, high = _own_bounds(given) if bounds is None else _hard_bounds(name, bounds)
    hard = HardBounds(low=low, high=high)
    if not (hard.contains(range_.low) and hard.contains(range_.high)):
        raise InvalidRange(
            f"The soft range of '{name}', {spoken(range_)}, lies partly outside its hard bounds {hard}.",
            hint="Soft ranges lie inside the hard bounds.",
        )
    return replace(range_, hard_bounds=hard, may_expand=True)


def _hard_bounds(name: str, given: Any) -> tuple[float | None, float | None]:
    """Two bounds, None where there is none; an infinite one is none."""
    bounds = [plain(bound) for bound in given] if isinstance(given, tuple | list) else []
    if len(bounds) != 2 or not all(bound is None or (is_number(bound) and bound == bound) for bound in bounds):
        what = (
            "NaN is no bound"
            if any(isinstance(bound, float) and bound != bound for bound in bounds)
            else "they must be two numbers"
        )
        raise InvalidRange(
            f"The hard bounds of '{name}' are {shown(given)}: {what}.",
            hint="Write (low, high), with None where there is no bound.",
        )
    low, high = (bound if is_finite_number(bound) else None for bound in bounds)
    return low, high


def may_hold(range_: Range, value: HyperparameterValue) -> bool:
    """Whether a range holds a number, or is a soft one that may be widened to hold it."""
    if range_.contains(value):
        return True
    if isinstance(range_, CategoricalRange) or not range_.may_expand or range_.hard_bounds is None:
        return False
    is_kind = is_finite_number(value) and (isinstance(range_, ContinuousRange) or float(value).is_integer())
    return is_kind and range_.hard_bounds.contains(float(value)) and range_.scaling.holds(float(value))


def _own_bounds(given: RangeLike) -> tuple[float | None, float | None]:
    """What a range as `Optimizer.ranges` shows it is bound by."""
    bounds = given.hard_bounds if isinstance(given, ContinuousRange | IntegerRange) else None
    return (None, None) if bounds is None else (bounds.low, bounds.high)


def _with_prior(name: str, range_: Range, given: PriorLike | None) -> Range:
    if given is None:
        return range_
    if not isinstance(range_, ContinuousRange | IntegerRange):
        raise UsageError(f"'{name}' is a choice, which has no prior.", hint="Put good choices into first=[...].")
    written = [plain(number) for number in given] if isinstance(given, tuple | list) else [plain(given), USUAL_SPREAD]
    if (
        len(written) != 2
        or not all(map(is_finite_number, written))
        or written[1] <= 0
        or not _lies_in(range_, written[0])
    ):
        raise UsageError(
            f"The prior of '{name}' is {shown(given)}, but its centre must lie in {spoken(range_)} and its spread be "
            "above zero.",
            hint="Write the centre, or (centre, standard deviation as a share of the range's width).",
        )
    return replace(range_, prior=Prior(center=written[0], spread=written[1]))


def _lies_in(range_: ContinuousRange | IntegerRange, center: float) -> bool:
    """Whether a centre lies in a range; beside whole numbers it may lie between two."""
    return range_.contains(center) or range_.low <= center <= range_.high
