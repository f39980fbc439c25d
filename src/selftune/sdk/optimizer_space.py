"""What an `Optimizer` searches: ranges as people write them, with what is known and what must hold about them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from selftune.model.constraints import Constraint
from selftune.model.errors import InvalidRange, UnknownName, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, Prior, Range
from selftune.model.values import is_number
from selftune.sdk.parameters import CategoricalParameter, ContinuousParameter, IntegerParameter, Parameter, range_of

RangeLike: TypeAlias = Parameter | Range | Sequence[Any]
"""A parameter, a range as `Optimizer.ranges` shows it, a tuple of bounds, or a list of choices."""
PriorLike: TypeAlias = float | tuple[float, float]
Space: TypeAlias = tuple[tuple[str, Range], ...]

USUAL_SPREAD = 0.25
"""Of a prior that is a centre alone, as a share of the range's width."""
_FORMS = "Write (low, high), (low, high, 'Logarithmic'), a list of choices, or a ContinuousParameter(low, high)."


def space_of(
    ranges: Mapping[str, RangeLike],
    soft_ranges: Mapping[str, RangeLike],
    hard_bounds: Mapping[str, tuple[float | None, float | None]],
    priors: Mapping[str, PriorLike],
) -> Space:
    """The search space of an optimizer's arguments, hyperparameters in the order given.

    Raises:
        InvalidRange: a range is empty, upside down, not finite or not on its scale.
        UsageError: a name is given twice, or a prior or bound belongs to nothing.
    """
    if not ranges and not soft_ranges:
        raise InvalidRange("There is nothing to search: no range was given.", hint="Such as {'lr': (1e-5, 0.1)}.")
    for name in ranges:
        if name in soft_ranges:
            raise UsageError(f"'{name}' has a range and a soft range.", hint="Give it one of the two.")
    space = {name: _range(name, given) for name, given in ranges.items()}
    space.update({name: _soft(name, given, hard_bounds.get(name)) for name, given in soft_ranges.items()})
    refuse_unknown_names("hard bounds", hard_bounds, soft_ranges, "soft_ranges")
    refuse_unknown_names("a prior", priors, space, "the ranges")
    return tuple((name, _with_prior(name, range_, priors.get(name))) for name, range_ in space.items())


def constraints_of(texts: Iterable[str], space: Space) -> tuple[Constraint, ...]:
    """What must hold between hyperparameters.

    Raises:
        UsageError: a text is no constraint, or names no hyperparameter of the space.
    """
    made = tuple(Constraint(text=text, reason="It was asked for.", source="the user") for text in texts)
    for constraint in made:
        refuse_unknown_names(f"the constraint '{constraint.text}'", constraint.names, dict(space), "the ranges")
    return made


def refuse_unknown_names(what: str, given: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise UnknownName for the first name that is not known, with the nearest that is."""
    known = list(known)
    for name in given:
        if name not in known:
            raise UnknownName("hyperparameter", name, known, where=f"{where}, of which {what} speaks")


def _range(name: str, given: RangeLike) -> Range:
    try:
        return _read(name, given)
    except InvalidRange as error:
        raise InvalidRange(f"The range of '{name}' is {given!r}. {error.message}", hint=_python_hint(error)) from None


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
    low, high = _plain(low), _plain(high)
    for bound in (low, high):
        if not is_number(bound) or not math.isfinite(bound):
            raise InvalidRange(
                f"A bound must be a finite number, but it is {bound!r}.", hint=f"Choices stand in a list. {_FORMS}"
            )
    kind = IntegerParameter if isinstance(low, int) and isinstance(high, int) else ContinuousParameter
    return kind(low, high, scaling_type=scale).as_range()


def _choice(given: Sequence[Any]) -> CategoricalRange:
    values = tuple(_plain(value) for value in given)
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
    low, high = bounds or _own_bounds(given)
    if any(bound is not None and math.isnan(bound) for bound in (low, high)):
        raise InvalidRange(f"The hard bounds of '{name}' are {bounds}: NaN is no bound.", hint="None: no bound.")
    hard = HardBounds(low=low, high=high)
    if not (hard.contains(range_.low) and hard.contains(range_.high)):
        raise InvalidRange(
            f"The soft range of '{name}', {range_}, lies partly outside its hard bounds {hard}.",
            hint="Soft ranges lie inside the hard bounds.",
        )
    return replace(range_, hard_bounds=hard, may_expand=True)


def _own_bounds(given: RangeLike) -> tuple[float | None, float | None]:
    """What a range as `Optimizer.ranges` shows it is bound by."""
    bounds = given.hard_bounds if isinstance(given, ContinuousRange | IntegerRange) else None
    return (None, None) if bounds is None else (bounds.low, bounds.high)


def _with_prior(name: str, range_: Range, given: PriorLike | None) -> Range:
    if given is None:
        return range_
    center, spread = given if isinstance(given, tuple) else (given, USUAL_SPREAD)
    if not isinstance(range_, ContinuousRange | IntegerRange):
        raise UsageError(f"'{name}' is a choice, which has no prior.", hint="Put good choices into first=[...].")
    if not is_number(center) or not range_.contains(center) or not 0 < spread < math.inf:
        raise UsageError(
            f"The prior of '{name}' is {given!r}, but its centre must lie in {range_} and its spread be above zero.",
            hint="Write the centre, or (centre, standard deviation as a share of the range's width).",
        )
    return replace(range_, prior=Prior(center=center, spread=spread))


def _plain(value: Any) -> Any:
    """NumPy's scalars as Python's."""
    return value.item() if hasattr(value, "item") else value


def _python_hint(error: InvalidRange) -> str:
    """What the error advises where it speaks Python; the command line's way of writing ranges is of no use here."""
    return _FORMS if not error.hint or ":l" in error.hint or ".." in error.hint else error.hint
