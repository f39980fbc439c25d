"""What a metric can be at all, by its name and the values seen."""

from __future__ import annotations

import math

import pytest

from selftune.views.metric_bounds import MetricBounds, bounds_text, metric_bounds


@pytest.mark.parametrize(
    ("name", "seen", "low", "high"),
    [
        ("val_accuracy", [0.5, 0.9], 0.0, 1.0),
        ("eval acc", [50.0, 93.2], 0.0, 100.0),
        ("validation:auc", [0.5], 0.0, 1.0),
        ("valF1", [0.5], 0.0, 1.0),
        ("mAP", [], 0.0, 1.0),
        ("test_r2", [-3.0, 0.4], -math.inf, 1.0),
        ("mcc", [-0.2], -1.0, 1.0),
        ("val_rmse", [4.0], 0.0, math.inf),
        ("test-error", [0.2], 0.0, math.inf),
        ("multi_logloss", [0.2], 0.0, math.inf),
        ("neg_mean_squared_error", [-2.0], -math.inf, 0.0),
        ("ppl", [20.0], 1.0, math.inf),
    ],
)
def test_a_name_says_what_can_be_reached(name: str, seen: list[float], low: float, high: float) -> None:
    assert metric_bounds(name, seen) == MetricBounds(low=low, high=high)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("val_loss", [0.3]),
        ("reward", [10.0]),
        ("score", [0.4]),
        ("accuracy gap", [0.1]),
        ("accuracy error", [0.1]),
        (None, [0.1]),
        ("accuracy", [512.0]),
        ("accuracy", [-0.5]),
        ("test_r2", [1.5]),
    ],
)
def test_nothing_is_known_where_the_name_is_silent_or_a_value_contradicts_it(name: str | None, seen) -> None:
    assert metric_bounds(name, seen) == MetricBounds()


def test_values_that_are_no_numbers_contradict_nothing() -> None:
    assert metric_bounds("accuracy", [math.nan, math.inf, 0.5]).high == 1.0


def test_the_sentence_names_the_end() -> None:
    assert bounds_text(MetricBounds(low=0.0, high=1.0), is_high=True) == "Nothing above 1 can be reached."
    assert bounds_text(MetricBounds(low=0.0), is_high=False) == "Nothing below 0 can be reached."
