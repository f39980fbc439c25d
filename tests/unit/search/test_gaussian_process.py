"""The Gaussian process: its formulas against slow and plain ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from selftune.search.gaussian_process import GaussianProcess, ParameterPrior, _Likelihood, fit, matern

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


def test_observations_are_reproduced_and_certain(data):
    features, losses = data
    mean, deviation = GaussianProcess(features, losses, GROUPS, np.array([0.0, 0.0, 0.0, -9.0])).predict(features)
    np.testing.assert_allclose(mean, losses, atol=0.02)
    assert deviation.max() < 0.05


def test_believing_in_a_point_makes_it_certain_and_moves_no_mean(data):
    features, losses = data
    model, pending = GaussianProcess(features, losses, GROUPS, THETA), np.array([[0.9, 0.1, 0.9]])
    believed = model.believing(pending)
    assert believed.predict(pending)[1][0] < 0.6 * model.predict(pending)[1][0]
    elsewhere = np.random.default_rng(1).random((5, 3))
    np.testing.assert_allclose(believed.predict(elsewhere)[0], model.predict(elsewhere)[0], atol=1e-6)
