"""Where the results of earlier tuning jobs expect good values: shifted and tightened priors of inferred ranges.

    place      where a value lies in a range, 0 at its low end to 1 at its high end, on the range's own scale
    mixture    the prior as it was and the places of good earlier values, w of the latter: its mean and variance are the
               new prior's, so that evidence that agrees tightens the prior, and evidence that contradicts it widens it

No bound moves inwards; one that may expand goes out as far as the best earlier value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from selftune.autotune.earlier_result import EarlierResult, RankedValues
from selftune.model.plan import Chooser, PlannedHyperparameter, Role
from selftune.model.ranges import ContinuousRange, IntegerRange, NumericRange, Prior
from selftune.model.values import is_number, short_number
from selftune.views.explanation import moves_by_itself

WEIGHT_OF_ONE, WEIGHT_OF_MANY = 0.5, 0.7
"""Weight in the mixture of one earlier tuning job, and of three or more."""
LEAST_SPREAD = 0.1
"""No prior is tighter, as a share of the range: other data may want other values."""
UNKNOWN = (0.5, 0.3)
"""Place and spread of what is expected where a range has no prior."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A hyperparameter whose prior has shifted."""

    planned: PlannedHyperparameter
    prior_before: Prior | None
    """The prior without the evidence, on the same range."""


def shifted(planned: PlannedHyperparameter, used: Sequence[EarlierResult]) -> Shifted | None:
    """An inferred range with the prior that earlier results give it; None for all else, and where they say nothing."""
    before = planned.range
    is_inferred = planned.role is Role.TUNED and planned.by is Chooser.AUTOTUNE
    if not is_inferred or not isinstance(before, ContinuousRange | IntegerRange):
        return None
    stretched = _stretched(before, [value for result in used for value in _numbers(planned.name, result.best[:1])])
    values = [
        [value for value in _numbers(planned.name, result.best) if stretched.place(value) is not None]
        for result in used
    ]
    places = [[stretched.place(value) or 0.0 for value in of_one] for of_one in values if of_one]
    if not places:
        return None
    seen = [place for of_one in places for place in of_one]
    after = replace(
        planned,
        range=replace(stretched, prior=_mixture(stretched, seen, len(places))),
        reason=f"{planned.reason} Earlier tuning jobs had their best results with {planned.name} "
        f"{_span([value for of_one in values for value in of_one])}.",
        source=f"{planned.source}; earlier tuning jobs",
        would_change=tuple(_changes(planned, stretched)),
    )
    return Shifted(planned=after, prior_before=stretched.prior)


def _changes(planned: PlannedHyperparameter, now: NumericRange) -> Iterator[str]:
    """What would change the range, which was said of the plan without earlier tuning jobs."""
    for sentence in planned.would_change:
        if planned.range is not None and sentence == moves_by_itself(planned.range):
            yield moves_by_itself(now)
        else:
            yield f"Without earlier tuning jobs: {sentence[:1].lower()}{sentence[1:]}"


def _span(values: Sequence[float]) -> str:
    """From the least to the largest: a mean may be a value that none of them had."""
    low, high = short_number(min(values), 3), short_number(max(values), 3)
    return f"at {low}" if low == high else f"from {low} to {high}"


def _numbers(name: str, ranked: Iterable[RankedValues]) -> Iterator[float]:
    for one in ranked:
        value = dict(one.values).get(name)
        if value is not None and is_number(value):
            yield float(value)


def _stretched(space: NumericRange, values: Sequence[float]) -> NumericRange:
    """The range, so wide that it holds the best earlier values that it may hold; its prior stays where it was."""
    if not space.may_expand:
        return space
    bounds = space.hard_bounds
    held = [value for value in values if (bounds is None or bounds.contains(value)) and space.scaling.holds(value)]
    low, high = min([space.low, *held]), max([space.high, *held])
    if (low, high) == (space.low, space.high):
        return space
    wider = space.with_ends(low, high)
    if space.prior is None:
        return wider
    return replace(wider, prior=replace(space.prior, spread=space.prior.spread * space.width / wider.width))


def _mixture(space: NumericRange, places: Sequence[float], jobs: int) -> Prior:
    """The prior whose mean and variance are those of the prior before and of the places of good values together."""
    weight = WEIGHT_OF_ONE + (WEIGHT_OF_MANY - WEIGHT_OF_ONE) * min(jobs - 1, 2) / 2
    center_before, spread_before = _expected(space)
    center_seen = sum(places) / len(places)
    variance_seen = max(sum((place - center_seen) ** 2 for place in places) / len(places), LEAST_SPREAD**2)
    center = (1 - weight) * center_before + weight * center_seen
    variance = (
        (1 - weight) * spread_before**2
        + weight * variance_seen
        + weight * (1 - weight) * (center_seen - center_before) ** 2
    )
    spread = min(max(math.sqrt(variance), LEAST_SPREAD), 0.5)
    return Prior(center=_value_at(space, center), spread=round(spread, 4))


def _expected(space: NumericRange) -> tuple[float, float]:
    """Place and spread of the prior as it is."""
    if space.prior is None:
        return UNKNOWN
    place = space.place(min(max(space.prior.center, space.low), space.high))
    return (UNKNOWN[0] if place is None else place), space.prior.spread


def _value_at(space: NumericRange, place: float) -> float:
    value = float(f"{space.at(place):.3g}")
    return min(max(value, float(space.low)), float(space.high))
