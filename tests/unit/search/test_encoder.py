"""The encoder: scales, whole numbers, choices, zero and priors."""

from __future__ import annotations

import numpy as np
import pytest

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, ScalingType
from selftune.search.axes import ZERO_SHARE
from selftune.search.encoder import Encoder


def encoder_of(range_):
    return Encoder((("x", range_),))


def value_at(range_, coordinate):
    return dict(encoder_of(range_).values(np.array([coordinate])))["x"]


@pytest.mark.parametrize(
    ("range_", "middle"),
    [
        (ContinuousRange(low=0.0, high=10.0), 5.0),
        (ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG), 0.01),
        (ContinuousRange(low=0.0, high=0.99, scaling=ScalingType.REVERSE_LOG), 0.9),
        (IntegerRange(low=1, high=9), 5),
        (CategoricalRange(values=("a", "b", "c")), "b"),
    ],
)
def test_the_middle_of_the_cube_is_the_middle_of_the_scale(range_, middle):
    assert value_at(range_, 0.5) == middle


def test_integers_have_cells_of_equal_width_up_to_the_ends():
    cube = np.linspace(0.0, 1.0, 3000)[:, None]
    values = [dict(values)["x"] for values in map(encoder_of(IntegerRange(low=1, high=3)).values, cube)]
    assert [values.count(whole) for whole in (1, 2, 3)] == [1000, 1000, 1000]


def test_a_low_share_of_the_axis_stands_for_exactly_zero():
    range_ = ContinuousRange(low=1e-6, high=1.0, scaling=ScalingType.LOG, includes_zero=True)
    assert value_at(range_, ZERO_SHARE * 0.99) == 0.0
    assert value_at(range_, ZERO_SHARE * 1.001) == pytest.approx(1e-6, rel=0.05)


def test_suggested_numbers_have_few_digits():
    assert value_at(ContinuousRange(low=1e-5, high=1.0, scaling=ScalingType.LOG), 0.123) == 4.12098e-05
    assert value_at(ContinuousRange(low=0.0, high=1.0), 1 / 3) == 0.33333


def test_rounding_does_not_leave_a_narrow_range():
    range_ = ContinuousRange(low=1.00000012, high=1.00000034)
    assert all(range_.contains(value_at(range_, u)) for u in np.linspace(0, 1, 50))


def test_different_categories_are_one_apart_in_feature_space():
    encoder = encoder_of(CategoricalRange(values=("a", "b", "c")))
    first, second = encoder.features(np.array([[1 / 6], [5 / 6]]))
    assert np.linalg.norm(first - second) == pytest.approx(1.0)


def test_numbers_among_categories_are_nearer_to_their_neighbours():
    encoder = encoder_of(CategoricalRange(values=(512, 32, 64)))
    small, large, middle = encoder.features(encoder.cube([{"x": 32}, {"x": 512}, {"x": 64}]))
    assert np.linalg.norm(small - middle) < np.linalg.norm(small - large)


def test_true_and_one_are_different_categories():
    encoder = encoder_of(CategoricalRange(values=(True, 1)))
    assert encoder.cube([{"x": True}, {"x": 1}]).ravel().tolist() == [0.25, 0.75]


def test_values_outside_a_range_go_to_its_nearest_point():
    cube = encoder_of(ContinuousRange(low=1e-3, high=1.0, scaling=ScalingType.LOG)).cube([{"x": 0.0}, {"x": 50.0}])
    np.testing.assert_allclose(cube.ravel(), [0.0, 1.0])


def test_a_missing_value_goes_to_the_middle():
    assert encoder_of(ContinuousRange(low=0.0, high=1.0)).cube([{}]).tolist() == [[0.5]]


def test_the_size_of_a_space_is_the_number_of_its_points():
    finite = Encoder((("a", IntegerRange(low=1, high=4)), ("b", CategoricalRange(values=("x", "y")))))
    assert finite.size == 8
    assert len(list(finite.points())) == 8
    assert encoder_of(ContinuousRange(low=0.0, high=1.0)).size == float("inf")


def test_draws_follow_the_prior():
    prior = Prior(center=0.01, spread=0.1)
    encoder = encoder_of(ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, prior=prior))
    drawn = encoder.from_uniform(np.linspace(0.001, 0.999, 999)[:, None])
    assert drawn.mean() == pytest.approx(0.5, abs=0.01)
    assert drawn.std() == pytest.approx(0.1, abs=0.01)


def test_a_prior_at_zero_makes_zero_more_frequent():
    prior = Prior(center=0.0, spread=0.2)
    range_ = ContinuousRange(low=1e-6, high=1.0, scaling=ScalingType.LOG, includes_zero=True, prior=prior)
    drawn = encoder_of(range_).from_uniform(np.linspace(0.0005, 0.9995, 1000)[:, None])
    assert (drawn < ZERO_SHARE).mean() == pytest.approx(0.4, abs=0.01)


def test_the_log_prior_is_zero_at_its_centre_and_falls_away_from_it():
    range_ = IntegerRange(low=0, high=100, prior=Prior(center=50, spread=0.1))
    at_center, one_away = encoder_of(range_).log_prior(np.array([[0.5], [0.6]])).ravel()
    assert at_center == pytest.approx(0.0, abs=1e-3)
    assert one_away == pytest.approx(-0.5, abs=0.02)
