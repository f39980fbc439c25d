"""Where values lie in a range, and how far they are apart."""

from __future__ import annotations

import pytest

from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, ScalingType

RATE = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, includes_zero=True)


def test_a_place_is_a_share_of_the_width_on_the_ranges_scale() -> None:
    assert RATE.place(1e-2) == pytest.approx(0.5)
    assert IntegerRange(low=0, high=10).place(3) == pytest.approx(0.3)


def test_a_place_is_the_nearest_end_for_what_lies_outside() -> None:
    assert (RATE.place(1e-9), RATE.place(50.0)) == (0.0, 1.0)


@pytest.mark.parametrize("value", [0.0, -1.0, "auto", True, float("nan"), float("inf")])
def test_what_the_scale_does_not_hold_has_no_place(value: float) -> None:
    assert RATE.place(value) is None


def test_a_range_without_width_has_no_places() -> None:
    assert ContinuousRange(low=2.0, high=2.0).place(2.0) is None


@pytest.mark.parametrize("place", [0.0, 0.25, 1.0])
def test_the_value_at_a_place_lies_there(place: float) -> None:
    assert RATE.place(RATE.at(place)) == pytest.approx(place)


def test_a_value_may_be_asked_for_beyond_the_ends() -> None:
    assert RATE.at(1.25) == pytest.approx(10.0)


def test_zero_and_any_other_value_are_as_far_apart_as_can_be() -> None:
    assert RATE.distance(0.0, 1e-4) == 1.0
    assert RATE.distance(0.0, 0.0) == 0.0
    assert RATE.distance(1e-3, 1e-2) == pytest.approx(0.25)


def test_choices_are_the_same_or_not() -> None:
    choices = CategoricalRange(values=("adam", 2, 0.5))
    assert choices.distance("adam", "adam") == 0.0
    assert choices.distance("adam", 2) == 1.0


def test_whole_numbers_are_rounded_outwards() -> None:
    moved = IntegerRange(low=2, high=9).with_ends(1.5, 12.1)
    assert (moved.low, moved.high) == (1, 13)


def test_the_nearest_value_that_is_accepted() -> None:
    assert HardBounds(low=0, high=1).nearest(1.7) == 1
    assert HardBounds(low=0).nearest(1.7) == 1.7
    assert HardBounds().nearest(-3.0) == -3.0


def test_a_range_with_a_zero_beside_it_says_so() -> None:
    assert str(RATE) == "0 or 0.0001..1:log"
