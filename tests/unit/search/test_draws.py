"""Draws of noise-free losses: right on average, certain where something has run, and honest about noise."""

from __future__ import annotations

import numpy as np
import pytest

from selftune.search.draws import PosteriorDraws
from selftune.search.gaussian_process import Kernel

GROUPS = np.array([0, 1, 1])
QUIET, NOISY = np.array([-0.3, 0.4, 0.2, -9.0]), np.array([-0.3, 0.4, 0.2, -1.0])


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    features = rng.random((12, 3))
    losses = np.sin(4 * features[:, 0]) + features[:, 1]
    return features, (losses - losses.mean()) / losses.std()


def draws_of(data, theta, count=32):
    return PosteriorDraws(*data, GROUPS, theta, count, np.random.default_rng(0))


def textbook(data, theta, at):
    """Posterior mean and variance by Rasmussen & Williams 2006, eq. 2.25 and 2.26."""
    features, losses = data
    kernel = Kernel(GROUPS, theta)
    noisy = kernel.between(features, features) + (kernel.noise + 1e-6 * kernel.signal) * np.eye(len(features))
    cross = kernel.between(at, features)
    mean = cross @ np.linalg.solve(noisy, losses)
    return mean, kernel.signal - np.diag(cross @ np.linalg.solve(noisy, cross.T))


@pytest.mark.parametrize("theta", [QUIET, NOISY])
def test_over_many_draws_mean_and_variance_are_those_of_the_textbook(data, theta):
    at = np.random.default_rng(1).random((5, 3))
    means, deviation = draws_of(data, theta, count=40_000).predict(at)
    mean, variance = textbook(data, theta, at)
    np.testing.assert_allclose(means.mean(axis=1), mean, atol=0.02)
    np.testing.assert_allclose(means.var(axis=1) + deviation**2, variance, rtol=0.05, atol=2e-4)


def test_without_noise_all_draws_are_what_was_observed(data):
    features, losses = data
    draws = draws_of(data, QUIET)
    means, deviation = draws.predict(features)
    np.testing.assert_allclose(means, np.repeat(losses[:, None], 32, axis=1), atol=0.06)
    np.testing.assert_allclose(draws.incumbents, losses.min(), atol=0.06)
    assert deviation.max() < 0.01


def test_with_noise_the_draws_differ_and_yet_no_draw_can_be_improved_by_repeating_a_training_job(data):
    features, _ = data
    draws = draws_of(data, NOISY)
    means, deviation = draws.predict(features)
    assert means.std(axis=1).min() > 0.05
    assert deviation.max() < 0.01
    assert (means >= draws.incumbents - 0.01).all()


def test_a_pending_training_job_is_certain_within_a_draw_and_moves_no_average(data):
    pending = np.array([[0.9, 0.1, 0.9]])
    before, after = draws_of(data, QUIET, count=4000), draws_of(data, QUIET, count=4000)
    after.add(pending)
    assert after.predict(pending)[1][0] < 0.05 * before.predict(pending)[1][0]
    elsewhere = np.random.default_rng(1).random((5, 3))
    np.testing.assert_allclose(
        after.predict(elsewhere)[0].mean(axis=1), before.predict(elsewhere)[0].mean(axis=1), atol=0.03
    )
