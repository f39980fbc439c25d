"""What scikit-learn's histogram gradient boosting prints of each iteration."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.names import direction_of
from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_ITERATION = re.compile(r"\[(\d+)/\d+\] \d+ trees?, ")


def find(line: str) -> Sequence[Named] | None:
    """The iteration and the losses or scores; the size of the trees is no metric."""
    match = _ITERATION.match(line)
    if match is None:
        return None
    found = [named for named in pairs.find(line) if direction_of(named.name) is not None]
    return [Named(match.start(1), "iteration", float(match.group(1))), *found]


BOOSTED_TREES = Recogniser(
    name="scikit-learn boosting iteration",
    example="[3/100] 1 tree, 31 leaves, max depth = 9, train loss: 0.41, val loss: 0.48, in 0.006s",
    find=find,
)
