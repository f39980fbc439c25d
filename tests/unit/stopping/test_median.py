"""The median rule and each of its guards."""

from __future__ import annotations

import math

import pytest

from selftune.stopping.median import MedianRule, rank_correlation
from selftune.stopping.rules import Continue, Stop
from selftune.testing.stopping_contract import falling, history_of, running

PEERS = [falling(0.1 * number) for number in range(8)]
HOPELESS = [30.0] * 8


def verdict(history, job, **settings):
    return MedianRule(**settings).decide(history, job)


def test_a_training_job_far_behind_the_others_is_stopped():
    stopped = verdict(history_of(*PEERS), running(9, HOPELESS))
    assert isinstance(stopped, Stop)
    assert "worse than the median of 8 earlier training jobs" in stopped.reason


def test_nobody_is_stopped_before_five_training_jobs_have_completed():
    assert verdict(history_of(*PEERS[:4]), running(9, HOPELESS)) == Continue()
    assert isinstance(verdict(history_of(*PEERS[:5]), running(9, HOPELESS)), Stop)


@pytest.mark.parametrize("reports", [1, 2, 3])
def test_the_first_reports_are_not_acted_upon(reports):
    assert verdict(history_of(*PEERS), running(9, HOPELESS[:reports])) == Continue()


def test_grace_grows_with_the_usual_length():
    long_curves = [falling(0.1 * number, steps=100) for number in range(8)]
    assert verdict(history_of(*long_curves), running(9, [900.0] * 10)) == Continue()
    assert isinstance(verdict(history_of(*long_curves), running(9, [900.0] * 11)), Stop)


def test_a_training_job_better_than_the_median_runs_on():
    assert verdict(history_of(*PEERS), running(9, falling(0.2)[:8])) == Continue()


def test_a_late_bloomer_among_the_completed_gives_hope_to_the_slow():
    bloomer = [40.0] * 8 + [40.0, -1.0]
    slow = running(10, [31.0] * 8)
    assert verdict(history_of(*PEERS, bloomer), slow, min_order=-1.0) == Continue()
    assert isinstance(verdict(history_of(*PEERS), slow, min_order=-1.0), Stop)


def test_where_early_values_did_not_tell_the_final_order_nobody_is_stopped():
    crossing = [[float(number)] * 9 + [-0.01 * number] for number in range(8)]
    assert verdict(history_of(*crossing), running(9, HOPELESS)) == Continue()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_finite_number_ends_a_training_job_at_once(value):
    stopped = verdict(history_of(), running(2, [1.0, value]))
    assert isinstance(stopped, Stop)
    assert "diverged" in stopped.reason


def test_the_baseline_runs_on_whatever_it_reports():
    assert verdict(history_of(*PEERS), running(1, [math.nan])) == Continue()


def test_training_jobs_that_were_shorter_are_not_compared():
    short = [curve[:5] for curve in PEERS]
    assert verdict(history_of(*short), running(9, HOPELESS)) == Continue()


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [([1, 2, 3], [10, 20, 90], 1.0), ([1, 2, 3], [3, 2, 1], -1.0), ([1, 1, 1], [1, 2, 3], 1.0)],
)
def test_rank_correlation(first, second, correlation):
    assert rank_correlation(first, second) == pytest.approx(correlation)
