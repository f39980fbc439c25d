"""The configurations among which the portfolio is chosen: drawn from the knowledge base's boxes, and a few by hand.

A Sobol sequence fills the box on the knowledge base's own scales. What is not essential to a learner stays at the
library's default in half of the draws: a portfolio that must move everything at once would help few programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scipy.stats import qmc

from selftune.autotune.knowledge import KnowledgeEntry, ValueType, known_exactly

Values = dict[str, float | int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What is varied of one learner, by the knowledge base's own names."""

    framework: str
    default: Values
    """What the library does when nothing is said: candidate 0."""
    always: tuple[str, ...]
    sometimes: tuple[str, ...] = ()
    by_hand: tuple[Values, ...] = ()
    """Differences from the default that are often recommended."""
    more: tuple[Values, ...] = ()
    """Further ones by hand, numbered after the draws."""
    boxes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Boxes that differ from the knowledge base's."""
    draws: int = 40


def candidates_of(space: Space) -> list[Values]:
    """The default, the hand-set ones, then draws; the same in each run. Only what differs from the default is named."""
    return [{}, *(dict(values) for values in space.by_hand), *_drawn(space), *(dict(values) for values in space.more)]


def in_turn(space: Space) -> list[int]:
    """The numbers of all candidates, those by hand before those drawn."""
    by_hand = 1 + len(space.by_hand)
    drawn = range(by_hand, by_hand + space.draws)
    return [*range(by_hand), *(drawn.stop + place for place in range(len(space.more))), *drawn]


def _drawn(space: Space) -> Iterator[Values]:
    names = (*space.always, *space.sometimes)
    entries = {name: _entry(name, space.framework) for name in names}
    points = qmc.Sobol(len(names) + len(space.sometimes), seed=7).random(space.draws)
    for point in points:
        coins = dict(zip(space.sometimes, point[len(names) :], strict=True))
        yield {
            name: _value(entries[name], space.boxes.get(name), share)
            for name, share in zip(names, point, strict=False)
            if coins.get(name, 0.0) < 0.5
        }


def _entry(name: str, framework: str) -> KnowledgeEntry:
    known = known_exactly(name, (framework,))
    assert known is not None, name
    return known.entry


def _value(entry: KnowledgeEntry, box: tuple[float, float] | None, share: float) -> float | int | str:
    """The value at a share of the box on the entry's scale, with two digits."""
    if entry.type is ValueType.CATEGORICAL:
        value = entry.values[int(share * len(entry.values))]
        return value if isinstance(value, str) else float(value)
    low, high = (entry.scale.forward(end) for end in box or (entry.low, entry.high))
    value = entry.scale.backward(low + share * (high - low))
    return round(value) if entry.type is ValueType.INT else float(f"{value:.2g}")
