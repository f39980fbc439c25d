"""Conditions: read as data, true only where that is known."""

from __future__ import annotations

import pytest

from selftune.model.conditions import Condition


@pytest.mark.parametrize(
    ("text", "values", "holds", "is_broken"),
    [
        ("booster == dart", {"booster": "dart"}, True, False),
        ("booster == dart", {"booster": "gbtree"}, False, True),
        ("booster == dart", {}, False, False),
        ("bootstrap == true", {"bootstrap": True}, True, False),
        ("kernel == rbf|poly", {"kernel": "Poly"}, True, False),
        ("kernel != rbf|poly", {"kernel": "poly"}, False, True),
        ("max_depth > 0", {"max_depth": -1}, False, True),
        ("max_depth > 0", {"max_depth": "none"}, False, False),
        ("classes == 2 and imbalance >= 3", {"classes": 2.0}, False, False),
        ("classes == 2 and imbalance >= 3", {"classes": 2.0, "imbalance": 9.0}, True, False),
        ("classes == 2 and imbalance >= 3", {"imbalance": 1.5}, False, True),
    ],
)
def test_a_condition_holds_or_is_broken_only_where_the_values_are_known(text, values, holds, is_broken) -> None:
    condition = Condition.read(text)
    assert condition.is_known_to_hold(values) is holds
    assert (condition.broken(values) is not None) is is_broken


def test_a_condition_is_written_back_as_it_was_read_and_spoken_for_people() -> None:
    condition = Condition.read("kernel == rbf|poly and max_depth > 0")
    assert condition.text() == "kernel == rbf|poly and max_depth > 0"
    assert str(condition) == "kernel is rbf or poly and max_depth is above 0"


@pytest.mark.parametrize("text", ["booster", "booster = dart", "== dart", "depth > deep", "depth > 1|2", ""])
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="compar"):
        Condition.read(text)
