"""Parents of a warm start say where to look; what contradicts the results at hand fades away."""

from __future__ import annotations

import re
from dataclasses import replace
from statistics import median

import numpy as np
import pytest

from selftune.model.history import History, KnownGood, Observation, Outcome, ParentResults
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange
from selftune.sdk.optimizer import Optimizer
from selftune.search import suggest
from selftune.search.draws import flat
from selftune.search.encoder import Encoder
from selftune.search.warm_start import telling_parents, trend_of

SPACE = tuple((name, ContinuousRange(low=0.0, high=1.0)) for name in ("a", "b", "c"))
SPACE_OF_X = (("x", ContinuousRange(low=0.0, high=1.0)),)
OPTIMUM = (0.7, 0.3, 0.8)


def loss(values, optimum=OPTIMUM):
    return sum((value - best) ** 2 for (_, value), best in zip(values, optimum, strict=True))


def parent(optimum=OPTIMUM, name="parent", count=30, scale=1.0):
    draws = np.random.default_rng(3).random((count, len(SPACE)))
    rows = [tuple(zip("abc", map(float, row), strict=True)) for row in draws]
    measured = [(row, 5 + scale * loss(row, optimum)) for row in rows]
    return ParentResults(tuning_job=name, rows=tuple(sorted(measured, key=lambda row: row[1])))


def ended(number, values, strategy):
    return Observation(number=number, values=values, outcome=Outcome.COMPLETED, loss=loss(values), strategy=strategy)


def search(parents=(), jobs=10, seed=0, first=()):
    """All suggestions of a search, one at a time, after `first`, and the training jobs that ended."""
    good = tuple(KnownGood(values=p.rows[0][0], source=p.source, is_earlier=True) for p in parents)
    jobs_ended, suggestions = list(first), []
    while len(jobs_ended) < jobs:
        history = History(
            space=SPACE, ended=tuple(jobs_ended), max_jobs=jobs, seed=seed, parents=tuple(parents), portfolio=good
        )
        (made,) = suggest(Strategy.BAYESIAN, history, 1)
        suggestions.append(made)
        jobs_ended.append(ended(len(jobs_ended) + 1, made.values, made.strategy))
    return suggestions, jobs_ended


def best(*args, **more):
    """The smallest loss after so many training jobs."""
    return min(job.loss for job in search(*args, **more)[1])


def test_a_parent_with_another_unit_brings_the_search_to_the_optimum_at_once():
    assert best([parent(scale=1000.0)], jobs=5) < 0.01 < best(jobs=5)


def test_with_a_parent_the_model_takes_over_after_one_point_of_the_even_spread():
    with_parent, without = search([parent()], jobs=3)[0], search(jobs=3)[0]
    assert [made.strategy[:2] for made in with_parent] == ["po", "so", "gp"]
    assert [made.strategy for made in without] == ["sobol"] * 3


def test_a_parent_that_is_believed_is_tested_once_more_by_the_even_spread():
    made = search([parent()], jobs=7)[0]
    assert [suggestion.strategy[:2] for suggestion in made] == ["po", "so", "gp", "gp", "so", "gp", "gp"]


@pytest.mark.parametrize("fails", [False, True], ids=["worse", "failed"])
def test_where_no_parent_is_believed_the_search_starts_as_one_without(fails):
    misleading = parent((0.05, 0.95, 0.05))
    jobs = [ended(1, misleading.rows[0][0], "portfolio"), ended(2, OWN, "sobol")]
    if fails:
        jobs[0] = replace(jobs[0], loss=None, outcome=Outcome.FAILED)
    history = History(space=SPACE, ended=tuple(jobs), max_jobs=20, seed=1, parents=(misleading,))
    (made,) = suggest(Strategy.BAYESIAN, history, 1)
    assert made.strategy == "sobol"


def test_a_parent_that_misleads_is_overcome():
    assert best([parent((0.05, 0.95, 0.05))], jobs=20) < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_a_truthful_parent_is_not_set_aside_by_what_its_own_trend_has_found(seed):
    suggestions, jobs = search([parent()], jobs=8, seed=seed)
    assert jobs[-1].loss < jobs[0].loss, "the model has found better values than the parent's best"
    assert not [made.reason for made in suggestions if "set aside" in made.reason]


OWN = (("a", 0.75), ("b", 0.35), ("c", 0.75))
"""Better than the best of the parent's thirty even draws."""


@pytest.mark.parametrize("strategy", ["baseline", "start values", "elsewhere"])
def test_a_better_value_of_ones_own_does_not_silence_what_a_parent_says_of_the_rest(strategy):
    assert loss(OWN) < loss(parent().rows[0][0])
    first = (ended(1, OWN, strategy),)
    with_parent, without = (search(found, jobs=12, first=first)[1] for found in ([parent()], []))
    assert median(job.loss for job in with_parent[4:]) < 0.5 * median(job.loss for job in without[4:])


def test_the_same_parents_and_seed_suggest_the_same():
    assert search([parent()], jobs=6) == search([parent()], jobs=6)


def test_each_of_several_parents_has_its_say():
    encoder = Encoder(SPACE)
    points = np.random.default_rng(1).random((9, 3))
    features, own = encoder.features(encoder.snap(points)), np.zeros(9)
    one, other = parent(name="one"), parent((0.1, 0.9, 0.2), name="other")

    def trend(*parents):
        return trend_of(encoder, History(space=SPACE, parents=parents), features, own)(features)

    assert not np.allclose(trend(one), trend(other), atol=0.1)
    np.testing.assert_allclose(trend(one, other), (trend(one) + trend(other)) / 2)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_where_the_own_results_agree_with_a_parent_nothing_but_its_trend_is_left_to_learn(seed):
    def wavy(x):
        return np.sin(25 * x) + 0.8 * x

    rows = sorted((((("x", float(x)),), float(wavy(x))) for x in np.linspace(0, 1, 60)), key=lambda row: row[1])
    own = [float(x) for x in np.random.default_rng(seed).random(10)]
    jobs = [
        Observation(number=n, values=(("x", x),), outcome=Outcome.COMPLETED, loss=float(wavy(x)))
        for n, x in enumerate(own, start=1)
    ]
    knows = ParentResults(tuning_job="parent", rows=tuple(rows))
    history = History(space=SPACE_OF_X, ended=tuple(jobs), max_jobs=50, seed=seed, parents=(knows,))
    (made,) = suggest(Strategy.BAYESIAN, history, 1)
    assert wavy(dict(made.values)["x"]) < -0.84
    assert int(re.findall(r"a chance of (\d+)%", made.reason)[0]) > 90, "what is left is near zero, and so is the doubt"


def test_an_optimizer_does_not_hold_against_a_parent_what_the_parent_has_led_to():
    rows = [(dict(values), reached) for values, reached in parent().rows]
    optimizer = Optimizer(dict.fromkeys("abc", (0.0, 1.0)), seed=1, parents=[rows])
    optimizer.run(lambda values: loss(values.items()), 7)
    assert optimizer.best.number > 2
    assert "set aside" not in optimizer.ask().why


def test_an_optimizer_doubts_its_parents_too():
    rows = [(dict(values), -reached) for values, reached in parent().rows]
    optimizer = Optimizer(dict.fromkeys("abc", (0.0, 1.0)), seed=1, strategy="Random", parents=[rows])
    optimizer.run(lambda values: loss(values.items()), 6)
    assert "set aside" in optimizer.ask().why


@pytest.mark.parametrize("fit", ["agrees", "contradicts"])
def test_the_slope_of_a_parent_follows_its_agreement_with_the_own_results(fit):
    encoder = Encoder(SPACE)
    history = History(space=SPACE, parents=(parent(),))
    points = np.random.default_rng(1).random((30, 3))
    features = encoder.features(encoder.snap(points))
    own = np.array([loss(list(zip("abc", point, strict=True))) for point in points])
    own = (own - own.mean()) / own.std() * (1 if fit == "agrees" else -1)
    trend = trend_of(encoder, history, features, own)(features)
    if fit == "agrees":
        assert np.corrcoef(trend, own)[0, 1] > 0.95
        assert (own - trend).std() < 0.4
    else:
        assert np.allclose(trend, 0.0)


def test_what_lies_outside_the_space_says_nothing():
    history = History(space=SPACE, parents=(parent(),))
    narrow = (*SPACE[:2], ("c", ContinuousRange(low=0.99, high=1.0)))
    assert telling_parents(Encoder(narrow), history) == []
    other = (*SPACE[:2], ("kind", CategoricalRange(values=("x", "y"))))
    assert trend_of(Encoder(other), history, np.zeros((0, 4)), np.zeros(0)) is flat
