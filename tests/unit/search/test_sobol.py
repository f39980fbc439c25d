"""Scrambled Sobol points: the very ones that scipy gives, and spread evenly."""

import numpy as np
import pytest

from selftune.search.sobol import by_scipy, sobol, table_of_scipy


@pytest.mark.parametrize("dimension", [1, 2, 8, 60, 150])
@pytest.mark.parametrize(("seed", "first", "count"), [(0, 0, 5), (7, 1, 4), (-3, 1000, 3)])
def test_points_are_those_of_scipy(dimension: int, seed: int, first: int, count: int) -> None:
    assert np.array_equal(sobol(dimension, seed, first, count), by_scipy(dimension, seed, first, count))


def test_the_table_of_direction_numbers_lies_where_it_is_looked_for() -> None:
    assert table_of_scipy() is not None  # without it scipy's own class works, after an import that takes long


def test_each_interval_of_each_axis_holds_one_point() -> None:
    points = sobol(6, seed=1, first=0, count=64)
    assert all(sorted((column * 64).astype(int)) == list(range(64)) for column in points.T)


def test_no_dimension_and_no_point_give_empty_arrays() -> None:
    assert sobol(0, seed=0, first=0, count=3).shape == (3, 0)
    assert sobol(4, seed=0, first=9, count=0).shape == (0, 4)
