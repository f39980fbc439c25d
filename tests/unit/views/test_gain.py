from __future__ import annotations

import random
from dataclasses import replace
from statistics import fmean

import pytest

from selftune.model.objective import Direction, Objective
from selftune.testing.factories import a_plan, a_state, a_training_job
from selftune.views.gain import gain_over

SPACE = a_plan().space


def gain(jobs, curves=None, inert=()):
    best = min(jobs, key=lambda job: job.objective)
    return gain_over(jobs[0], best, a_state(jobs), SPACE, curves or {}, inert)


def test_a_gain_is_positive_whatever_the_direction_and_zero_when_today_is_best():
    jobs = [a_training_job(1, objective=0.5), a_training_job(2, objective=0.7)]
    assert gain(jobs).value == 0.0
    assert (gain(jobs).low, gain(jobs).high) == (0.0, 0.0)


def test_two_training_jobs_without_curves_tell_nothing_of_the_uncertainty():
    found = gain([a_training_job(1, objective=1.0), a_training_job(2, {"lr": 0.1}, objective=0.5)])
    assert (found.value, found.low, found.high) == (0.5, None, None)
    assert not found.is_certain


def test_repeats_are_the_best_evidence():
    jobs = [
        a_training_job(1, {"lr": 0.01}, objective=1.0),
        a_training_job(2, {"lr": 0.01}, objective=1.2),
        a_training_job(3, {"lr": 0.1}, objective=0.5),
    ]
    found = gain(jobs, {number: tuple([0.5] * 20) for number in (1, 2, 3)})
    assert "repeat" in found.judged_by
    assert found.low < found.value < found.high


def test_repeats_that_agree_to_the_last_digit_leave_no_doubt():
    jobs = [a_training_job(n, {"lr": 0.01}, objective=1.0) for n in (1, 2)]
    found = gain([*jobs, a_training_job(3, {"lr": 0.1}, objective=0.5)])
    assert (found.low, found.high) == (0.5, 0.5)
    assert found.is_certain


def test_repeats_on_a_plateau_that_others_share_tell_nothing_of_the_noise():
    jobs = [a_training_job(n, {"lr": 0.01}, objective=0.9) for n in (1, 2)]
    others = [a_training_job(3, {"lr": 0.02}, objective=0.9), a_training_job(4, {"lr": 0.1}, objective=0.05)]
    assert (gain([*jobs, *others]).low, gain([*jobs, *others]).high) == (None, None)
    assert gain([*jobs, others[1]]).is_certain


def test_training_jobs_that_differ_in_what_does_nothing_are_repeats():
    jobs = [
        a_training_job(1, {"lr": 0.01, "dead": 1}, objective=1.0),
        a_training_job(2, {"lr": 0.01, "dead": 2}, objective=1.0),
        a_training_job(3, {"lr": 0.1, "dead": 3}, objective=0.5),
    ]
    assert gain(jobs, inert={"dead"}).is_certain
    assert gain(jobs).low is None


def test_a_curve_is_one_run_and_tells_nothing_of_a_second_one():
    jobs = [a_training_job(1, {"lr": 0.01}, objective=1.0), a_training_job(2, {"lr": 0.1}, objective=0.5)]
    smooth = {1: tuple(2 - 0.05 * step for step in range(20)), 2: tuple(1.5 - 0.05 * step for step in range(20))}
    found = gain(jobs, smooth)
    assert (found.low, found.high) == (None, None)
    assert "not known" in found.judged_by


def test_a_wiggle_larger_than_other_evidence_widens_the_interval_and_a_smaller_one_changes_nothing():
    repeats = [a_training_job(n, {"lr": 0.01}, objective=1.0 + 0.01 * n) for n in (1, 2, 3)]
    jobs = [*repeats, a_training_job(4, {"lr": 0.1}, objective=0.5)]
    draw = random.Random(0)
    rough = {1: tuple(1 + draw.gauss(0, 0.3) for _ in range(30))}
    smooth = {1: tuple(2 - 0.05 * step for step in range(20)), 4: (1.0, 0.5)}
    diverged = {1: (float("nan"),) * 20}
    assert gain(jobs, rough).low < 0 < gain(jobs).low
    assert "wiggle" in gain(jobs, rough).judged_by
    assert gain(jobs, smooth) == gain(jobs, diverged) == gain(jobs)


def test_neighbours_that_are_all_equal_under_a_coarse_metric_tell_nothing():
    jobs = [a_training_job(n, {"lr": 0.01 * n}, objective=1.0 if n == 1 else 0.9) for n in range(1, 13)]
    assert gain(jobs).low is None


def test_near_neighbours_are_the_last_resort():
    noise = random.Random(2)
    jobs = [
        a_training_job(n, {"lr": 10 ** noise.uniform(-4, 0), "batch-size": 32}, objective=1 + noise.gauss(0, 0.1))
        for n in range(1, 31)
    ]
    found = gain(jobs)
    assert "neighbours" in found.judged_by
    assert found.high - found.value == pytest.approx(0.1 * 1.645 * 2**0.5, rel=0.5)


def test_picking_the_best_of_many_equals_widens_the_lower_end():
    def certain_gain_of(count):
        repeats = [a_training_job(n, {"lr": 0.01}, objective=1.0 + 0.01 * (n % 2)) for n in range(1, 5)]
        others = [a_training_job(4 + n, {"lr": 0.1 + n}, objective=0.9 + 1e-6 * n) for n in range(count)]
        return gain([*repeats, *others])

    few, many = certain_gain_of(1), certain_gain_of(50)
    assert many.low < few.low
    assert many.high == pytest.approx(few.high)


def simulated_gain(count, seed, *, today_is_worse_by=0.0):
    """Jobs whose curves are smooth and whose ends are noise of deviation 0.1, but for today's values."""
    noise = random.Random(1000 * seed + count)
    jobs, curves = [], {}
    for number in range(1, count + 1):
        values = {"lr": 10 ** noise.uniform(-4, 0), "batch-size": noise.randint(8, 256)}
        objective = noise.gauss(1 + today_is_worse_by * (number == 1), 0.1)
        jobs.append(a_training_job(number, values, objective=objective))
        curves[number] = tuple(objective + 0.01 * step for step in range(20, -1, -1))
    return gain(jobs, curves)


@pytest.mark.parametrize("count", [8, 20, 50])
def test_pure_noise_with_smooth_curves_seldom_passes_for_a_gain(count):
    contained = [(found := simulated_gain(count, seed)).low <= 0 <= found.high for seed in range(200)]
    assert fmean(contained) >= 0.85


@pytest.mark.parametrize(("count", "share"), [(8, 0.5), (20, 0.65), (50, 0.75)])
def test_a_real_gain_of_three_deviations_is_mostly_seen(count, share):
    assert fmean(simulated_gain(count, seed, today_is_worse_by=0.3).is_certain for seed in range(200)) >= share


def test_a_real_gain_is_seen_through_noise():
    seen = []
    for seed in range(20):
        noise = random.Random(seed)
        values = [{"lr": 0.001 * (n % 4 + 1), "batch-size": noise.randint(8, 256)} for n in range(20)]
        jobs = [a_training_job(n, v, objective=noise.gauss(1, 0.02) + (n == 1)) for n, v in enumerate(values, 1)]
        seen.append(gain(jobs).is_certain)
    assert all(seen)


@pytest.mark.parametrize(
    ("name", "direction", "objectives", "most", "said"),
    [
        ("accuracy", Direction.MAXIMIZE, (0.90, 0.80, 0.98), 0.1, "Nothing above 1 can be reached."),
        ("error", Direction.MINIMIZE, (0.10, 0.20, 0.02), 0.1, "Nothing below 0 can be reached."),
        ("accuracy", Direction.MAXIMIZE, (90.0, 80.0, 98.0), 10.0, "Nothing above 100 can be reached."),
    ],
)
def test_the_interval_ends_at_what_the_metric_can_be(name, direction, objectives, most, said):
    values = ({"lr": 0.01}, {"lr": 0.01}, {"lr": 0.1})
    jobs = [a_training_job(n, v, objective=o) for n, (v, o) in enumerate(zip(values, objectives, strict=True), start=1)]
    state = replace(a_state(jobs), objective=Objective(name=name, direction=direction))
    found = gain_over(jobs[0], jobs[2], state, SPACE, {})
    assert found.high == pytest.approx(most)
    assert found.judged_by.endswith(said)
    assert found.low < found.value <= found.high
    loss = replace(state, objective=Objective(name="loss", direction=direction))
    free = gain_over(jobs[0], jobs[2], loss, SPACE, {})
    assert free.high > found.high, "of a loss nothing is known"
    assert "reached" not in free.judged_by
