"""XGBoost's evaluation line: the round in brackets, then each metric on each data set."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_ROUND = re.compile(r"\[(\d+)\]\t[\w.@\- ]+:[-+\dni]")


def find(line: str) -> Sequence[Named] | None:
    """The round and the metrics. A fold's spread (`+0.01`, of xgb.cv) is no metric."""
    match = _ROUND.match(line)
    if match is None:
        return None
    return [Named(match.start(1), "round", float(match.group(1))), *pairs.find(line)]


XGBOOST_ROUND = Recogniser(name="XGBoost round", example="[12]\ttrain-rmse:0.51\tvalidation-rmse:0.64", find=find)
