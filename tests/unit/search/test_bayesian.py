"""The Bayesian strategy: it learns, respects priors until they are refuted, and says what it does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, ScalingType
from selftune.search import bayesian, strategy_named, suggest
from selftune.search.bayesian import BayesianSettings, BayesianStrategy
from selftune.search.gaussian_process import FitFailed
from selftune.testing.simulate import simulate

LINE = (("x", ContinuousRange(low=0.0, high=1.0)),)


def ended(number, values, loss):
    outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
    return Observation(number=number, values=tuple(values.items()), outcome=outcome, loss=loss)


def line_history(losses_by_x, **more):
    jobs = [ended(number, {"x": x}, loss) for number, (x, loss) in enumerate(losses_by_x.items(), start=1)]
    return History(space=more.pop("space", LINE), ended=tuple(jobs), max_jobs=50, **more)


def next_x(history, count=1):
    return [dict(made.values)["x"] for made in suggest(Strategy.BAYESIAN, history, count)]


def test_it_finds_the_bottom_of_a_bowl():
    run = simulate(lambda v: (v["x"] - 0.37) ** 2, dict(LINE), max_jobs=14)
    assert run.best_so_far[-1] < 1e-4


def test_it_beats_random_search_on_a_mixed_space():
    space = {
        "rate": ContinuousRange(low=1e-5, high=1.0, scaling=ScalingType.LOG),
        "depth": IntegerRange(low=1, high=12),
        "kernel": CategoricalRange(values=("a", "b", "c")),
    }

    def loss(v):
        return abs(math.log10(v["rate"]) + 2) + abs(v["depth"] - 7) / 4 + {"a": 1.0, "b": 0.0, "c": 0.5}[v["kernel"]]

    ours = [simulate(loss, space, max_jobs=25, seed=seed).best_so_far[-1] for seed in range(3)]
    random = [
        simulate(loss, space, strategy=Strategy.RANDOM, max_jobs=25, seed=seed).best_so_far[-1] for seed in range(3)
    ]
    assert np.mean(ours) < 0.6 * np.mean(random)


def test_the_first_training_jobs_fill_the_space():
    made = suggest(Strategy.BAYESIAN, History(space=LINE), 1)[0]
    assert made.strategy == "sobol"
    assert "first training jobs" in made.reason


def test_a_suggestion_of_the_model_gives_its_chance():
    made = suggest(Strategy.BAYESIAN, line_history({0.1: 1.0, 0.4: 0.2, 0.6: 0.3, 0.9: 1.0}), 1)[0]
    assert made.strategy == "gp: log expected improvement"
    assert "chance of" in made.reason
    assert made.seen == 4


def test_scaling_the_objective_changes_no_suggestion():
    losses = {0.1: 1.0, 0.3: 0.5, 0.5: 0.25, 0.7: 0.75, 0.9: 2.0}
    scaled = {x: 1024 * loss - 64 for x, loss in losses.items()}
    assert next_x(line_history(losses)) == pytest.approx(next_x(line_history(scaled)), abs=1e-4)


def test_parallel_suggestions_keep_apart():
    xs = next_x(line_history({0.1: 1.0, 0.4: 0.2, 0.6: 0.3, 0.9: 1.0}), count=3)
    assert min(abs(a - b) for i, a in enumerate(xs) for b in xs[:i]) > 0.02


def test_a_running_training_job_is_kept_away_from():
    history = line_history({0.1: 1.0, 0.4: 0.2, 0.6: 0.3, 0.9: 1.0})
    expected = next_x(history)[0]
    pending = Running(number=5, values=(("x", expected),))
    busy = History(space=LINE, ended=history.ended, running=(pending,), max_jobs=50)
    assert abs(next_x(busy)[0] - expected) > 0.02


def test_where_training_jobs_fail_nothing_more_is_tried():
    losses = {0.05: None, 0.15: None, 0.25: None, 0.35: None, 0.6: 0.5, 0.7: 0.45, 0.8: 0.5}
    assert next_x(line_history(losses))[0] > 0.4


def test_a_prior_draws_the_search_while_little_is_known():
    space = (("x", ContinuousRange(low=0.0, high=1.0, prior=Prior(center=0.75, spread=0.1))),)
    losses = {0.05: 1.0, 0.45: 0.6, 0.7: 0.5, 0.95: 0.9}
    assert 0.5 < next_x(line_history(losses, space=space))[0] < 0.9


def test_a_prior_that_the_evidence_refutes_is_dropped():
    space = (("x", ContinuousRange(low=0.0, high=1.0, prior=Prior(center=0.9, spread=0.05))),)
    losses = {0.9: 5.0, 0.85: 4.0, 0.95: 6.0, 0.3: 1.0, 0.4: 2.0}
    assert next_x(line_history(losses, space=space))[0] < 0.45


def test_a_failed_fit_is_said_and_the_search_goes_on(monkeypatch):
    def fail(*_args, **_settings):
        raise FitFailed("the covariance is singular")

    monkeypatch.setattr(bayesian, "fit", fail)
    made = suggest(Strategy.BAYESIAN, line_history({0.1: 1.0, 0.4: 0.2, 0.6: 0.3, 0.9: 1.0}), 1)[0]
    assert made.strategy == "sobol"
    assert "the covariance is singular" in made.reason


def test_many_training_jobs_are_thinned_and_the_best_are_kept():
    strategy = BayesianStrategy(BayesianSettings(max_observations=20, fit_observations=10))
    losses = {float(x): (x - 0.31) ** 2 for x in np.linspace(0, 1, 200)}
    made = strategy.suggest(line_history(losses), 1, np.random.default_rng(0))
    assert dict(made[0].values)["x"] == pytest.approx(0.31, abs=0.1)


def test_hyperband_proposes_as_the_bayesian_strategy_does():
    assert isinstance(strategy_named(Strategy.HYPERBAND), BayesianStrategy)
