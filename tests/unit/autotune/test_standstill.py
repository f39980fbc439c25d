"""Soft ranges open towards their hard bounds where nothing is gained inside them any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.autotune.expansion import review_ranges
from selftune.autotune.standstill import has_come_to_a_standstill
from selftune.model.history import KnownGood, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange, HardBounds, IntegerRange, ScalingType
from selftune.testing import simulate
from selftune.testing.factories import a_history, a_range_move, a_tuned_hyperparameter, an_observation

BOX = ContinuousRange(low=4.0, high=8.0, may_expand=True, hard_bounds=HardBounds(low=0.0, high=10.0))
GAINED_NOTHING = [9.0, 5.0, 7.0, 5.0, 6.0, 8.0]
GAINED = [9.0, 5.0, 7.0, 6.0, 4.0, 8.0]


def history(losses, space=BOX, value=6.0, **changes):
    """Training jobs in the middle of the range with these losses, in this order; None is a failure."""
    ended = [an_observation(n, {"x": value}, loss=loss) for n, loss in enumerate(losses, start=1)]
    return a_history({"x": space}, ended, **changes)


def test_three_training_jobs_that_gain_nothing_open_a_range_to_both_its_bounds():
    (move,) = review_ranges(history(GAINED_NOTHING), ())
    assert (move.before, move.after.low, move.after.high) == (BOX, 0.0, 10.0)
    assert move.reason == (
        "The last 3 training jobs gained next to nothing, and none at the ends of x has failed: "
        "its range now goes from 0 to 10."
    )


def test_progress_among_them_opens_nothing():
    assert review_ranges(history(GAINED), ()) == ()


@pytest.mark.parametrize(("gain", "is_standstill"), [(0.09, True), (0.11, False)])
def test_a_twentieth_of_the_distance_to_the_median_is_progress(gain, is_standstill):
    losses = [9.0, 5.0, 7.0, 5.0 - gain, 6.0, 8.0]  # best 5, median 7
    assert has_come_to_a_standstill(history(losses)) is is_standstill


def test_progress_is_the_same_on_any_scale_of_the_objective():
    for losses in (GAINED, GAINED_NOTHING):
        scaled = [1e-6 * loss - 3 for loss in losses]
        assert has_come_to_a_standstill(history(losses)) == has_come_to_a_standstill(history(scaled))


def test_five_training_jobs_are_too_few():
    assert not has_come_to_a_standstill(history(GAINED_NOTHING[:5]))


def test_failures_and_what_somebody_stopped_are_neither_progress_nor_standstill():
    assert not has_come_to_a_standstill(history([9.0, 5.0, 7.0, None, None, None]))
    told = history(GAINED_NOTHING)
    stopped = replace(told.ended[-1], outcome=Outcome.UNKNOWN, loss=None)
    assert not has_come_to_a_standstill(replace(told, ended=(*told.ended[:-1], stopped)))


def test_the_first_training_jobs_that_run_side_by_side_have_seen_nothing_and_are_no_search():
    losses = [9.0, 7.0, 5.0, *[6.0] * 5]
    assert not has_come_to_a_standstill(history(losses[:7], max_parallel=5))
    assert has_come_to_a_standstill(history(losses, max_parallel=5))


def test_values_from_elsewhere_are_no_search_that_could_come_to_a_standstill():
    known = tuple(KnownGood(values=(("x", float(n)),), source="the knowledge base") for n in (5, 6))
    assert not has_come_to_a_standstill(history(GAINED_NOTHING, portfolio=known))
    assert has_come_to_a_standstill(history([*GAINED_NOTHING, 6.0, 6.0], portfolio=known))


@pytest.mark.parametrize("strategy", [Strategy.RANDOM, Strategy.GRID, Strategy.HYPERBAND])
def test_only_a_strategy_that_was_to_improve_on_the_best_comes_to_a_standstill(strategy):
    assert review_ranges(history(GAINED_NOTHING), (), strategy=strategy) == ()


@pytest.mark.parametrize(
    "space",
    [
        replace(BOX, may_expand=False),
        replace(BOX, hard_bounds=None),
        replace(BOX, hard_bounds=HardBounds()),
        replace(BOX, hard_bounds=HardBounds(low=4.0, high=8.0)),
        ContinuousRange(low=4.0, high=8.0, scaling=ScalingType.LOG, may_expand=True, hard_bounds=HardBounds(low=0.0)),
    ],
)
def test_walls_and_ends_without_a_bound_that_the_scale_shows_stay(space):
    assert review_ranges(history(GAINED_NOTHING, space), ()) == ()


def test_an_end_beside_which_training_failed_stays():
    told = history(GAINED_NOTHING)
    failed = an_observation(7, {"x": 7.9}, loss=None)
    (move,) = review_ranges(replace(told, ended=(*told.ended, failed)), ())
    assert (move.after.low, move.after.high) == (0.0, 8.0)


def test_a_size_on_which_the_cost_depends_stays():
    planned = a_tuned_hyperparameter("x", 6.0, BOX, affects_cost=True)
    assert review_ranges(history(GAINED_NOTHING), (), [planned]) == ()


def test_towards_a_bound_that_is_far_a_range_opens_by_its_first_width_and_then_all_the_way():
    far = replace(BOX, hard_bounds=HardBounds(low=4.0, high=20.0))
    (first,) = review_ranges(history(GAINED_NOTHING, far), ())
    assert (first.after.low, first.after.high) == (4.0, 12.0)
    (second,) = review_ranges(history(GAINED_NOTHING, first.after, value=9.0), (first,))
    assert (second.after.low, second.after.high) == (4.0, 20.0), "a width and a half of what it is now"


def test_a_range_opens_again_only_when_what_it_gained_has_been_tried():
    far = replace(BOX, hard_bounds=HardBounds(high=50.0))
    move = a_range_move("x", before=far, after=replace(far, high=12.0))
    assert review_ranges(history(GAINED_NOTHING, move.after, value=6.0), (move,)) == ()
    assert len(review_ranges(history(GAINED_NOTHING, move.after, value=9.0), (move,))) == 1


def test_a_single_whole_number_opens_too():
    one = IntegerRange(low=1, high=1, may_expand=True, hard_bounds=HardBounds(low=0, high=5))
    (move,) = review_ranges(history(GAINED_NOTHING, one, value=1), ())
    assert (move.after.low, move.after.high) == (1, 2), "not to zero, which often means something else"


def test_a_search_finds_what_lies_beyond_a_valley_that_its_range_ends_in():
    def loss(values):
        inside, beyond = 0.5 + (values["x"] - 6.0) ** 2, (values["x"] - 1.0) ** 2
        return min(inside, beyond)

    soft = simulate(loss, hyperparameters={"x": 6.0}, soft_ranges={"x": BOX}, max_jobs=16, seed=1)
    assert soft.best.hyperparameters["x"] == pytest.approx(1.0, abs=0.2)
    assert len(soft.training_jobs) == 16
    opened_after = next(n for n, job in enumerate(soft.training_jobs) if job.hyperparameters["x"] < BOX.low)
    assert opened_after >= 6, "nothing lies outside before the range has moved"
