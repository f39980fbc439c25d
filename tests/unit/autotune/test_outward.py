"""How far an end of a range goes at a time."""

from __future__ import annotations

import pytest

from selftune.autotune.outward import Reach
from selftune.model.ranges import ContinuousRange, HardBounds, IntegerRange, ScalingType


def linear(high_bound):
    return ContinuousRange(low=0.0, high=4.0, may_expand=True, hard_bounds=HardBounds(high=high_bound))


@pytest.mark.parametrize(("bound", "end"), [(4.5, 4.5), (10.0, 10.0), (10.1, 6.0), (None, 6.0)])
def test_an_end_goes_to_a_bound_within_one_and_a_half_widths_and_otherwise_by_half_a_width(bound, end):
    assert Reach(first=linear(bound)).further(linear(bound), is_high=True).high == end


def test_what_counts_as_near_grows_with_the_range_and_the_step_does_not():
    first = linear(17.0)
    wider = first.with_ends(0.0, 6.0)
    assert Reach(first=first).further(wider, is_high=True).high == 8.0
    assert Reach(first=first).further(first.with_ends(0.0, 8.0), is_high=True).high == 17.0


def test_near_is_measured_on_the_scale_of_the_range():
    space = ContinuousRange(
        low=1e-3, high=1e-1, scaling=ScalingType.LOG, may_expand=True, hard_bounds=HardBounds(low=1e-6, high=1e3)
    )
    assert Reach(first=space).further(space, is_high=False).low == 1e-6
    assert Reach(first=space).further(space, is_high=True).high == pytest.approx(1.0)


def test_a_bound_that_the_scale_cannot_show_is_none():
    space = ContinuousRange(
        low=1e-3, high=1e-1, scaling=ScalingType.LOG, may_expand=True, hard_bounds=HardBounds(low=0.0)
    )
    assert Reach(first=space).further(space, is_high=False).low == pytest.approx(1e-4)
    assert Reach(first=space).opened(space, is_high=False) == space


def test_a_size_on_which_the_cost_depends_takes_steps_up_to_its_brake_however_near_the_bound():
    reach = Reach(first=linear(7.0), brake=HardBounds(high=5.0))
    assert reach.further(linear(7.0), is_high=True).high == 5.0
    assert reach.opened(linear(7.0), is_high=True) == linear(7.0)


def test_whole_numbers_go_to_the_outermost_whole_number_that_the_bounds_hold():
    space = IntegerRange(low=2, high=4, may_expand=True, hard_bounds=HardBounds(low=0.5, high=6.5))
    assert Reach(first=space).further(space, is_high=True).high == 6
    assert Reach(first=space).further(space, is_high=False).low == 1


def test_whole_numbers_above_zero_stay_there():
    space = IntegerRange(low=2, high=4, may_expand=True, hard_bounds=HardBounds(low=-3, high=9))
    assert Reach(first=space).opened(space, is_high=False).low == 1
