"""The chance that a training job ends with an objective."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import log_ndtr

from selftune.search.feasibility import Feasibility, FeasibilitySettings, _slope_and_weight
from selftune.search.gaussian_process import ParameterPrior


def learnt(xs, is_success, **settings):
    features = np.array(xs, dtype=float).reshape(len(xs), -1)
    dimension = features.shape[1]
    return Feasibility(
        features,
        np.array(is_success),
        np.arange(dimension),
        dimension,
        ParameterPrior(),
        FeasibilitySettings(**settings),
    )


def chances(model, *xs):
    return np.exp(model.log_chance(np.array(xs, dtype=float).reshape(len(xs), -1)))


def test_one_failure_among_few_closes_nothing():
    model = learnt([0.1, 0.4, 0.6, 0.9], [True, True, True, False])
    at_failure, beside = chances(model, 0.9, 0.8)
    assert 0.1 < at_failure < beside
    assert beside > 0.25


def test_far_from_all_evidence_more_works_than_fails():
    model = learnt([0.1, 0.9], [True, False])
    assert 0.55 < chances(model, 50.0)[0] < 0.9


def test_a_boundary_is_found_and_the_good_side_of_it_stays_open():
    xs = [0.05, 0.2, 0.35, 0.5, 0.6, 0.68, 0.75, 0.85, 0.95]
    good_side, bad_side = chances(learnt(xs, [x < 0.7 for x in xs]), 0.64, 0.9)
    assert good_side > 0.6
    assert bad_side < 0.2


def test_the_boundary_is_sought_in_the_hyperparameter_that_makes_it():
    points = np.random.default_rng(1).random((40, 2))
    model = learnt(points, points[:, 0] < 0.5)
    good_side = chances(model, [0.2, 0.05], [0.2, 0.95])
    bad_side = chances(model, [0.8, 0.05], [0.8, 0.95])
    assert good_side.min() > 0.8
    assert bad_side.max() < 0.2


def test_failures_without_a_place_of_their_own_forbid_little():
    rng = np.random.default_rng(0)
    points, is_success = rng.random((40, 3)), rng.random(40) > 0.25
    everywhere = chances(learnt(points, is_success), *rng.random((50, 3)))
    assert np.median(everywhere) > 0.5


def test_where_all_have_failed_the_farthest_place_is_the_least_bad():
    near, far = chances(learnt([0.1, 0.2, 0.3], [False, False, False]), 0.2, 1.0)
    assert near < far


def test_more_training_jobs_than_it_may_see_are_thinned_without_losing_the_rare_outcome():
    xs = np.linspace(0, 1, 300)
    bad_side, good_side = chances(learnt(xs, xs > 0.03, most_rows=40), 0.01, 0.5)
    assert bad_side < 0.3
    assert good_side > 0.85


@pytest.mark.parametrize("label", [1.0, -1.0])
def test_slope_and_weight_are_the_derivatives_of_the_likelihood(label):
    for latent in (-2.0, 0.1, 3.0):
        slope, weight = _slope_and_weight(np.array([label]), np.array([latent]))
        assert slope[0] == pytest.approx(approx_fprime([latent], lambda f: log_ndtr(label * f[0]), 1e-6)[0], rel=1e-3)
        by_slope = approx_fprime([latent], lambda f: _slope_and_weight(np.array([label]), f)[0][0], 1e-6)
        assert weight[0] == pytest.approx(-by_slope[0], rel=1e-3)
