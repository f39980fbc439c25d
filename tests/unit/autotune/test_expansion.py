"""When an inferred range goes further, and when it does not."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.autotune.expansion import MOST_MOVES, review_ranges
from selftune.model.history import Outcome
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, Prior, ScalingType
from selftune.testing import simulate
from selftune.testing.factories import a_history, a_range_move, a_tuned_hyperparameter, an_observation

LOG = ContinuousRange(low=1e-4, high=1e-2, scaling=ScalingType.LOG, may_expand=True)


def history(space, values, failed=()):
    """Training jobs with these values of x, the first the best; then those that failed."""
    ended = [an_observation(n, {"x": value}, loss=float(n)) for n, value in enumerate(values, start=1)]
    ended += [an_observation(len(ended) + n, {"x": value}, loss=None) for n, value in enumerate(failed, start=1)]
    return a_history({"x": space}, ended)


AT_HIGH_END = [9.9e-3, 9.5e-3, 9e-3, 1e-3, 5e-4, 3e-4, 2e-4, 2e-4, 1e-4, 1e-4]


def test_a_log_range_goes_on_by_half_its_width():
    (move,) = review_ranges(history(LOG, AT_HIGH_END), ())
    assert move.name == "x"
    assert move.after.low == LOG.low
    assert move.after.high == pytest.approx(0.1)
    assert "3 of the 5 best" in move.reason
    assert "0.01" in move.reason


def test_every_step_is_as_long_as_the_first_one():
    """A range that has grown takes no longer steps for that."""
    first = ContinuousRange(low=1e-4, high=1e-2, scaling=ScalingType.LOG, may_expand=True)
    grown = replace(first, high=0.1)
    move = a_range_move("x", before=first, after=grown)
    (again,) = review_ranges(history(grown, [0.099, 0.095, 0.09, *AT_HIGH_END[3:]]), (move,))
    assert again.after.high == pytest.approx(1.0)
    assert again.after.low == first.low


def test_it_goes_down_as_well_as_up():
    at_low_end = [1.01e-4, 1.05e-4, 1.1e-4, 1e-3, 5e-3, 3e-3, 2e-3, 2e-3, 1e-3, 1e-3]
    (move,) = review_ranges(history(LOG, at_low_end), ())
    assert move.after.low == pytest.approx(1e-5)
    assert move.after.high == LOG.high


def test_before_there_are_ten_all_of_the_best_three_must_lie_there():
    one_elsewhere = [AT_HIGH_END[0], AT_HIGH_END[3], *AT_HIGH_END[1:3], *AT_HIGH_END[4:]]
    (move,) = review_ranges(history(LOG, AT_HIGH_END[:6]), ())
    assert move.reason.startswith("3 of the 3 best")
    assert review_ranges(history(LOG, one_elsewhere[:9]), ()) == ()
    assert len(review_ranges(history(LOG, one_elsewhere), ())) == 1, "three of five are enough once there are ten"


def test_too_few_training_jobs_move_nothing():
    assert review_ranges(history(LOG, AT_HIGH_END[:5]), ()) == ()


def test_two_at_the_edge_are_too_few():
    assert review_ranges(history(LOG, [9.9e-3, 9.5e-3, 1e-3, *AT_HIGH_END[3:]]), ()) == ()


def test_a_cliff_is_not_approached():
    assert review_ranges(history(LOG, AT_HIGH_END, failed=[9.8e-3]), ()) == ()


def test_a_cliff_lies_within_fifteen_hundredths_of_the_edge():
    near, far = LOG.low * 10 ** (2 * 0.88), LOG.low * 10 ** (2 * 0.82)
    assert review_ranges(history(LOG, AT_HIGH_END, failed=[near]), ()) == ()
    assert len(review_ranges(history(LOG, AT_HIGH_END, failed=[far]), ())) == 1


def without_evidence(told):
    """The same, where the training jobs that failed were stopped by a person or lost with their machine."""
    return replace(
        told, ended=tuple(replace(job, outcome=Outcome.UNKNOWN) if job.loss is None else job for job in told.ended)
    )


def test_a_training_job_that_somebody_stopped_there_is_no_cliff():
    (move,) = review_ranges(without_evidence(history(LOG, AT_HIGH_END, failed=[9.8e-3])), ())
    assert move.after.high == pytest.approx(0.1)


def test_a_training_job_that_somebody_stopped_beyond_it_brings_no_range_back():
    grown, failed = replace(LOG, high=0.1), history(replace(LOG, high=0.1), [5e-3, 2e-3], failed=[8e-2])
    moves = (a_range_move("x", before=LOG, after=grown),)
    assert review_ranges(failed, moves)
    assert not review_ranges(without_evidence(failed), moves)


def test_a_failure_elsewhere_is_no_cliff():
    assert len(review_ranges(history(LOG, AT_HIGH_END, failed=[2e-4]), ())) == 1


def test_a_wall_never_moves():
    wall = ContinuousRange(low=1e-4, high=1e-2, scaling=ScalingType.LOG)
    assert review_ranges(history(wall, AT_HIGH_END), ()) == ()


def test_nothing_goes_beyond_what_the_algorithm_accepts():
    bounded = ContinuousRange(
        low=1e-4, high=1e-2, scaling=ScalingType.LOG, may_expand=True, hard_bounds=HardBounds(low=0, high=0.02)
    )
    (move,) = review_ranges(history(bounded, AT_HIGH_END), ())
    assert move.after.high == 0.02
    at_bound = ContinuousRange(
        low=1e-4, high=1e-2, scaling=ScalingType.LOG, may_expand=True, hard_bounds=HardBounds(low=0, high=1e-2)
    )
    assert review_ranges(history(at_bound, AT_HIGH_END), ()) == ()


def test_one_hyperparameter_moves_so_often_and_no_more():
    moves = tuple(a_range_move("x") for _ in range(MOST_MOVES))
    assert review_ranges(history(LOG, AT_HIGH_END), moves) == ()
    assert len(review_ranges(history(LOG, AT_HIGH_END), moves[1:])) == 1


def test_whole_numbers_stay_whole_and_above_zero():
    depth = IntegerRange(low=2, high=12, may_expand=True)
    (up,) = review_ranges(history(depth, [12, 12, 12, 6, 6, 5, 4, 3, 3, 3]), ())
    assert (up.after.low, up.after.high) == (2, 17)
    (down,) = review_ranges(history(depth, [2, 2, 2, 6, 6, 5, 4, 9, 9, 9]), ())
    assert (down.after.low, down.after.high) == (1, 12)


def test_a_whole_number_at_most_doubles_or_halves_at_a_time():
    width = IntegerRange(low=16, high=256, scaling=ScalingType.LOG, may_expand=True)
    (up,) = review_ranges(history(width, [256, 250, 240, *[64] * 7]), ())
    (down,) = review_ranges(history(width, [16, 16, 17, *[64] * 7]), ())
    assert (up.after.low, up.after.high) == (16, 512)
    assert (down.after.low, down.after.high) == (8, 256)


WIDTH = IntegerRange(low=16, high=256, scaling=ScalingType.LOG, may_expand=True)


def gone(values, planned, first=WIDTH, times=9):
    """The ends of a range after as many moves as it makes, training jobs always piling up at one end."""
    space, moves = first, ()
    for _ in range(times):
        at_edge = [space.high if values == "high" else space.low] * 10
        move = review_ranges(history(space, at_edge), moves, [planned])
        if not move:
            break
        moves, space = (*moves, *move), move[0].after
    return moves


@pytest.mark.parametrize(("today", "end"), [(64, 512), (100, 800), (8, 256), (1000, 2048)])
def test_a_size_that_costs_grows_to_eight_times_todays_and_no_further(today, end):
    planned = a_tuned_hyperparameter("x", today, WIDTH, affects_cost=True)
    moves = gone("high", planned)
    assert (moves[-1].after.high if moves else WIDTH.high) == end
    assert len(moves) <= MOST_MOVES
    assert all("goes no further, because the cost" not in move.reason for move in moves[:-1])
    if end == 8 * today:
        assert "goes no further, because the cost of training depends on x" in moves[-1].reason


def test_a_small_batch_costs_time_so_it_does_not_shrink_without_end_either():
    planned = a_tuned_hyperparameter("x", 64, WIDTH, affects_cost=True)
    assert gone("low", planned)[-1].after.low == 8


def test_a_size_of_which_nobody_knows_todays_value_doubles_once():
    planned = a_tuned_hyperparameter("x", None, WIDTH, affects_cost=True)
    (move,) = gone("high", planned)
    assert move.after.high == 512


def test_what_costs_nothing_has_no_brake_but_the_number_of_moves():
    planned = a_tuned_hyperparameter("x", 64, WIDTH)
    moves = gone("high", planned)
    assert [move.after.high for move in moves] == [512, 1024, 2048]


def test_a_real_number_that_costs_has_the_same_brake():
    first = ContinuousRange(low=1.0, high=4.0, scaling=ScalingType.LOG, may_expand=True)
    moves = gone("high", a_tuned_hyperparameter("x", 2.0, first, affects_cost=True), first)
    assert moves[-1].after.high == 16


def test_the_brake_holds_in_a_whole_search():
    run = simulate(
        lambda values: -math.log(values["batch_size"]),
        hyperparameters={"batch_size": 64},
        algorithm="pytorch",
        max_jobs=13,
    )
    ends = [move.after.high for move in run.range_moves if move.name == "batch_size"]
    assert ends == [512]
    assert max(job.hyperparameters["batch_size"] for job in run.training_jobs) == 512


def test_a_reverse_log_range_stays_below_one():
    momentum = ContinuousRange(low=0.5, high=0.99, scaling=ScalingType.REVERSE_LOG, may_expand=True)
    (move,) = review_ranges(history(momentum, [0.99, 0.989, 0.988, *[0.6] * 7]), ())
    assert 0.99 < move.after.high < 1


def test_an_exact_zero_is_off_and_no_edge():
    spike = ContinuousRange(low=1e-6, high=1e-2, scaling=ScalingType.LOG, includes_zero=True, may_expand=True)
    assert review_ranges(history(spike, [0.0, 0.0, 0.0, *[1e-4] * 7]), ()) == ()


def test_choices_have_no_edge():
    assert review_ranges(history(CategoricalRange(values=("a", "b")), ["a"] * 12), ()) == ()


BOWL = {"x": ContinuousRange(low=1e-4, high=1e-2, scaling=ScalingType.LOG, prior=Prior(center=1e-3, spread=0.2))}


def test_a_search_goes_on_from_its_old_results_when_a_range_has_moved():
    run = simulate(
        lambda values: (math.log10(values["x"]) + 1) ** 2,
        hyperparameters={"x": 1e-3},
        soft_ranges=BOWL,
        max_jobs=16,
        strategy="bayesian",
    )
    (first, *_) = run.range_moves
    moved_after = next(n for n, job in enumerate(run.training_jobs) if job.hyperparameters["x"] > first.before.high)
    later = [job.hyperparameters["x"] for job in run.training_jobs[moved_after:]]
    assert len(run.training_jobs) == 16
    assert run.best.hyperparameters["x"] == pytest.approx(0.1, rel=0.3)
    assert sum(x < first.before.high / 3 for x in later) <= 1, "what is known to be worse is not explored anew"


def test_a_prior_stays_where_it_was_when_its_range_moves():
    (move,) = review_ranges(history(replace(BOWL["x"], may_expand=True), AT_HIGH_END), ())
    assert move.after.prior == BOWL["x"].prior


def test_a_curve_that_was_cut_where_it_was_low_is_no_evidence_of_an_edge():
    before = history(LOG, AT_HIGH_END)
    cut = [replace(job, is_stopped_early=job.number <= 3) for job in before.ended]
    assert len(review_ranges(before, ())) == 1
    assert review_ranges(replace(before, ended=tuple(cut)), ()) == ()
