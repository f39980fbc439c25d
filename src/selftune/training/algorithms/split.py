"""A validation set from the training rows, the same in each training job."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

VALIDATION_SHARE = 0.2
_SEED = 20


def split_rows(labels: Sequence[float], *, is_classification: bool) -> tuple[list[int], list[int]]:
    """Row numbers for training and for validation, 80 to 20, in the order of the data.

    Each class keeps its share; the last row of a class stays in training.
    """
    generator = random.Random(_SEED)
    groups: dict[float, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        groups[label if is_classification else 0.0].append(row)
    validation: set[int] = set()
    for _, rows in sorted(groups.items()):
        count = min(round(len(rows) * VALIDATION_SHARE), len(rows) - 1)
        validation.update(generator.sample(rows, count))
    return [row for row in range(len(labels)) if row not in validation], sorted(validation)
