"""Metrics that SageMaker's XGBoost offers and XGBoost itself does not: accuracy, f1, balanced_accuracy, mse, r2.

Predictions come as XGBoost hands them to a custom metric: a probability a row (binary), a list of them (multi-class),
a class number (multi:softmax) or a number (regression).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

Metric = Callable[[Sequence[float], Sequence[float]], float]


def accuracy(labels: Sequence[float], predicted: Sequence[float]) -> float:
    """Share of rows whose class is right."""
    return sum(a == b for a, b in zip(labels, predicted, strict=True)) / len(labels)


def balanced_accuracy(labels: Sequence[float], predicted: Sequence[float]) -> float:
    """Mean over the classes of the share of their rows that is found."""
    counts = Counter(labels)
    hits = Counter(a for a, b in zip(labels, predicted, strict=True) if a == b)
    return sum(hits[label] / count for label, count in counts.items()) / len(counts)


def f1(labels: Sequence[float], predicted: Sequence[float]) -> float:
    """Harmonic mean of precision and recall: of class 1 where there are two, else the mean over the classes."""
    classes = sorted(set(labels) | set(predicted))
    chosen = [1.0] if set(classes) <= {0.0, 1.0} else classes
    return sum(_f1_of(label, labels, predicted) for label in chosen) / len(chosen)


def mse(labels: Sequence[float], predicted: Sequence[float]) -> float:
    """Mean squared error."""
    return math.fsum((a - b) ** 2 for a, b in zip(labels, predicted, strict=True)) / len(labels)


def r2(labels: Sequence[float], predicted: Sequence[float]) -> float:
    """Share of the labels' variance that is explained; NaN where they do not vary."""
    mean = math.fsum(labels) / len(labels)
    total = math.fsum((label - mean) ** 2 for label in labels) / len(labels)
    return 1 - mse(labels, predicted) / total if total > 0 else math.nan


_OF_CLASSES: Mapping[str, Metric] = MappingProxyType(
    {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy, "f1": f1}
)
_OF_NUMBERS: Mapping[str, Metric] = MappingProxyType({"mse": mse, "r2": r2})
METRICS = frozenset({*_OF_CLASSES, *_OF_NUMBERS})
IS_HIGHER_BETTER = METRICS - {"mse"}


def evaluate(name: str, labels: Sequence[float], predictions: Sequence[Any], objective: str) -> float:
    """The metric `name` of predictions made under a learning objective."""
    if name in _OF_NUMBERS:
        return _OF_NUMBERS[name](labels, predictions)
    return _OF_CLASSES[name](labels, predicted_classes(predictions, objective))


def predicted_classes(predictions: Sequence[Any], objective: str) -> list[float]:
    """Class numbers from what an objective predicts."""
    if objective == "multi:softprob":
        return [float(max(range(len(shares)), key=shares.__getitem__)) for shares in predictions]
    if objective == "multi:softmax":
        return [float(number) for number in predictions]
    threshold = 0.0 if objective == "binary:logitraw" else 0.5
    return [float(prediction > threshold) for prediction in predictions]


def _f1_of(label: float, labels: Sequence[float], predicted: Sequence[float]) -> float:
    pairs = Counter((a == label, b == label) for a, b in zip(labels, predicted, strict=True))
    hits, misses = pairs[True, True], pairs[True, False] + pairs[False, True]
    return 2 * hits / (2 * hits + misses) if hits else 0.0
