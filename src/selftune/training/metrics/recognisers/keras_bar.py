"""The bar and the line of `fit` and `evaluate` in Keras, old and new; `Epoch 3/20` stands in a line above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.recognisers import pairs
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_BAR = re.compile(r"\s*\d+/(?:\d+|Unknown)\s.*\d(?:m|u|µ|μ|n)?s(?:/(?:step|epoch|sample))?\s+-\s")


def find(line: str) -> Sequence[Named] | None:
    """Losses and metrics of one state of the bar, those of the validation data too where an epoch has ended."""
    return pairs.find(line) if _BAR.match(line) else None


KERAS_BAR = Recogniser(
    name="Keras bar",
    example="Epoch 3/20\n5/5 ━━━━━━━━ 0s 4ms/step - accuracy: 0.91 - loss: 0.24 - val_accuracy: 0.88 - val_loss: 0.31",
    find=find,
)
