"""Metrics in the output of a training job: which numbers they are, under which name, and which names are one."""

from __future__ import annotations

from selftune.training.metrics.custom import check_regex
from selftune.training.metrics.defined import DefinedMetrics
from selftune.training.metrics.directions import direction_shown
from selftune.training.metrics.lines import complete_lines
from selftune.training.metrics.names import canonical_metric, direction_of, is_counter, same_metric, split_of
from selftune.training.metrics.reader import LineReading, MetricReader
from selftune.training.metrics.recognisers.pairs import in_split, leading_split

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
