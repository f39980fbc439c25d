"""Columns of values mean what value by value means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.search.axes import axis_of
from selftune.search.columns import as_run, coordinates, inside

LOG, REVERSE = ScalingType.LOG, ScalingType.REVERSE_LOG
RANGES = [
    ContinuousRange(low=-2.0, high=3.5),
    ContinuousRange(low=0.5, high=0.5),
    ContinuousRange(low=1e-6, high=10.0, scaling=LOG),
    ContinuousRange(low=1e-6, high=10.0, scaling=LOG, includes_zero=True),
    ContinuousRange(low=0.0, high=0.999, scaling=REVERSE),
    IntegerRange(low=-3, high=12),
    IntegerRange(low=1, high=4096, scaling=LOG),
    CategoricalRange(values=("a", "b", True)),
    CategoricalRange(values=(8, 16, 32)),
]
VALUES = st.one_of(
    st.floats(-5, 20, allow_nan=False), st.integers(-5, 5000), st.sampled_from([0, 0.0, "a", "b", True, 16, "16"])
)


@pytest.mark.parametrize("range_", RANGES, ids=str)
@given(values=st.lists(VALUES, max_size=12))
def test_a_column_of_values_is_encoded_as_each_value_is(range_, values):
    axis = axis_of(range_)
    one_by_one = [axis.coordinate(range_.nearest(value)) for value in values]
    assert coordinates(range_, axis, values) == pytest.approx(one_by_one, abs=1e-12)
    assert inside(range_, values).tolist() == [range_.contains(value) for value in values]


@pytest.mark.parametrize("range_", RANGES, ids=str)
@given(column=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_what_a_column_of_points_runs_as_is_what_each_point_runs_as(range_, column):
    axis = axis_of(range_)
    snapped = axis.snap(np.array(column))
    one_by_one = [axis.coordinate(axis.value(place)) for place in snapped]
    assert as_run(range_, axis, snapped) == pytest.approx(one_by_one, abs=1e-5)
    again = as_run(range_, axis, as_run(range_, axis, snapped))
    assert again == pytest.approx(as_run(range_, axis, snapped), abs=1e-11)
