"""One number and a column are rounded alike, to six digits of what counts on the scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.model.ranges import ContinuousRange, ScalingType
from selftune.search.rounding import rounded, rounded_column

LOG, REVERSE = ScalingType.LOG, ScalingType.REVERSE_LOG
RANGES = [
    ContinuousRange(low=-2.0, high=3.5),
    ContinuousRange(low=3.0, high=8e12),
    ContinuousRange(low=1.0, high=1.0 + 1e-12),
    ContinuousRange(low=1e-310, high=1e-309),
    ContinuousRange(low=1e-6, high=10.0, scaling=LOG),
    ContinuousRange(low=1e-40, high=1e40, scaling=LOG),
    ContinuousRange(low=5e-324, high=1e-300, scaling=LOG),
    ContinuousRange(low=0.0, high=0.99999, scaling=REVERSE),
]


@pytest.mark.parametrize(
    ("range_", "number", "expected"),
    [
        (RANGES[0], 0.123456789, 0.12346),
        (RANGES[1], 1234567890123.0, 1234570000000.0),
        (RANGES[4], 0.000123456789, 0.000123457),
        (RANGES[5], 8.43096766208517e-24, 8.43097e-24),
        (RANGES[6], 6.9270687248429e-310, 6.92707e-310),
        (RANGES[7], 0.99912345678, 0.999123457),
    ],
)
def test_six_digits_of_what_counts_are_kept(range_, number, expected):
    assert rounded(number, range_) == expected


@pytest.mark.parametrize("range_", RANGES, ids=str)
@given(places=st.lists(st.floats(0, 1), min_size=1, max_size=20))
@settings(deadline=None)
def test_a_column_is_rounded_as_each_number_is_to_the_last_bit(range_, places):
    numbers = [min(max(range_.at(place), range_.low), range_.high) for place in places]
    one_by_one = [rounded(number, range_) for number in numbers]
    assert rounded_column(np.array(numbers), range_).tolist() == one_by_one
    assert [rounded(number, range_) for number in one_by_one] == pytest.approx(one_by_one, rel=1e-15)
