"""A Python dictionary, as the Hugging Face Trainer and many loops print their logs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser
from selftune.training.metrics.recognisers.settings import are_settings

_START = re.compile(r"\{(?:'|\w+: )")


def find(line: str) -> Sequence[Named] | None:
    """The numbers of the line that ends with a dictionary; those of one that is called settings are none."""
    if not line.rstrip().endswith("}"):
        return None
    start = _START.search(line)
    if start is None:
        return None
    found = pairs.find(line)
    if not are_settings(line[: start.start()]):
        return found
    return [named for named in found if named.place < start.start()]


DICTIONARY = Recogniser(
    name="dictionary", example="{'eval_loss': '0.5214', 'eval_accuracy': '0.84', 'epoch': '1'}", find=find
)
