"""A tqdm bar with what was put behind it, which is also how Lightning shows its progress."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_BAR = re.compile(r"\d+%\|[^|]*\| *\d+/\d+ \[")


def find(line: str) -> Sequence[Named] | None:
    """The numbers in the bar's postfix and in its description; times and speeds are no metrics."""
    bar = _BAR.search(line)
    return pairs.find(line) if bar else None


TQDM_BAR = Recogniser(
    name="tqdm bar",
    example="Epoch 2: 100%|██████████| 20/20 [00:01<00:00, 18.3it/s, loss=0.25, val_acc=0.93]",
    find=find,
)
