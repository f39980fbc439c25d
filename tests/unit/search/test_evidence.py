"""What ended training jobs say about their values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.model.history import Outcome
from selftune.search.evidence import losses_as_evidence
from selftune.testing.factories import an_observation


def measured(*losses):
    return [an_observation(number, loss=loss) for number, loss in enumerate(losses, start=1)]


def stopped(loss, **changes):
    return replace(an_observation(9, loss=loss), outcome=Outcome.STOPPED, **{"is_stopped_early": True, **changes})


def test_measured_losses_stay_and_failures_have_none():
    assert losses_as_evidence(measured(0.5, None, 0.1)) == [0.5, None, 0.1]


@pytest.mark.parametrize("last", [-1e9, 0.05, 0.35, 1e9])
def test_one_stopped_early_counts_as_the_median_of_the_worse_half_whatever_it_reported_last(last):
    assert losses_as_evidence([*measured(0.1, 0.2, 0.3, 0.4, 0.9), stopped(last)])[-1] == 0.4


def test_one_that_reached_its_time_limit_keeps_its_loss():
    timed_out = stopped(0.05, is_stopped_early=False)
    assert losses_as_evidence([*measured(0.1, 0.2), timed_out])[-1] == 0.05


def test_without_a_measured_one_nothing_is_known():
    assert losses_as_evidence([stopped(0.3), *measured(None)]) == [None, None]
