"""What the priors may say beside the evidence."""

from __future__ import annotations

import numpy as np
import pytest

from selftune.model.history import History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange, Prior
from selftune.search import suggest
from selftune.search.encoder import Encoder
from selftune.search.trust import FEWEST, FLOOR, log_belief, trust_in_priors

EXPECTED = ContinuousRange(low=0.0, high=1.0, prior=Prior(center=0.3, spread=0.2))
FREE = ContinuousRange(low=0.0, high=1.0)
ENCODER = Encoder((("x", EXPECTED), ("y", FREE)))
XS = np.array([0.3, 0.35, 0.22, 0.45, 0.1, 0.55, 0.6, 0.65])
POINTS = np.column_stack([XS, np.linspace(0, 1, len(XS))])
BEST_FIRST = np.arange(len(XS), dtype=float)


def test_a_belief_is_zero_at_the_peak_and_never_below_its_floor():
    near, far = log_belief(ENCODER, np.array([[0.3, 0.9], [1.0, 0.9]]))
    assert near == pytest.approx([0.0, 0.0])
    assert np.log(FLOOR / (1 + FLOOR)) <= far[0] < -2.5
    assert far[1] == 0.0


def test_where_the_believed_did_best_the_priors_keep_their_say():
    assert trust_in_priors(ENCODER, POINTS, BEST_FIRST)[0] == 1.0


def test_where_the_believed_did_worst_the_priors_are_silent():
    assert trust_in_priors(ENCODER, POINTS, -BEST_FIRST)[0] == 0.0


def test_what_chance_may_do_costs_no_trust():
    losses = np.array([4.0, 0.0, 6.0, 1.0, 5.0, 2.0, 7.0, 3.0])
    assert trust_in_priors(ENCODER, POINTS, losses)[0] == 1.0


def test_too_few_training_jobs_cost_no_trust():
    few = FEWEST - 1
    assert trust_in_priors(ENCODER, POINTS[:few], -BEST_FIRST[:few])[0] == 1.0


def test_a_best_training_job_far_from_what_was_expected_silences_that_prior_alone():
    encoder = Encoder((("x", EXPECTED), ("z", EXPECTED)))
    points = np.array([[0.9, 0.3], [0.3, 0.3]])
    np.testing.assert_array_equal(trust_in_priors(encoder, points, np.array([0.0, 1.0])), [0.0, 1.0])


def test_without_priors_there_is_nothing_to_trust():
    encoder = Encoder((("y", FREE),))
    assert not trust_in_priors(encoder, np.array([[0.1], [0.9]]), np.array([0.0, 1.0])).any()


def test_equal_losses_speak_neither_for_nor_against():
    assert trust_in_priors(ENCODER, POINTS, np.zeros(len(XS)))[0] == 1.0


def choices(loss, places):
    """What six searches suggest next where training jobs at `places` have ended."""
    expected = ContinuousRange(low=0.0, high=1.0, prior=Prior(center=0.25, spread=0.2))
    ended = tuple(
        Observation(number=n, values=(("x", float(x)),), outcome=Outcome.COMPLETED, loss=float(loss(x)))
        for n, x in enumerate(places, start=1)
    )
    histories = (History(space=(("x", expected),), ended=ended, max_jobs=100, seed=seed) for seed in range(6))
    return np.array([dict(suggest(Strategy.BAYESIAN, history, 1)[0].values)["x"] for history in histories])


def test_of_two_sides_of_which_equally_little_is_known_the_expected_one_is_looked_at():
    chosen = choices(lambda _: 1.0, [0.5, 0.0, 1.0, 0.5001])
    assert (abs(chosen - 0.25) < 0.1).all()


def test_of_two_sides_that_many_results_call_equally_good_the_expected_one_is_not_always_looked_at():
    chosen = choices(lambda x: -np.cos(4 * np.pi * (x - 0.25)), np.linspace(0, 1, 41))
    assert (abs(abs(chosen - 0.5) - 0.25) < 0.1).all(), "the two optima"
    assert 0 < (chosen > 0.5).sum() < len(chosen)
