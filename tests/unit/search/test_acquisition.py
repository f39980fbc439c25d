"""Expected improvement in logarithms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from selftune.search.acquisition import log_expected_improvement, log_h


def improvement(mean, deviation, incumbent):
    return quad(lambda loss: (incumbent - loss) * norm.pdf(loss, mean, deviation), -10, incumbent)[0]


def test_it_is_the_logarithm_of_the_expected_improvement():
    given = log_expected_improvement(np.array([[1.3]]), np.array([0.5]), np.array([1.0]))
    assert given[0] == pytest.approx(np.log(improvement(1.3, 0.5, 1.0)))


def test_several_draws_are_averaged_before_the_logarithm():
    given = log_expected_improvement(np.array([[1.3, 0.7]]), np.array([0.5]), np.array([1.0, 0.9]))
    assert given[0] == pytest.approx(np.log((improvement(1.3, 0.5, 1.0) + improvement(0.7, 0.5, 0.9)) / 2))


def test_it_is_finite_and_rising_where_the_improvement_itself_underflows():
    z = -np.logspace(12, -3, 400)
    values = log_h(z)
    assert np.isfinite(values).all()
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("border", [-1.0, -1e5])
def test_its_pieces_meet(border):
    below, above = log_h(np.array([border * (1 + 1e-9), border * (1 - 1e-9)]))
    assert below == pytest.approx(above, rel=1e-7)


def test_it_is_finite_where_every_draw_underflows():
    given = log_expected_improvement(np.full((1, 3), 1e6), np.array([1e-2]), np.zeros(3))
    assert np.isfinite(given).all()
