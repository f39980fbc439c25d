"""Metrics in the output of a training job: which numbers they are, under which name, and which names are one."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from selftune.training.metrics.custom import check_regex
from selftune.training.metrics.defined import DefinedMetrics
from selftune.training.metrics.directions import direction_shown
from selftune.training.metrics.lines import complete_lines
from selftune.training.metrics.names import canonical_metric, direction_of, is_counter, same_metric, split_of
from selftune.training.metrics.splits import in_split, leading_split

if TYPE_CHECKING:
    from selftune.training.metrics.reader import LineReading as LineReading
    from selftune.training.metrics.reader import MetricReader as MetricReader

__all__ = [
    "DefinedMetrics",
    "LineReading",
    "MetricReader",
    "canonical_metric",
    "check_regex",
    "complete_lines",
    "direction_of",
    "direction_shown",
    "in_split",
    "is_counter",
    "leading_split",
    "same_metric",
    "split_of",
]


def __getattr__(name: str) -> Any:
    """Load the reader with all its recognisers when it is first used: a plan compares names and reads no output."""
    if name not in ("LineReading", "MetricReader"):
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"{__name__}.reader"), name)
