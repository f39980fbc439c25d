"""The Gaussian process: its formulas against slow and plain ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from selftune.search.gaussian_process import (
    SHORTEST_LENGTH,
    FitFailed,
    Kernel,
    ParameterPrior,
    _Likelihood,
    fit,
    matern,
    squared_distance,
)

GROUPS = np.array([0, 1, 1])
THETA = np.array([-0.3, 0.4, 0.2, -5.0])


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    features = rng.random((12, 3))
    losses = np.sin(4 * features[:, 0]) + features[:, 1]
    return features, (losses - losses.mean()) / losses.std()


def likelihood_of(features, losses):
    mean, deviation = ParameterPrior().of(2)
    return _Likelihood(features, losses, GROUPS, 2, mean, deviation)


def test_the_gradient_of_the_likelihood_is_its_slope(data):
    likelihood = likelihood_of(*data)
    slope = approx_fprime(THETA, lambda theta: likelihood(theta)[0], 1e-6)
    np.testing.assert_allclose(likelihood(THETA)[1], slope, rtol=1e-3, atol=1e-3)


def test_the_likelihood_is_that_of_the_textbook(data):
    features, losses = data
    scaled = features / np.exp(THETA[:2])[GROUPS]
    squared = ((scaled[:, None] - scaled[None]) ** 2).sum(2)
    covariance = matern(squared, np.exp(THETA[2])) + (np.exp(THETA[3]) + 1e-8) * np.eye(12)
    mean, deviation = ParameterPrior().of(2)
    expected = 0.5 * losses @ np.linalg.solve(covariance, losses) + 0.5 * np.linalg.slogdet(covariance)[1]
    expected += 0.5 * (((THETA - mean) / deviation) ** 2).sum()
    assert likelihood_of(features, losses)(THETA)[0] == pytest.approx(expected, rel=1e-6)


def test_one_loss_is_enough_for_a_likelihood_with_the_right_slope():
    likelihood = likelihood_of(np.array([[0.2, 0.5, 0.7]]), np.array([0.4]))
    slope = approx_fprime(THETA, lambda theta: likelihood(theta)[0], 1e-6)
    np.testing.assert_allclose(likelihood(THETA)[1], slope, rtol=1e-3, atol=1e-3)


def test_the_same_point_twice_with_no_noise_is_no_positive_definite_covariance():
    likelihood = likelihood_of(np.full((2, 3), 0.5), np.array([0.4, -0.4]))
    with pytest.raises(np.linalg.LinAlgError):
        likelihood(np.array([0.0, 0.0, 25.0, -60.0]))


def test_a_fit_is_better_than_its_start(data):
    features, losses = data
    mean, _ = ParameterPrior().of(2)
    theta = fit(features, losses, GROUPS, 2, ParameterPrior(), steps=40)
    likelihood = likelihood_of(features, losses)
    assert likelihood(theta)[0] < likelihood(mean)[0]


def test_a_hyperparameter_without_effect_gets_a_long_scale():
    features = np.random.default_rng(0).random((30, 2))
    losses = np.sin(6 * features[:, 0])
    theta = fit(features, losses / losses.std(), np.array([0, 1]), 2, ParameterPrior(), steps=60)
    assert theta[1] > theta[0] + 1


def noisy_bowl(deviation, seed):
    """24 losses of a bowl, 8 of them beside another one: without those, noise and a wild function look the same."""
    rng = np.random.default_rng(seed)
    features = rng.random((16, 3))
    features = np.vstack([features, features[:8] + 0.02 * rng.standard_normal((8, 3))])
    losses = ((features - 0.4) ** 2).sum(1)
    losses = losses + deviation * losses.std() * rng.standard_normal(24)
    return features, (losses - losses.mean()) / losses.std()


def test_noise_is_mostly_taken_for_noise_and_not_for_a_wild_function():
    fits = [fit(*noisy_bowl(1.0, seed), np.arange(3), 3, ParameterPrior(), steps=40) for seed in range(12)]
    assert min(theta[:3].min() for theta in fits) >= np.log(SHORTEST_LENGTH)
    assert sum(np.exp(theta[-1]) > 0.1 for theta in fits) >= 9


@pytest.mark.parametrize("seed", range(3))
def test_a_smooth_function_is_not_taken_for_noise(seed):
    theta = fit(*noisy_bowl(0.0, seed), np.arange(3), 3, ParameterPrior(), steps=40)
    assert np.exp(theta[-1]) < 0.01


def test_where_no_start_leads_anywhere_the_fit_has_failed(data):
    features, _ = data
    with pytest.raises(FitFailed, match="singular or the likelihood not finite"):
        fit(features, np.full(12, np.nan), GROUPS, 2, ParameterPrior(), steps=5)


def test_distances_are_as_exact_far_from_zero_as_beside_it(data):
    features, _ = data
    near, far = squared_distance(features, features), squared_distance(features + 5e5, features + 5e5)
    np.testing.assert_allclose(far, near, atol=1e-9)


def test_a_covariance_of_points_far_from_zero_has_its_factor(data):
    far = data[0] + 5e5
    factor = Kernel(GROUPS, THETA).factor(far, 1e-6)
    expected = Kernel(GROUPS, THETA).between(data[0], data[0])
    np.testing.assert_allclose(factor @ factor.T, expected + 1e-6 * np.eye(len(far)), atol=1e-8)
