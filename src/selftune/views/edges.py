"""Whether the best value lies at an edge of its range, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selftune.model.plan import Chooser, PlannedHyperparameter
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange
from selftune.model.values import HyperparameterValue, short_number, short_value
from selftune.views.position import position

EDGE = 0.05
"""Share of a range, on its own scale, that counts as its edge."""
WIDER_BY = 0.5
"""How much of its width the suggested range adds at that end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeNote:
    """The best value of a hyperparameter lies within 5 % of an end of its range."""

    name: str
    value: HyperparameterValue
    end: str
    """"lowest" or "highest"."""
    is_wall: bool
    """True: the range does not expand by itself."""
    text: str
    """For people, one or two sentences."""


def edge_notes(
    hyperparameters: Iterable[PlannedHyperparameter], best: dict[str, HyperparameterValue]
) -> tuple[EdgeNote, ...]:
    """A note for each tuned hyperparameter whose best value lies at an edge beyond which there may be better ones."""
    notes = (_edge_note(planned, best[planned.name]) for planned in hyperparameters if planned.name in best)
    return tuple(note for note in notes if note is not None)


def _edge_note(planned: PlannedHyperparameter, value: HyperparameterValue) -> EdgeNote | None:
    space = planned.range
    if space is None or isinstance(space, CategoricalRange) or space.low == space.high:
        return None
    place = position(space, value)
    if place is None or EDGE < place < 1 - EDGE:
        return None
    is_low = place <= EDGE
    if _ends_at_hard_bound(space, is_low):
        return None
    is_wall = planned.by is Chooser.USER or not space.may_expand
    end = "lowest" if is_low else "highest"
    span = f"{short_number(space.low)}..{short_number(space.high)}"
    text = f"Best {planned.name} {short_value(value)} is in the {end} 5 % of {span}. {_remedy(planned, space, is_low)}"
    return EdgeNote(name=planned.name, value=value, end=end, is_wall=is_wall, text=text)


def _ends_at_hard_bound(space: ContinuousRange | IntegerRange, is_low: bool) -> bool:
    """True where the algorithm accepts nothing beyond this end."""
    bounds = space.hard_bounds
    if bounds is None:
        return False
    if is_low:
        return bounds.low is not None and space.low <= bounds.low
    return bounds.high is not None and space.high >= bounds.high


def _remedy(planned: PlannedHyperparameter, space: ContinuousRange | IntegerRange, is_low: bool) -> str:
    flag = f"--range {planned.name}={_wider(space, is_low)}"
    if planned.by is Chooser.USER:
        return f"It is your range: it stays. Try {flag}."
    if space.may_expand:
        return f"The range was inferred; to look further: {flag}."
    return f"The range was inferred and stays. Try {flag}."


def _wider(space: ContinuousRange | IntegerRange, is_low: bool) -> str:
    low, high = float(space.low), float(space.high)
    bounds = space.hard_bounds or HardBounds()
    if is_low:
        low = bounds.nearest(space.at(-WIDER_BY))
    else:
        high = bounds.nearest(space.at(1 + WIDER_BY))
    if isinstance(space, IntegerRange):
        low, high = round(low), round(high)
        if space.low > 0:  # zero and below often mean something else, such as no limit
            low = max(low, 1)
    return f"{short_number(low, 3)}..{short_number(high, 3)}:{space.scaling}"
