"""Optima at the odd places of a range: exactly zero beside a logarithm, next to one, the ends of whole numbers."""

from __future__ import annotations

import math
from statistics import fmean

import pytest

from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange, IntegerRange, ScalingType
from selftune.testing import simulate

SEEDS = range(3)
RATE = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG)


def bests(loss, space, jobs, strategy=Strategy.BAYESIAN):
    """The best training job of a search a seed, none of which starts from values known to be good."""
    names = {name: space_.low for name, space_ in space.items()}
    return [
        simulate(
            loss, hyperparameters=names, ranges=space, strategy=strategy, autotune=False, max_jobs=jobs, seed=seed
        ).best
        for seed in SEEDS
    ]


def test_exactly_zero_is_found_where_a_little_is_worse_than_nothing():
    penalty = ContinuousRange(low=1e-4, high=10.0, scaling=ScalingType.LOG, includes_zero=True)

    def loss(v):
        off = 0.0 if v["penalty"] == 0 else 0.3 + abs(math.log10(v["penalty"]) + 1) / 10
        return off + (math.log10(v["rate"]) + 2) ** 2 / 4

    found = bests(loss, {"penalty": penalty, "rate": RATE}, 20)
    assert [best.hyperparameters["penalty"] for best in found] == [0, 0, 0]
    assert max(best.objective for best in found) < 0.01


def test_zero_does_not_draw_the_search_where_values_far_from_it_are_best():
    penalty = ContinuousRange(low=1e-4, high=10.0, scaling=ScalingType.LOG, includes_zero=True)

    def loss(v):
        off = 2.0 if v["penalty"] == 0 else abs(math.log10(v["penalty"]) - 0.5)
        return off + (math.log10(v["rate"]) + 2) ** 2 / 4

    found = bests(loss, {"penalty": penalty, "rate": RATE}, 20)
    assert max(best.objective for best in found) < 0.1


def test_an_optimum_next_to_one_is_found_on_the_reverse_logarithmic_scale():
    momentum = ContinuousRange(low=0.0, high=0.9999, scaling=ScalingType.REVERSE_LOG)

    def loss(v):
        return (math.log10(1 - v["momentum"]) + 3) ** 2 + (math.log10(v["rate"]) + 2) ** 2 / 4

    found = bests(loss, {"momentum": momentum, "rate": RATE}, 20)
    assert max(abs(math.log10(1 - best.hyperparameters["momentum"]) + 3) for best in found) < 0.15


@pytest.mark.parametrize(("depth", "leaves"), [(1, 512), (12, 2)])
def test_a_corner_of_whole_numbers_is_found_exactly(depth, leaves):
    space = {
        "depth": IntegerRange(low=1, high=12),
        "leaves": IntegerRange(low=2, high=512, scaling=ScalingType.LOG),
    }

    def loss(v):
        return abs(v["depth"] - depth) / 4 + abs(math.log2(v["leaves"] / leaves)) / 3

    found = bests(loss, space, 15)
    assert [best.hyperparameters for best in found] == [{"depth": depth, "leaves": leaves}] * len(SEEDS)


def test_a_rate_beside_a_whole_number_of_three_values_is_found_in_a_dozen_training_jobs():
    space = {"layers": IntegerRange(low=1, high=3), "rate": RATE}

    def loss(v):
        return (v["layers"] != 3) + (math.log10(v["rate"]) + 2) ** 2 / 4

    ours = fmean(best.objective for best in bests(loss, space, 12))
    even = fmean(best.objective for best in bests(loss, space, 12, Strategy.RANDOM))
    assert ours < 0.01
    assert ours < even / 10
