"""Parents of a warm start say where to look; what contradicts the results at hand fades away."""

from __future__ import annotations

import numpy as np
import pytest

from selftune.model.history import History, KnownGood, Observation, Outcome, ParentResults
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange
from selftune.search import suggest
from selftune.search.draws import flat
from selftune.search.encoder import Encoder
from selftune.search.warm_start import telling_parents, trend_of

SPACE = tuple((name, ContinuousRange(low=0.0, high=1.0)) for name in ("a", "b", "c"))
OPTIMUM = (0.7, 0.3, 0.8)


def loss(values, optimum=OPTIMUM):
    return sum((value - best) ** 2 for (_, value), best in zip(values, optimum, strict=True))


def parent(optimum=OPTIMUM, name="parent", count=30, scale=1.0):
    draws = np.random.default_rng(3).random((count, len(SPACE)))
    rows = [tuple(zip("abc", map(float, row), strict=True)) for row in draws]
    measured = [(row, 5 + scale * loss(row, optimum)) for row in rows]
    return ParentResults(tuning_job=name, rows=tuple(sorted(measured, key=lambda row: row[1])))


def search(parents=(), jobs=10, seed=0):
    """The smallest loss after so many training jobs, one at a time."""
    good = tuple(KnownGood(values=p.rows[0][0], source=p.source, is_earlier=True) for p in parents)
    ended: list[Observation] = []
    for number in range(1, jobs + 1):
        history = History(
            space=SPACE, ended=tuple(ended), max_jobs=jobs, seed=seed, parents=tuple(parents), portfolio=good
        )
        (made,) = suggest(Strategy.BAYESIAN, history, 1)
        ended.append(Observation(number=number, values=made.values, outcome=Outcome.COMPLETED, loss=loss(made.values)))
    return min(job.loss for job in ended)


def test_a_parent_with_another_unit_brings_the_search_to_the_optimum_at_once():
    assert search([parent(scale=1000.0)], jobs=5) < 0.01 < search(jobs=5)


def test_a_parent_that_misleads_is_overcome():
    assert search([parent((0.05, 0.95, 0.05))], jobs=20) < 0.02


def test_the_same_parents_and_seed_suggest_the_same():
    assert search([parent()], jobs=6) == search([parent()], jobs=6)


@pytest.mark.parametrize("fit", ["agrees", "contradicts"])
def test_the_slope_of_a_parent_follows_its_agreement_with_the_own_results(fit):
    encoder = Encoder(SPACE)
    history = History(space=SPACE, parents=(parent(),))
    points = np.random.default_rng(1).random((30, 3))
    features = encoder.features(encoder.snap(points))
    own = np.array([loss(list(zip("abc", point, strict=True))) for point in points])
    own = (own - own.mean()) / own.std() * (1 if fit == "agrees" else -1)
    trend = trend_of(encoder, history, (), features, own)(features)
    if fit == "agrees":
        assert np.corrcoef(trend, own)[0, 1] > 0.95
        assert (own - trend).std() < 0.4
    else:
        assert np.allclose(trend, 0.0)


def test_what_lies_outside_the_space_or_was_set_aside_says_nothing():
    encoder = Encoder(SPACE)
    history = History(space=SPACE, parents=(parent(),))
    assert telling_parents(encoder, history, ["tuning job parent"]) == []
    narrow = (*SPACE[:2], ("c", ContinuousRange(low=0.99, high=1.0)))
    assert telling_parents(Encoder(narrow), history, ()) == []
    other = (*SPACE[:2], ("kind", CategoricalRange(values=("x", "y"))))
    assert trend_of(Encoder(other), history, (), np.zeros((0, 4)), np.zeros(0)) is flat
