"""Entries fitted to the data."""

from __future__ import annotations

from selftune.autotune.data_facts import DataFacts
from selftune.autotune.knowledge import SHIPPED, KnowledgeEntry
from selftune.autotune.ranges import inferred_range
from selftune.model.ranges import IntegerRange


def fitted_entry(framework: str, name: str, **facts: object) -> KnowledgeEntry:
    data = DataFacts(source="train.csv", **facts)  # type: ignore[arg-type]
    return next(e for e in SHIPPED.fitted_to(data).entries_for(framework) if e.name == name)


def whole(entry: KnowledgeEntry, value: int) -> IntegerRange:
    found = inferred_range(entry, value)
    assert isinstance(found, IntegerRange)
    return found


def test_leaves_stay_below_the_rows_and_grow_with_them() -> None:
    few = whole(fitted_entry("lightgbm", "num_leaves", rows=150), 20)
    many = whole(fitted_entry("lightgbm", "num_leaves", rows=100_000), 20)
    assert few.high == 30
    assert few.hard_bounds is not None
    assert few.hard_bounds.high == 150
    assert many.high == 256


def test_the_rows_that_a_leaf_holds_follow_the_rows_of_the_data() -> None:
    small, large = (whole(fitted_entry("lightgbm", "min_data_in_leaf", rows=rows), 10) for rows in (150, 10**6))
    assert small.high == 15
    assert large.high == 2000


def test_neighbours_are_at_most_half_the_rows_even_after_expansion() -> None:
    neighbours = whole(fitted_entry("sklearn.knn", "n_neighbors", rows=60), 5)
    assert neighbours.high == 12
    assert neighbours.hard_bounds is not None
    assert neighbours.hard_bounds.high == 30


def test_todays_value_lies_inside_even_where_the_data_leave_no_room_for_it() -> None:
    neighbours = whole(fitted_entry("sklearn.knn", "n_neighbors", rows=60), 50)
    assert neighbours.contains(50)
    assert neighbours.high == 50
    assert neighbours.hard_bounds is not None
    assert neighbours.hard_bounds.high == 50


def test_the_weight_of_the_positive_class_is_tried_around_negatives_over_positives() -> None:
    entry = fitted_entry("xgboost", "scale_pos_weight", rows=1000, classes=2, imbalance=9, negatives_per_positive=9.0)
    found = inferred_range(entry, 1.0)
    assert found is not None
    assert found.contains(1.0)
    assert (found.high, found.prior.center) == (27.0, 3.0)  # type: ignore[union-attr]
    assert entry.observed == "train.csv has 9 negatives for each positive"


def test_what_the_data_do_not_change_says_nothing_of_them() -> None:
    assert fitted_entry("lightgbm", "num_leaves", rows=100_000).observed == ""
    assert fitted_entry("lightgbm", "learning_rate", rows=10).observed == ""


def test_without_data_everything_is_as_it_was() -> None:
    assert SHIPPED.fitted_to(None) is SHIPPED
