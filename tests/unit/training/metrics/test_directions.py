"""Which way is better, as a program's own best shows."""

from __future__ import annotations

from selftune.model.objective import Direction
from selftune.training.metrics import direction_shown


def test_a_best_that_is_never_below_means_that_more_is_better() -> None:
    assert direction_shown("test", {"test": [0.5, 0.7, 0.6], "best": [0.5, 0.7, 0.7]}) is Direction.MAXIMIZE


def test_a_best_that_is_never_above_means_that_less_is_better() -> None:
    assert direction_shown("test", {"test": [3.0, 2.0, 2.5, 2.0], "best": [3.0, 1.9, 1.9]}) is Direction.MINIMIZE


def test_the_best_of_a_named_metric_is_found_by_its_name() -> None:
    observed = {"val_wobble": [1.0, 2.0], "best_val_wobble": [1.0, 2.0]}
    assert direction_shown("val_wobble", observed) is Direction.MAXIMIZE


def test_without_a_best_or_where_nothing_has_changed_no_direction_is_shown() -> None:
    assert direction_shown("test", {"test": [1.0, 2.0]}) is None
    assert direction_shown("test", {"test": [1.0, 1.0], "best": [1.0, 1.0]}) is None
    assert direction_shown("test", {"test": [1.0], "best": [1.0]}) is None
    assert direction_shown("test", {"test": [1.0, 2.0, 0.5], "best": [1.0, 1.5, 1.0]}) is None
