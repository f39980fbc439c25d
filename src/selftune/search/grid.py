"""Grid search: each combination of the values of finite ranges, once, the last hyperparameter moving fastest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from selftune.model.errors import InvalidRange
from selftune.model.history import Exhausted, History, Suggestion
from selftune.model.ranges import ContinuousRange, Range, count_of_values

if TYPE_CHECKING:
    import numpy as np


def grid_size(space: Sequence[tuple[str, Range]]) -> int:
    """How many combinations a grid over `space` has.

    Raises:
        InvalidRange: a range holds real numbers, of which there is no end.
    """
    size = 1
    for name, range_ in space:
        size *= _choices(name, range_)
    return size


def combinations(space: Mapping[str, Range]) -> int | None:
    """How many combinations the ranges have; None where they hold real numbers, of which there is no end."""
    try:
        return grid_size(tuple(space.items()))
    except InvalidRange:
        return None


class GridStrategy:
    """Suggests each combination that keeps the constraints once, in order, whatever was good elsewhere."""

    def suggest(self, history: History, count: int, rng: np.random.Generator) -> Sequence[Suggestion] | Exhausted:  # noqa: ARG002
        from selftune.search.encoder import Encoder
        from selftune.search.untried import Untried

        size = grid_size(history.space)
        encoder = Encoder(history.space, history.conditions)
        untried = Untried(encoder, history)
        if untried.remaining < 1:
            return untried.exhausted
        made = [
            Suggestion(
                values=encoder.values(point),
                strategy="grid",
                reason=f"Combination {position} of {size} of the grid.",
                seen=len(history.ended),
            )
            for position, point in untried.first(count)
        ]
        return made or untried.exhausted


def _choices(name: str, range_: Range) -> int:
    count = count_of_values(range_)
    if count is None:
        assert isinstance(range_, ContinuousRange)
        raise InvalidRange(
            f"A grid needs values that can be counted, but '{name}' is the continuous range {range_}.",
            hint=f"List its values (--range {name}={range_.low:g},{range_.high:g}), keep it as it is (--keep {name}), "
            "or use --strategy bayesian.",
        )
    return count
