"""Which way is better, as a program's own `best` shows: CatBoost prints it beside a metric that it calls `test`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from selftune.model.objective import Direction
from selftune.training.metrics.names import canonical_metric

_FEWEST = 2


def direction_shown(name: str, observed: Mapping[str, Sequence[float]]) -> Direction | None:
    """Maximize where the best so far was never below the metric, Minimize where never above; None where unclear.

    Args:
        observed: Values by the names printed; the best so far is called `best` or `best` with the metric's name.
    """
    words = {"best", canonical_metric(f"best {name}")}
    values = observed.get(name, ())
    for other, best in observed.items():
        if other != name and canonical_metric(other) in words:
            return _direction(values, best)
    return None


def _direction(values: Sequence[float], best: Sequence[float]) -> Direction | None:
    pairs = list(zip(best, accumulate(values, max), accumulate(values, min), strict=False))
    is_highest = all(each >= high for each, high, _ in pairs)
    is_lowest = all(each <= low for each, _, low in pairs)
    if len(pairs) < _FEWEST or is_highest == is_lowest:
        return None
    return Direction.MAXIMIZE if is_highest else Direction.MINIMIZE
