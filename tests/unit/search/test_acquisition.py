"""Expected improvement in logarithms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from selftune.search.acquisition import log_expected_improvement, log_h


def test_it_is_the_logarithm_of_the_expected_improvement():
    expected, _ = quad(lambda loss: (1.0 - loss) * norm.pdf(loss, 1.3, 0.5), -10, 1.0)
    assert log_expected_improvement(np.array([1.3]), np.array([0.5]), 1.0)[0] == pytest.approx(np.log(expected))


def test_it_is_finite_and_rising_where_the_improvement_itself_underflows():
    z = -np.logspace(12, -3, 400)
    values = log_h(z)
    assert np.isfinite(values).all()
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("border", [-1.0, -1e5])
def test_its_pieces_meet(border):
    below, above = log_h(np.array([border * (1 + 1e-9), border * (1 - 1e-9)]))
    assert below == pytest.approx(above, rel=1e-7)
