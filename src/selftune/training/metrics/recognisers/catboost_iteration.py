"""CatBoost's progress line: the metric on the training and test data, and the best on test so far."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_ITERATION = re.compile(r"(\d+):\t(?:learn|test\d*): ")


def find(line: str) -> Sequence[Named] | None:
    """The iteration, `learn`, `test` and `best`."""
    match = _ITERATION.match(line)
    if match is None:
        return None
    return [Named(match.start(1), "iteration", float(match.group(1))), *pairs.find(line)]


CATBOOST_ITERATION = Recogniser(
    name="CatBoost iteration",
    example="50:\tlearn: 0.31\ttest: 0.42\tbest: 0.40 (43)\ttotal: 112ms\tremaining: 327ms",
    find=find,
)
