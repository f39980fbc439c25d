"""LightGBM's evaluation line, of its Python package and of its command line; its other messages hold no metrics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_ROUND = re.compile(r"\[(\d+)\]\t[\w. ]+'s [\w.@ \-]+: ")
_MESSAGE = re.compile(r"\[LightGBM\] \[\w+\] (?:Iteration:(\d+), (?=.* : ))?")


def find(line: str) -> Sequence[Named] | None:
    """The round and the metrics."""
    match = _ROUND.match(line) or _MESSAGE.match(line)
    if match is None:
        return None
    if match.group(1) is None:
        return []
    found = [named for named in pairs.find(line) if named.place > match.end(1)]
    return [Named(match.start(1), "round", float(match.group(1))), *found]


LIGHTGBM_ROUND = Recogniser(name="LightGBM round", example="[10]\ttraining's auc: 0.97\tvalid_1's auc: 0.93", find=find)
