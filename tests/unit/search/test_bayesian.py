"""The Bayesian strategy: it learns, respects priors until they are refuted, and says what it does."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, ScalingType
from selftune.search import strategy_named, suggest, surrogate
from selftune.search.bayesian import EXPECTED_IMPROVEMENT, NO_MODEL, NOTHING_NEW, BayesianStrategy
from selftune.search.bayesian_settings import BayesianSettings
from selftune.search.encoder import Encoder
from selftune.search.evidence import telling
from selftune.search.gaussian_process import FitFailed
from selftune.search.maximizer import Effort
from selftune.search.trust_region import RegionSettings
from selftune.testing import simulate

LINE = (("x", ContinuousRange(low=0.0, high=1.0)),)


def ended(number, values, loss):
    outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
    return Observation(number=number, values=tuple(values.items()), outcome=outcome, loss=loss)


def line_history(losses_by_x, **more):
    jobs = [ended(number, {"x": x}, loss) for number, (x, loss) in enumerate(losses_by_x.items(), start=1)]
    return History(space=more.pop("space", LINE), ended=tuple(jobs), max_jobs=50, **more)


def next_x(history, count=1):
    return [dict(made.values)["x"] for made in suggest(Strategy.BAYESIAN, history, count)]


def best_of(loss, space, strategy=Strategy.BAYESIAN, **more):
    """The lowest loss of a search that starts from no values."""
    names = dict.fromkeys(space, 0)
    run = simulate(loss, hyperparameters=names, ranges=space, strategy=strategy, autotune=False, **more)
    return run.best.objective


def noisy_search(seed, noise, jobs=25):
    """Points (jobs, 3) and true losses of a search over a bowl whose losses are shown with noise."""
    space = tuple((f"x{i}", ContinuousRange(low=0.0, high=1.0)) for i in range(3))
    rng, history, true = np.random.default_rng(seed), History(space=space, max_jobs=jobs, seed=seed), []
    for number in range(1, jobs + 1):
        values = dict(suggest(Strategy.BAYESIAN, history, 1)[0].values)
        true.append(sum((x - 0.37) ** 2 for x in values.values()))
        seen = ended(number, values, true[-1] + noise * rng.standard_normal())
        history = replace(history, ended=(*history.ended, seen))
    return Encoder(space).cube(dict(job.values) for job in history.ended), np.array(true)


def repeats(points, distance=0.03):
    """How many points lie within `distance` of an earlier one in every hyperparameter."""
    return sum(np.abs(points[:i] - points[i]).max(axis=1).min() < distance for i in range(1, len(points)))


def test_it_finds_the_bottom_of_a_bowl():
    assert best_of(lambda v: (v["x"] - 0.37) ** 2, dict(LINE), max_jobs=14) < 1e-4


def test_it_beats_random_search_on_a_mixed_space():
    space = {
        "rate": ContinuousRange(low=1e-5, high=1.0, scaling=ScalingType.LOG),
        "depth": IntegerRange(low=1, high=12),
        "kernel": CategoricalRange(values=("a", "b", "c")),
    }

    def loss(v):
        return abs(math.log10(v["rate"]) + 2) + abs(v["depth"] - 7) / 4 + {"a": 1.0, "b": 0.0, "c": 0.5}[v["kernel"]]

    ours = [best_of(loss, space, max_jobs=15, seed=seed) for seed in range(3)]
    random = [best_of(loss, space, Strategy.RANDOM, max_jobs=15, seed=seed) for seed in range(3)]
    assert np.mean(ours) < 0.6 * np.mean(random)


def test_under_noise_suggestions_do_not_gather_around_a_lucky_training_job():
    searches = [noisy_search(seed, noise=0.3) for seed in range(4)]
    assert np.mean([repeats(points) for points, _ in searches]) <= 2


def test_under_a_little_noise_the_search_still_closes_in():
    assert np.mean([true.min() for _, true in (noisy_search(seed, noise=0.03) for seed in range(4))]) < 0.02


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


@pytest.mark.parametrize("last", [-9.0, 0.1, 0.29, 1e6])
def test_the_last_value_of_a_training_job_that_was_stopped_early_changes_no_suggestion(last):
    history = line_history({0.05: 1.0, 0.2: 0.5, 0.45: 0.3, 0.6: 0.35, 0.7: 0.4, 0.9: 0.8})
    stopped = replace(ended(7, {"x": 0.97}, last), outcome=Outcome.STOPPED, is_stopped_early=True)
    other = replace(stopped, loss=0.77)
    stopped_history, other_history = (replace(history, ended=(*history.ended, job)) for job in (stopped, other))
    assert next_x(stopped_history) == next_x(other_history)
    assert next_x(stopped_history)[0] < 0.8


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

    monkeypatch.setattr(surrogate, "fit", fail)
    made = suggest(Strategy.BAYESIAN, line_history({0.1: 1.0, 0.4: 0.2, 0.6: 0.3, 0.9: 1.0}), 1)[0]
    assert made.strategy == NO_MODEL == "sobol: no model could be fitted"
    assert "the covariance is singular" in made.reason


def test_a_point_that_the_model_did_not_propose_is_not_called_the_models():
    space = (("n", IntegerRange(low=1, high=6)),)
    history = History(space=space, ended=tuple(ended(n, {"n": n}, abs(n - 2.5)) for n in range(1, 6)), max_jobs=50)
    hasty = BayesianStrategy(BayesianSettings(effort=Effort(even=1, near_best=1, starts=1, tries=1)))
    (drawn,) = hasty.suggest(history, 1, np.random.default_rng(0))
    assert drawn.strategy == NOTHING_NEW == "random: the model proposed nothing new"
    assert drawn.reason == "All that the model proposed has been tried, or may not run: others, spread evenly."
    (proposed,) = BayesianStrategy().suggest(history, 1, np.random.default_rng(0))
    assert proposed.strategy == EXPECTED_IMPROVEMENT
    assert drawn.values == proposed.values == (("n", 6),)


def test_of_many_training_jobs_the_model_sees_those_near_the_best():
    regions = RegionSettings(most=20, near=20, wide=20)
    strategy = BayesianStrategy(BayesianSettings(regions=regions, fit_observations=10))
    losses = {float(x): (x - 0.31) ** 2 for x in np.linspace(0, 1, 200)}
    made = strategy.suggest(line_history(losses), 1, np.random.default_rng(0))
    assert dict(made[0].values)["x"] == pytest.approx(0.31, abs=0.1)


def in_regions(**more):
    regions = RegionSettings(most=21, near=21, wide=21)
    return BayesianStrategy(BayesianSettings(regions=regions, fit_observations=10, **more))


def test_suggestions_of_one_batch_have_the_views_that_they_would_have_if_asked_for_alone():
    history = line_history({float(x): (x - 0.31) ** 2 for x in np.linspace(0, 1, 60)})
    batch = in_regions().suggest(history, 8, np.random.default_rng(0))
    alone = []
    for number in range(61, 69):
        alone += in_regions().suggest(history, 1, np.random.default_rng(0))
        running = Running(number=number, values=alone[-1].values)
        history = replace(history, running=(*history.running, running))

    def views(made):
        return ["rough model" in one.reason for one in made]

    assert views(batch) == views(alone)
    assert len(set(views(batch))) == 2
    assert len({one.values for one in batch}) == 8


def test_a_prior_fades_with_all_training_jobs_also_with_those_that_the_model_does_not_see():
    space = (
        ("x", ContinuousRange(low=0.0, high=1.0, prior=Prior(center=0.5, spread=0.22))),
        ("y", ContinuousRange(low=0.0, high=1.0)),
    )
    near = [({"x": float(x), "y": 0.1 + 0.02 * (n % 3)}, float(x)) for n, x in enumerate(np.linspace(0.1, 0.9, 21))]

    def next_among(others):
        far = [({"x": float(x), "y": 0.97}, 5.0 + float(x)) for x in np.random.default_rng(0).random(others)]
        jobs = tuple(ended(number, values, loss) for number, (values, loss) in enumerate(far + near, start=1))
        history = History(space=space, ended=jobs, max_jobs=1000)
        made = in_regions(prior_weight=300.0).suggest(history, 1, np.random.default_rng(0))[0]
        assert "near one of the best" in made.reason
        return dict(made.values)["x"]

    assert next_among(20) > next_among(200) + 0.04


def test_hyperband_proposes_as_the_bayesian_strategy_does():
    assert isinstance(strategy_named(Strategy.HYPERBAND), BayesianStrategy)


def test_failures_beyond_a_range_that_came_back_do_not_forbid_its_end():
    jobs = [
        ended(1, {"x": 0.2}, 0.8),
        ended(2, {"x": 0.5}, 0.5),
        ended(3, {"x": 0.9}, 0.1),
        ended(4, {"x": 0.95}, 0.05),
    ]
    beyond = [ended(n, {"x": 1.0 + n / 100}, None) for n in range(5, 10)]
    with_failures = History(space=LINE, ended=(*jobs, *beyond), max_jobs=50)
    assert [job.number for job in telling(Encoder(LINE), with_failures.ended)] == [1, 2, 3, 4]
    inside = (*jobs, ended(5, {"x": 0.99}, None))
    assert len(telling(Encoder(LINE), inside)) == 5
    assert min(next_x(with_failures, 3)) > 0.6


def test_a_training_job_of_which_nothing_is_known_is_no_bad_result():
    """Stopped by a person where the best lie: the model goes there all the same, and not to those very values."""
    curve = {x / 10: (x / 10 - 0.7) ** 2 for x in (0, 1, 2, 3, 4, 5, 6, 8, 9, 10)}
    known = line_history(curve)
    stopped = replace(ended(11, {"x": 0.7}, None), outcome=Outcome.UNKNOWN)
    (there,) = next_x(replace(known, ended=(*known.ended, stopped)))
    (away,) = next_x(replace(known, ended=(*known.ended, replace(stopped, outcome=Outcome.FAILED))))
    assert abs(there - 0.7) < 0.05 < abs(away - 0.7)
    assert there != 0.7


def cliff_search(seed, is_failing, jobs=20):
    """(failures, best loss) of a search whose loss falls towards x = 0.7, beyond which every training job may fail."""
    space = (*LINE, ("y", ContinuousRange(low=0.0, high=1.0)))
    history, losses = History(space=space, max_jobs=jobs, seed=seed), []
    for number in range(1, jobs + 1):
        values = dict(suggest(Strategy.BAYESIAN, history, 1)[0].values)
        loss = (0.7 - values["x"]) ** 2 + 0.2 * (values["y"] - 0.4) ** 2
        losses.append(None if is_failing(values) else loss)
        history = replace(history, ended=(*history.ended, ended(number, values, losses[-1])))
    return losses.count(None), min(loss for loss in losses if loss is not None)


def test_failures_beyond_a_cliff_do_not_cost_the_best_place_beside_it():
    searches = [cliff_search(seed, lambda v: v["x"] > 0.72) for seed in range(4)]
    assert np.mean([best for _, best in searches]) < 5e-4
    assert np.mean([failures for failures, _ in searches]) <= 10


def test_failures_that_follow_no_rule_do_not_close_the_best_place():
    def strikes(values):
        return int(1e6 * values["x"] * (1 + values["y"])) % 3 == 0

    assert np.median([cliff_search(seed, strikes)[1] for seed in range(4)]) < 5e-4


def test_where_only_todays_values_worked_the_next_ones_lie_closer_to_them():
    history = line_history({0.2: 1.0, 0.9: None, 0.6: None, 0.75: None, 0.45: None})
    made = suggest(Strategy.BAYESIAN, history, 1)[0]
    assert made.strategy == "gp: log expected improvement"
    assert dict(made.values)["x"] < 0.4


def test_a_suggestion_where_others_failed_says_so():
    made = suggest(Strategy.BAYESIAN, line_history({0.1: 1.0, 0.4: 0.2, 0.45: None, 0.5: None, 0.9: None}), 1)[0]
    assert "It fails with a chance of" in made.reason
