"""What earlier tuning jobs found is tried, and set aside where the results contradict it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.model.history import BASELINE, History, KnownGood, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange, Prior, ScalingType
from selftune.search import suggest
from selftune.search.earlier import evidence_of

BEFORE, SHIFTED = Prior(center=0.01, spread=0.25), Prior(center=0.5, spread=0.1)
LR = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, prior=SHIFTED)


def ended(number, lr, loss, strategy=None):
    """Job 1 runs the values of today and the others the even spread, unless said otherwise."""
    if strategy is None:
        strategy = BASELINE if number == 1 else "sobol"
    outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
    return Observation(number=number, values=(("lr", lr),), outcome=outcome, loss=loss, strategy=strategy)


def earlier(lr, job="first"):
    return KnownGood(values=(("lr", lr),), source=f"tuning job {job}", is_earlier=True)


def history(*jobs, portfolio=None):
    return History(
        space=(("lr", LR),),
        ended=tuple(jobs),
        max_jobs=20,
        seed=2,
        portfolio=(earlier(0.5), earlier(0.2), earlier(0.3, "second")) if portfolio is None else portfolio,
        priors_before_learning=(("lr", BEFORE),),
    )


def prior_of(found):
    return dict(found.space)["lr"].prior


def test_values_that_do_better_than_the_baseline_are_followed():
    found = evidence_of(history(ended(1, 0.01, 1.0), ended(2, 0.5, 0.4)))
    assert prior_of(found) == SHIFTED
    assert found.set_aside == ()


@pytest.mark.parametrize("loss", [1.1, None], ids=["worse", "failed"])
def test_values_that_do_worse_than_the_baseline_are_set_aside(loss):
    started = history(ended(1, 0.01, 1.0), ended(2, 0.5, loss))
    assert evidence_of(started).set_aside == ("tuning job first",)
    (made,) = suggest(Strategy.BAYESIAN, started, 1)
    assert made.values == (("lr", 0.3),), "what another tuning job found is still worth a try"
    assert "What tuning job first found good did worse here, so its values are set aside." in made.reason


def test_the_prior_is_what_it_was_once_all_that_was_tried_has_done_worse():
    refuted = history(ended(1, 0.01, 1.0), ended(2, 0.5, 2.0), ended(3, 0.3, 3.0))
    assert prior_of(evidence_of(refuted)) == BEFORE
    in_doubt = history(ended(1, 0.01, 1.0), ended(2, 0.5, 2.0), ended(3, 0.3, 0.5))
    assert prior_of(evidence_of(in_doubt)) == SHIFTED


def test_one_good_configuration_speaks_for_its_tuning_job():
    found = evidence_of(history(ended(1, 0.01, 1.0), ended(2, 0.5, 0.4), ended(3, 0.2, 9.0)))
    assert found.set_aside == ()


def test_what_is_set_aside_is_suggested_no_more():
    started = history(ended(1, 0.01, 1.0), ended(2, 0.5, 2.0), ended(3, 0.3, 3.0))
    for strategy in (Strategy.RANDOM, Strategy.BAYESIAN):
        made = suggest(strategy, started, 4)
        assert 0.2 not in [dict(suggestion.values)["lr"] for suggestion in made]
        assert all("so their values are set aside" in suggestion.reason for suggestion in made)


def test_the_knowledge_base_is_not_blamed_for_earlier_tuning_jobs():
    known = KnownGood(values=(("lr", 0.05),), source="the knowledge base")
    started = history(ended(1, 0.01, 1.0), ended(2, 0.5, 2.0), portfolio=(earlier(0.5), earlier(0.2), known))
    (made,) = suggest(Strategy.RANDOM, started, 1)
    assert dict(made.values)["lr"] == 0.05


def test_without_a_baseline_earlier_values_must_win_more_often_than_by_chance():
    only_earlier_first = history(ended(1, 0.5, 5.0), ended(2, 0.001, 1.0), ended(3, 0.002, 2.0))
    assert evidence_of(only_earlier_first).set_aside == ()
    losing = replace(only_earlier_first, ended=(*only_earlier_first.ended, ended(4, 0.003, 3.0)))
    assert evidence_of(losing).set_aside == ("tuning job first",)


@pytest.mark.parametrize("loss", [None, float("nan")], ids=["failed", "no number"])
def test_where_the_baseline_fails_as_well_a_failure_says_nothing_of_earlier_values(loss):
    nothing_works = history(ended(1, 0.01, loss), ended(2, 0.5, loss), ended(3, 0.001, loss), ended(4, 0.3, loss))
    assert evidence_of(nothing_works).set_aside == ()
    assert prior_of(evidence_of(nothing_works)) == SHIFTED


def test_where_the_baseline_fails_but_others_work_earlier_values_that_fail_are_set_aside():
    others = [ended(n, n / 1000, 1.0) for n in (3, 4, 5)]
    found = evidence_of(history(ended(1, 0.01, None), ended(2, 0.5, None), *others))
    assert found.set_aside == ("tuning job first",)


@pytest.mark.parametrize("strategy", ["gp: log expected improvement", "start values", "elsewhere", ""])
def test_values_to_which_results_or_a_user_have_led_do_not_speak_against_earlier_ones(strategy):
    led = [ended(n, 0.1 + n / 100, 1.0 / n, strategy) for n in range(2, 12)]
    assert evidence_of(history(ended(1, 0.5, 4.0), *led)).set_aside == ()


def test_however_late_the_even_spread_speaks_for_or_against_earlier_values():
    spread = [ended(n, n / 1000, 1.0) for n in range(20, 23)]
    assert evidence_of(history(ended(1, 0.5, 2.0), *spread)).set_aside == ("tuning job first",)
    assert evidence_of(history(ended(1, 0.5, 0.5), *spread)).set_aside == ()


def test_the_first_training_job_is_no_baseline_where_it_did_not_run_the_values_of_today():
    for strategy in ("sobol", "start values", "elsewhere"):
        assert evidence_of(history(ended(1, 0.01, 1.0, strategy), ended(2, 0.5, 2.0))).set_aside == ()


def test_the_baseline_of_a_second_definition_has_a_later_number():
    started = history(ended(4, 0.01, 1.0, BASELINE), ended(5, 0.5, 2.0))
    assert evidence_of(started).set_aside == ("tuning job first",)
