"""The output warp: order kept, outliers tamed, units without meaning."""

from __future__ import annotations

import numpy as np
import pytest

from selftune.search.output_warp import warped

LOSSES = [0.3, 0.1, 0.25, 0.2, 0.9, 4.0, 1e9]


def test_the_order_of_losses_is_kept():
    assert np.argsort(warped(LOSSES)).tolist() == np.argsort(LOSSES).tolist()


def test_a_diverged_training_job_does_not_flatten_the_others():
    warped_losses = warped(LOSSES)
    assert warped_losses.max() < 2.5
    assert warped_losses[0] - warped_losses[1] > 0.5


def test_scaling_and_shifting_the_losses_changes_nothing():
    np.testing.assert_allclose(warped([1000 * loss - 7 for loss in LOSSES]), warped(LOSSES), rtol=1e-6)


def test_a_failed_training_job_is_worse_than_all_others():
    assert int(np.argmax(warped([0.3, None, 0.1, 99.0]))) == 1


def test_equal_losses_stay_equal():
    assert warped([1.0, 1.0, 1.0]).tolist() == [0.0, 0.0, 0.0]
    assert len(set(np.round(warped([5.0, 1.0, 7.0, 7.0]), 12))) == 3


def test_the_result_has_mean_zero_and_deviation_one():
    assert warped(LOSSES).mean() == pytest.approx(0.0, abs=1e-9)
    assert warped(LOSSES).std() == pytest.approx(1.0)


def test_differences_on_a_plateau_stay_as_small_as_they_are():
    plateau = [40.0, 2.3025, 5.0, 2.3026, 9.0, 2.30251, 2.30249, 2.30252, 2.3025, 2.30248]
    warped_losses = warped(plateau)
    on_plateau = warped_losses[np.array(plateau) < 2.4]
    assert np.ptp(on_plateau[np.array(plateau)[np.array(plateau) < 2.4] <= 2.3025]) < 0.05
    assert np.argsort(warped_losses, kind="stable").tolist() == np.argsort(plateau, kind="stable").tolist()


def test_what_a_search_refines_late_is_no_plateau():
    late = [1.0, 0.9, 1.1, 0.8, 0.95, 1.05, 0.101, 0.1, 0.103, 0.102, 0.1005, 0.104, 0.1015]
    warped_losses = warped(late)
    assert warped_losses[11] - warped_losses[7] > 0.5


def test_a_plateau_changes_nothing_when_losses_are_scaled_and_shifted():
    plateau = [40.0, 2.3025, 5.0, 2.3026, 9.0, 2.30251, 2.30249, 2.30252, 2.3025, 2.30248]
    np.testing.assert_allclose(warped([1000 * loss - 7 for loss in plateau]), warped(plateau), rtol=1e-6)
