"""Grid search: each combination of the values of finite ranges, once, the last hyperparameter moving fastest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from selftune.model.errors import InvalidRange
from selftune.model.history import Exhausted, History, Suggestion
from selftune.model.ranges import ContinuousRange, Range, count_of_values

if TYPE_CHECKING:
    import numpy as np

MOST_POINTS = 10_000
"""So many points of a grid, at most, are looked at for how many of them differ and keep the constraints."""


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


def is_grid_larger(history: History, jobs: int) -> bool:
    """True where the grid has more than `jobs` combinations that differ in what acts and keep the constraints.

    Of a large grid only the beginning is looked at: False where that does not show it.

    Raises:
        InvalidRange: a range holds real numbers, of which there is no end.
    """
    if grid_size(history.space) <= jobs:
        return False
    if not history.conditions and not history.constraints:
        return True
    import numpy as np

    from selftune.search.allowed import Allowed
    from selftune.search.encoder import Encoder

    encoder = Encoder(history.space, history.conditions)
    allowed = Allowed(encoder, history.constraints)
    looked_at = map(np.array, islice(encoder.points(), jobs + MOST_POINTS))
    return sum(1 for _ in islice(filter(allowed.has, looked_at), jobs + 1)) > jobs


class GridStrategy:
    """Suggests each combination that keeps the constraints once, in order, whatever was good elsewhere."""

    def suggest(self, history: History, count: int, rng: np.random.Generator) -> Sequence[Suggestion] | Exhausted:  # noqa: ARG002
        from selftune.search.encoder import Encoder
        from selftune.search.untried import Untried

        size = grid_size(history.space)
        of_all = "" if history.conditions or history.constraints else f" of {size}"
        encoder = Encoder(history.space, history.conditions)
        untried = Untried(encoder, history)
        if untried.remaining < 1:
            return untried.exhausted
        made = [
            Suggestion(
                values=encoder.values(point),
                strategy="grid",
                reason=f"Combination {position}{of_all} of the grid.",
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
            f"A grid needs values that can be counted, but '{name}' is the continuous range "
            f"{range_.low:g}..{range_.high:g}.",
            hint=f"List its values (--range {name}={range_.low:g},{range_.high:g}), keep it as it is (--keep {name}), "
            "or use --strategy bayesian.",
        )
    return count
