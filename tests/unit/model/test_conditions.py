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
        (f"rows == {10**400}", {"rows": 5.0}, False, True),
        (f"rows < {10**400}", {"rows": 5.0}, True, False),
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


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("kernel == 'rbf'", {"kernel": "rbf"}),
        ('kernel == "radial basis"|poly', {"kernel": "radial basis"}),
        ("kernel == 'salt and pepper' and depth == 2", {"kernel": "salt and pepper", "depth": 2}),
        ("kernel == 'this or that'", {"kernel": "this or that"}),
        ("kernel == 'a|b'", {"kernel": "a|b"}),
        ("kernel == radial basis and depth == 2", {"kernel": "radial basis", "depth": 2}),
        ("l-r >= 0.1234567 and model.width != 3", {"l-r": 0.1234567, "model.width": 4}),
        ("{number of layers} == 2", {"number of layers": 2}),
        ("size == 36893488147419103233", {"size": 36893488147419103233}),
    ],
)
def test_quotes_and_braces_hold_what_would_be_read_otherwise_and_all_is_written_back(text, values) -> None:
    condition = Condition.read(text)
    assert condition.is_known_to_hold(values)
    assert condition.names == tuple(values)
    assert Condition.read(condition.text()) == condition


def test_a_joint_by_or_is_refused_with_the_way_to_write_it() -> None:
    with pytest.raises(ValueError, match=r"'booster == a or booster == b' joins by 'or'; .*booster == a\|b"):
        Condition.read("depth > 2 and booster == a or booster == b")


@pytest.mark.parametrize(
    "text",
    [
        "booster",
        "booster = dart",
        "== dart",
        "depth > deep",
        "depth > 1|2",
        "",
        "booster == ",
        "booster == a|",
        "booster == 'a",
        "booster == a and",
        "{} == 1",
        "depth > '2'",
    ],
)
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="compar"):
        Condition.read(text)
