"""Hyperparameters that act only beside certain values of others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from selftune.model.acting import at_rest
from selftune.model.conditions import Condition
from selftune.model.history import Exhausted, History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, ScalingType
from selftune.search import suggest
from selftune.search.encoder import Encoder

BOOSTER = ("booster", CategoricalRange(values=("gbtree", "dart", "gblinear")))
RATE = ("rate_drop", ContinuousRange(low=0.0, high=0.5))
SPACE = (BOOSTER, RATE, ("eta", ContinuousRange(low=0.0, high=1.0)))
DART = (("rate_drop", Condition.read("booster == dart")),)


def test_what_does_not_act_rests_and_what_acts_stays():
    encoder = Encoder(SPACE, DART)
    idle, acting = encoder.cube(
        [{"booster": "gbtree", "rate_drop": 0.4, "eta": 0.3}, {"booster": "dart", "rate_drop": 0.4, "eta": 0.3}]
    )
    assert dict(encoder.values(idle)) == {"booster": "gbtree", "rate_drop": 0.25, "eta": 0.3}
    assert dict(encoder.values(acting)) == {"booster": "dart", "rate_drop": 0.4, "eta": 0.3}


def test_points_that_differ_only_in_what_is_idle_are_one_to_the_surrogate():
    encoder = Encoder(SPACE, DART)
    rows = [{"booster": "gblinear", "rate_drop": rate, "eta": 0.3} for rate in (0.1, 0.4)]
    first, second = encoder.features(encoder.cube(rows))
    np.testing.assert_array_equal(first, second)


def test_draws_are_at_rest_where_they_are_idle():
    encoder = Encoder(SPACE, DART)
    drawn = [dict(encoder.values(point)) for point in encoder.from_uniform(np.random.default_rng(0).random((60, 3)))]
    assert {v["rate_drop"] for v in drawn if v["booster"] != "dart"} == {0.25}
    assert len({v["rate_drop"] for v in drawn if v["booster"] == "dart"}) > 10


def test_a_chain_of_conditions_comes_to_rest_as_a_whole():
    space = (*SPACE, ("sample", CategoricalRange(values=("uniform", "weighted"))))
    chain = (("sample", Condition.read("rate_drop > 0.1")), *DART)
    encoder = Encoder(space, chain)
    values = {"rate_drop": 0.4, "eta": 0.3, "sample": "weighted"}
    off, on = encoder.cube([{**values, "booster": "gbtree"}, {**values, "booster": "dart"}])
    assert dict(encoder.values(off))["sample"] == "uniform"
    assert dict(encoder.values(on))["sample"] == "weighted"


def test_the_place_of_rest_is_where_good_values_are_expected():
    depth = ("depth", IntegerRange(low=1, high=9, prior=Prior(center=3, spread=0.2)))
    encoder = Encoder((BOOSTER, depth), (("depth", Condition.read("booster != gblinear")),))
    (point,) = encoder.cube([{"booster": "gblinear", "depth": 8}])
    assert dict(encoder.values(point))["depth"] == 3


def test_what_may_be_off_rests_there():
    decay = ("decay", ContinuousRange(low=1e-6, high=0.1, scaling=ScalingType.LOG, includes_zero=True))
    encoder = Encoder((BOOSTER, decay), (("decay", Condition.read("booster == dart")),))
    (point,) = encoder.cube([{"booster": "gbtree", "decay": 0.01}])
    assert dict(encoder.values(point))["decay"] == at_rest(decay[1]) == 0.0


def test_a_condition_on_what_is_no_hyperparameter_of_the_space_puts_nothing_to_rest():
    encoder = Encoder(SPACE, (("rate_drop", Condition.read("classes == 2")),))
    (point,) = encoder.cube([{"booster": "gbtree", "rate_drop": 0.4, "eta": 0.3}])
    assert dict(encoder.values(point))["rate_drop"] == 0.4


def search(strategy, space, conditions, jobs, loss):
    history = History(space=space, conditions=conditions, max_jobs=jobs, seed=3)
    for number in range(1, jobs + 1):
        made = suggest(strategy, history, 1)
        if isinstance(made, Exhausted):
            break
        values = made[0].values
        job = Observation(number=number, values=values, outcome=Outcome.COMPLETED, loss=loss(dict(values)))
        history = replace(history, ended=(*history.ended, job))
    return [dict(job.values) for job in history.ended]


def test_a_finite_space_is_exhausted_without_running_what_differs_only_in_the_idle():
    space = (BOOSTER, ("rounds", IntegerRange(low=1, high=3)), ("skip", IntegerRange(low=0, high=1)))
    conditions = (("rounds", Condition.read("booster == dart")), ("skip", Condition.read("booster == dart|gbtree")))
    for strategy in (Strategy.GRID, Strategy.BAYESIAN, Strategy.RANDOM):
        tried = search(strategy, space, conditions, 30, lambda v: float(v["rounds"] + v["skip"]))
        acting = {
            (v["booster"], v["rounds"] * (v["booster"] == "dart"), v["skip"] * (v["booster"] != "gblinear"))
            for v in tried
        }
        assert len(tried) == len(acting) == 6 + 2 + 1


def test_where_only_what_does_not_act_is_left_the_space_is_exhausted():
    space = (("booster", CategoricalRange(values=("gbtree", "gblinear"))), RATE)
    for strategy in (Strategy.BAYESIAN, Strategy.RANDOM):
        tried = search(strategy, space, DART, 9, lambda v: float(v["rate_drop"]))
        assert sorted(v["booster"] for v in tried) == ["gblinear", "gbtree"]


def test_the_best_of_a_branch_is_found_though_most_of_the_space_is_without_it():
    def loss(v):
        inner = (v["rate_drop"] - 0.37) ** 2 * 8 if v["booster"] == "dart" else 0.3
        return inner + (v["eta"] - 0.6) ** 2

    assert min(map(loss, search(Strategy.BAYESIAN, SPACE, DART, 22, loss))) < 0.01
