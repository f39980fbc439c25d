"""A range that went where training fails comes back before the failure, and stays there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.autotune.expansion import review_ranges
from selftune.model.events import RangeMove
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
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


def test_of_several_failures_the_end_comes_back_before_the_nearest():
    for failed in ([8e-2, 3e-2, 6e-2], [3e-2, 8e-2]):
        (move,) = review_ranges(history(HIGHER, [9e-3, 2e-2], failed=failed), moved(FIRST, HIGHER))
        assert move.after.high == pytest.approx(2.45e-2, rel=1e-2), "half way from 0.02 to 0.03"


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


BOTH = {"x": HIGHER, "y": HIGHER}
BOTH_MOVED = tuple(RangeMove(name=name, before=FIRST, after=HIGHER, reason="It went further.") for name in ("x", "y"))


def history_of_two(succeeded=(), failed=(), space=None):
    """Training jobs as (x, y), those that succeeded first."""
    ended = [an_observation(n, {"x": x, "y": y}, loss=float(n)) for n, (x, y) in enumerate(succeeded, start=1)]
    ended += [an_observation(len(ended) + n, {"x": x, "y": y}, loss=None) for n, (x, y) in enumerate(failed, start=1)]
    return a_history(space or BOTH, ended)


def test_one_failure_calls_one_range_back_that_which_lies_farther_beyond_what_has_worked():
    history = history_of_two([(2e-2, 1e-3)], failed=[(5e-2, 9e-2)])
    (move,) = review_ranges(history, BOTH_MOVED)
    assert (move.name, move.after) == ("y", FIRST)
    after = history_of_two([(2e-2, 1e-3)], failed=[(5e-2, 9e-2)], space={"x": HIGHER, "y": FIRST})
    assert review_ranges(after, (*BOTH_MOVED, move)) == (), "the failure is explained, and x stays"


def test_what_worked_at_least_as_far_is_not_blamed():
    (move,) = review_ranges(history_of_two([(9e-2, 1e-3)], failed=[(8e-2, 1.5e-2)]), BOTH_MOVED)
    assert move.name == "y"


def test_a_failure_with_one_suspect_is_judged_before_those_with_several():
    history = history_of_two([(1e-3, 1e-3)], failed=[(2e-2, 9e-2), (3e-2, 5e-3)])
    (move,) = review_ranges(history, BOTH_MOVED)
    assert move.name == "x", "the second failure has no other suspect, and explains the first as well"


def test_a_wrong_blame_is_mended_by_the_next_failure():
    blamed = RangeMove(name="y", before=HIGHER, after=FIRST, reason="It came back.")
    failed = [(5e-2, 9e-2), (4e-2, 5e-3)]
    (move,) = review_ranges(history_of_two([], failed, space={"x": HIGHER, "y": FIRST}), (*BOTH_MOVED, blamed))
    assert (move.name, move.after) == ("x", FIRST)
    at_the_end = [(1e-3, 9.9e-3)] * 4 + [(1e-3, 1e-3)] * 8
    space, moves = {"x": FIRST, "y": FIRST}, (*BOTH_MOVED, blamed, move)
    (again,) = review_ranges(history_of_two(at_the_end, failed, space=space), moves)
    assert again.name == "y", "x explains both failures"
    assert review_ranges(history_of_two(at_the_end, failed[:1], space={**space, "x": HIGHER}), moves[:3]) == ()


def test_a_choice_that_has_never_worked_is_blamed_before_a_range():
    space = {"x": HIGHER, "how": CategoricalRange(values=("a", "b"))}

    def ended(*failed):
        jobs = [an_observation(1, {"x": 1e-3, "how": "a"}, loss=1.0)]
        jobs += [an_observation(n, {"x": x, "how": how}, loss=None) for n, (x, how) in enumerate(failed, start=2)]
        return a_history(space, jobs)

    assert review_ranges(ended((8e-2, "b"), (1e-3, "b")), moved(FIRST, HIGHER)) == ()
    assert len(review_ranges(ended((8e-2, "b")), moved(FIRST, HIGHER))) == 1, "one failure proves nothing of a choice"
    assert len(review_ranges(ended((8e-2, "a"), (7e-2, "a")), moved(FIRST, HIGHER))) == 1, "that choice has worked"


def test_an_end_before_a_failure_close_to_a_success_stays_between_them():
    (move,) = review_ranges(history(HIGHER, [0.0412345], failed=[0.0412351]), moved(FIRST, HIGHER))
    assert 0.0412345 <= move.after.high < 0.0412351
