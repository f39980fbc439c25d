"""Explanations have eight parts, and the evidence in them follows from the training jobs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.model.errors import UnknownName
from selftune.model.jobs import TrainingJobStatus
from selftune.model.plan import Chooser
from selftune.testing.factories import (
    T0,
    a_plan,
    a_record,
    a_request,
    a_state,
    a_suggestion,
    a_training_job,
    a_tuned_hyperparameter,
    decided,
)
from selftune.views.explain import explain, explain_plan
from selftune.views.summary import summarize

NAMES = {
    *("objective", "lr", "batch-size", "epochs", "strategy", "max_jobs", "max_parallel", "max_runtime_seconds"),
    *("job_max_runtime_seconds", "early_stopping", "completion", "retry", "seed"),
    *("portfolio", "constraints", "learning"),
}


def explained(name, jobs=(), *, now=T0 + 1000, state=None, **plan):
    record = a_record(a_state(jobs, **(state or {})), plan=a_plan(**plan))
    (explanation,) = explain(record, summarize(record, {}, now=now), name)
    return explanation


def some_jobs(count, name="lr"):
    """The lower the value, the better."""
    return [a_training_job(n, {name: n / 100}, objective=n / 10) for n in range(1, count + 1)]


def test_everything_has_a_name_value_reason_source_and_a_way_to_overrule_it():
    record = a_record(a_state(some_jobs(12)))
    explanations = explain(record, summarize(record, {}, now=T0 + 200))
    assert {explanation.name for explanation in explanations} == NAMES
    for explanation in explanations:
        assert all((explanation.value, explanation.reason, explanation.source, explanation.override))
        sentences = (explanation.reason, *explanation.alternatives, *explanation.evidence, *explanation.would_change)
        assert all(sentence.endswith((".", ")")) for sentence in sentences), explanation
        assert explanation.reason[0].isupper() or explanation.reason.startswith(explanation.name)


def test_what_was_considered_and_would_change_it_comes_from_the_record():
    lr = a_tuned_hyperparameter("lr", considered=("By its value alone: 0..1.",), would_change=("A value of 1 today.",))
    explanation = explained("lr", hyperparameters=[lr])
    assert explanation.alternatives == ("By its value alone: 0..1.",)
    assert explanation.would_change == ("A value of 1 today.",)
    jobs = replace(decided(20), considered=("15: for one less.",), would_change=("--keep lr.",))
    assert explained("max_jobs", max_jobs=jobs).alternatives == ("15: for one less.",)


def test_a_plan_that_has_not_run_is_explained_without_evidence():
    explanations = explain_plan(a_plan(), a_request())
    assert {explanation.name for explanation in explanations} == NAMES
    assert not any(explanation.evidence for explanation in explanations)
    with pytest.raises(UnknownName, match="max_job"):
        explain_plan(a_plan(), a_request(), "max_job")


def test_where_the_good_ones_lie_is_told_in_numbers():
    assert "The best 3 of 12 training jobs have lr from 0.01 to 0.03." in explained("lr", some_jobs(12)).evidence


def test_where_the_good_ones_lie_is_told_in_choices():
    jobs = [a_training_job(n, {"act": "relu" if n < 5 else "tanh"}, objective=float(n)) for n in range(1, 9)]
    plan = {"hyperparameters": [a_tuned_hyperparameter("act", "relu")]}
    assert "The best 3 of 8 training jobs have act relu (3)." in explained("act", jobs, **plan).evidence


def test_too_few_training_jobs_say_nothing_of_where_the_good_ones_lie():
    assert not any("The best" in sentence for sentence in explained("lr", some_jobs(5)).evidence)


def test_the_strategy_is_judged_by_who_suggested():
    jobs = [replace(job, suggestion=a_suggestion(job.values, strategy="sobol")) for job in some_jobs(3)]
    (sentence,) = explained("strategy", jobs).evidence
    assert sentence == "Values of the training jobs so far came from: sobol 3."


def test_the_number_of_jobs_is_judged_by_when_the_best_came():
    (sentence,) = explained("max_jobs", some_jobs(4)).evidence
    assert sentence == "4 of 20 training jobs ended; 3 training jobs ended since the best one."


def test_the_run_time_says_what_is_expected_now():
    evidence = explained("max_runtime_seconds", some_jobs(4), now=T0 + 40, max_runtime_seconds=1e5).evidence
    assert evidence[0] == "40 s so far."
    assert evidence[1].startswith("Expected: ")
    assert "four of five" in evidence[1]


def test_the_limit_of_a_training_job_says_that_it_was_lowered_and_who_reached_it():
    slow = a_training_job(
        2, objective=1.0, status=TrainingJobStatus.STOPPED, seconds=60.0, stop_reason="It reached its run-time limit."
    )
    state = {"job_limit_seconds": 60.0, "job_limit_reason": "The first training job took 10 s."}
    evidence = explained("job_max_runtime_seconds", [a_training_job(1, objective=1.0), slow], state=state).evidence
    assert evidence == (
        "The first training job took 10 s.",
        "Training jobs took 10 s to 60 s.",
        "1 training job reached the limit: 2.",
    )


def test_early_stopping_and_retries_say_what_they_did():
    jobs = [
        a_training_job(1, objective=0.5, seconds=100.0),
        a_training_job(2, objective=1.5, status=TrainingJobStatus.STOPPED, is_stopped_early=True, seconds=20.0),
        a_training_job(3, objective=1.5, attempt=3),
    ]
    assert "1 training job stopped early" in explained("early_stopping", jobs).evidence[0]
    assert explained("early_stopping", jobs[:1]).evidence == ("No training job was stopped early.",)
    assert explained("retry", jobs).evidence == ("2 new starts so far.",)


def test_the_portfolio_is_judged_by_what_its_values_reached():
    tried = a_training_job(2, {"lr": 0.3}, objective=0.2)
    tried = replace(tried, suggestion=a_suggestion({"lr": 0.3}, strategy="portfolio"))
    (sentence,) = explained("portfolio", [a_training_job(1, objective=0.5), tried]).evidence
    assert "reached 0.2 (training job 2); your own values: 0.5" in sentence


def test_a_seed_of_the_users_is_told_as_such():
    record = a_record()
    settings = replace(record.job.request.settings, seed=7)
    record = replace(record, job=replace(record.job, request=replace(record.job.request, settings=settings)))
    (seed,) = explain(record, summarize(record, {}, now=T0), "seed")
    assert seed.by is Chooser.USER
