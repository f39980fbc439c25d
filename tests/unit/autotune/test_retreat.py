"""A range that went where training fails comes back before the failure, and stays there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.autotune.expansion import review_ranges
from selftune.model.events import RangeMove
from selftune.model.ranges import ContinuousRange, IntegerRange, ScalingType
from selftune.testing.factories import a_history, an_observation

FIRST = ContinuousRange(low=1e-4, high=1e-2, scaling=ScalingType.LOG, may_expand=True)
HIGHER, LOWER = replace(FIRST, high=1e-1), replace(FIRST, low=1e-5)


def moved(before, after):
    return (RangeMove(name="x", before=before, after=after, reason="It went further."),)


def history(space, succeeded=(), failed=()):
    ended = [an_observation(n, {"x": value}, loss=float(n)) for n, value in enumerate(succeeded, start=1)]
    ended += [an_observation(len(ended) + n, {"x": value}, loss=None) for n, value in enumerate(failed, start=1)]
    return a_history({"x": space}, ended)


def test_the_end_comes_back_half_way_to_what_succeeded():
    (move,) = review_ranges(history(HIGHER, [9e-3, 2e-2], failed=[8e-2]), moved(FIRST, HIGHER))
    assert (move.after.low, move.after.high) == (FIRST.low, pytest.approx(4e-2))
    assert (
        move.reason
        == "Training failed with x above the 0.01 where its range ended at first: the range comes back to 0.04."
    )


def test_the_low_end_comes_back_likewise():
    (move,) = review_ranges(history(LOWER, [5e-3, 8e-5], failed=[4e-5]), moved(FIRST, LOWER))
    assert move.after.low == pytest.approx(5.66e-5)
    assert move.after.high == FIRST.high


def test_where_nothing_succeeded_beyond_it_the_range_is_what_it_was_at_first():
    for space, failure in ((HIGHER, 8e-2), (LOWER, 4e-5)):
        (move,) = review_ranges(history(space, [5e-3], failed=[failure]), moved(FIRST, space))
        assert move.after == FIRST


def test_a_failure_within_the_first_range_calls_nothing_back():
    assert review_ranges(history(HIGHER, [2e-2], failed=[5e-3]), moved(FIRST, HIGHER)) == ()


def test_a_success_beyond_the_failure_acquits_the_hyperparameter():
    assert review_ranges(history(HIGHER, [9e-2], failed=[8e-2]), moved(FIRST, HIGHER)) == ()


def test_a_range_that_never_moved_has_nowhere_to_come_back_to():
    assert review_ranges(history(FIRST, [9e-3], failed=[9.9e-3]), ()) == ()


def test_what_came_back_does_not_go_there_again():
    at_the_end = [3.9e-2, 3.8e-2, 3.7e-2, 3e-2, *[1e-3] * 8]
    back = replace(FIRST, high=4e-2)
    moves = (*moved(FIRST, HIGHER), *moved(HIGHER, back))
    assert review_ranges(history(back, at_the_end, failed=[8e-2]), moves) == ()
    assert len(review_ranges(history(back, at_the_end), moves)) == 1, "nothing but the failure holds it"


def test_whole_numbers_come_back_to_whole_numbers():
    first = IntegerRange(low=2, high=10, may_expand=True)
    further = replace(first, high=14)
    (move,) = review_ranges(history(further, [9, 11], failed=[14]), moved(first, further))
    assert move.after.high == 12
    assert review_ranges(history(move.after, [9, 11], failed=[14]), (*moved(first, further), move)) == ()
    (home,) = review_ranges(history(further, [9, 10], failed=[14]), moved(first, further))
    assert home.after == first
