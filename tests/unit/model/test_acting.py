"""What acts beside the values of others, and where the rest rests."""

from __future__ import annotations

import pytest

from selftune.model.acting import Conditions, Dependences, at_rest
from selftune.model.conditions import Condition
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, ScalingType

SPACE = (
    ("skip", IntegerRange(low=0, high=4)),
    ("drop", ContinuousRange(low=0.0, high=1.0)),
    ("booster", CategoricalRange(values=("tree", "dart"))),
)
"""In the reverse order of what depends on what."""
CHAIN = (("skip", Condition.read("drop > 0.5")), ("drop", Condition.read("booster == dart")))


def test_what_depends_on_one_that_does_not_act_does_not_act_either() -> None:
    conditions = Conditions(SPACE, CHAIN)
    assert conditions.acting({"skip": 1, "drop": 0.9, "booster": "dart"}) == {"skip", "drop", "booster"}
    assert conditions.acting({"skip": 1, "drop": 0.1, "booster": "dart"}) == {"drop", "booster"}
    assert conditions.acting({"skip": 1, "drop": 0.9, "booster": "tree"}) == {"booster"}


def test_what_has_no_value_does_not_act_nor_does_what_depends_on_it() -> None:
    assert Conditions(SPACE, CHAIN).acting({"skip": 1, "booster": "dart"}) == {"booster"}


def test_what_does_not_act_is_settled_at_rest_and_not_shown() -> None:
    conditions = Conditions(SPACE, CHAIN)
    settled = conditions.settled({"skip": 1, "drop": 0.9, "booster": "tree"})
    assert settled == (("skip", 2), ("drop", 0.5), ("booster", "tree"))
    assert conditions.shown(settled) == (("booster", "tree"),)
    assert Conditions(SPACE).shown(settled) == settled


def test_two_conditions_of_one_name_must_both_hold() -> None:
    conditions = Conditions(
        SPACE, (("skip", Condition.read("drop > 0.5")), ("skip", Condition.read("booster == dart")))
    )
    assert "skip" in conditions.acting({"skip": 1, "drop": 0.9, "booster": "dart"})
    assert "skip" not in conditions.acting({"skip": 1, "drop": 0.9, "booster": "tree"})
    assert "skip" not in conditions.acting({"skip": 1, "drop": 0.1, "booster": "dart"})


def test_a_circle_is_named_and_idles_as_a_whole_with_one_of_its_links() -> None:
    names = ("a", "b", "c")
    circle = [("a", "c == 1"), ("b", "a == 1"), ("c", "b == 1")]
    dependences = Dependences(names, [(name, Condition.read(text)) for name, text in circle])
    assert set(dependences.cycle) == set(names)
    acts = dependences.acting(dict.fromkeys(names, True), lambda clause: clause.name != "a", lambda x, y: x and y)
    assert acts == {"a": False, "b": False, "c": False}
    assert Dependences(names, [("a", Condition.read("c == 1 and rows > 9"))]).cycle == ()


@pytest.mark.parametrize(
    ("range_", "rest"),
    [
        (CategoricalRange(values=("b", "a")), "b"),
        (IntegerRange(low=1, high=9), 5),
        (IntegerRange(low=1, high=9, prior=Prior(center=3, spread=0.2)), 3),
        (ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG), pytest.approx(0.01)),
        (ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, includes_zero=True), 0.0),
    ],
)
def test_what_does_not_act_rests_where_it_is_off_or_expected_or_in_the_middle(range_, rest) -> None:
    assert at_rest(range_) == rest
