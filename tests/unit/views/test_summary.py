from __future__ import annotations

import math
import time

import pytest

from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.objective import Direction
from selftune.testing.factories import (
    T0,
    a_record,
    a_request,
    a_state,
    a_training_job,
    a_tuning_job,
    an_objective,
)
from selftune.views.summary import summarize

STOPPED, FAILED = TrainingJobStatus.STOPPED, TrainingJobStatus.FAILED


def summary_of(jobs, curves=None, *, now=T0 + 1000, plan=None, **state):
    return summarize(a_record(a_state(jobs, **state), plan=plan), curves or {}, now=now)


def test_before_the_first_training_job_has_ended_there_is_no_best():
    summary = summary_of([a_training_job(1)])
    assert (summary.best, summary.baseline, summary.gain, summary.progress) == (None, None, None, ())


def test_the_best_has_the_lowest_objective_when_minimising():
    jobs = [a_training_job(1, objective=0.9), a_training_job(2, objective=0.7), a_training_job(3, objective=0.8)]
    assert summary_of(jobs).best.number == 2


def test_the_best_has_the_highest_objective_when_maximising():
    jobs = [a_training_job(1, objective=0.9), a_training_job(2, objective=0.7)]
    maximise = an_objective("accuracy", Direction.MAXIMIZE)
    assert summary_of(jobs, objective=maximise).best.number == 1


def test_among_equals_the_earliest_is_the_best():
    jobs = [a_training_job(number, objective=0.9) for number in (1, 2, 3)]
    assert summary_of(jobs).best.number == 1


def test_a_completed_training_job_goes_before_a_stopped_one():
    jobs = [a_training_job(1, objective=0.9), a_training_job(2, objective=0.1, status=STOPPED)]
    assert summary_of(jobs).best.number == 1


def test_where_all_were_stopped_the_best_of_them_counts():
    jobs = [a_training_job(n, objective=value, status=STOPPED) for n, value in [(1, 0.9), (2, 0.8)]]
    assert summary_of(jobs).best.number == 2


def test_failed_running_and_diverged_training_jobs_are_never_the_best():
    jobs = [
        a_training_job(1, objective=0.9),
        a_training_job(2, objective=math.nan, status=FAILED),
        a_training_job(3, objective=0.1, status=TrainingJobStatus.IN_PROGRESS),
        a_training_job(4, status=FAILED),
    ]
    assert summary_of(jobs).best.number == 1


def test_the_baseline_is_the_training_job_that_ran_todays_values():
    jobs = [a_training_job(1, {"lr": 0.01}, objective=0.9), a_training_job(2, {"lr": 0.1}, objective=0.7)]
    summary = summary_of(jobs)
    assert (summary.baseline.number, summary.baseline.values) == (1, (("lr", 0.01),))
    assert summary.gain.value == pytest.approx(0.2)


def test_without_a_baseline_there_is_no_gain():
    jobs = [a_training_job(1, objective=0.9, is_baseline=False), a_training_job(2, objective=0.7)]
    summary = summary_of(jobs)
    assert (summary.baseline, summary.gain) == (None, None)
    assert summary.best.number == 2


def test_a_failed_baseline_leaves_the_best_without_a_gain():
    summary = summary_of([a_training_job(1, status=FAILED), a_training_job(2, objective=0.7)])
    assert (summary.baseline, summary.gain, summary.best.number) == (None, None, 2)


def test_counters_add_up_to_the_training_jobs():
    jobs = [
        a_training_job(1, objective=0.9),
        a_training_job(2, objective=0.8, status=STOPPED),
        a_training_job(3, status=FAILED),
        a_training_job(4, status=TrainingJobStatus.STARTING),
        a_training_job(5, status=TrainingJobStatus.STOPPING),
    ]
    counters = summary_of(jobs).counters
    assert (counters.completed, counters.stopped, counters.failed, counters.in_progress) == (1, 1, 1, 2)


def test_spent_counts_running_training_jobs_up_to_now():
    jobs = [a_training_job(1, objective=0.9, seconds=10), a_training_job(2, seconds=10)]
    spent = summary_of(jobs, now=T0 + 25).spent
    assert (spent.jobs, spent.seconds, spent.slot_seconds) == (2, 25.0, 25.0)


def test_the_attempts_before_a_retry_are_spent_too():
    jobs = [
        a_training_job(1, objective=0.9, seconds=10, attempt=2, earlier_seconds=7.0),
        a_training_job(2, seconds=10, attempt=3, earlier_seconds=30.0),
    ]
    assert summary_of(jobs, now=T0 + 25).spent.slot_seconds == (7 + 10) + (30 + 15)


def test_what_is_spent_stands_still_once_the_tuning_job_has_ended():
    jobs = [a_training_job(1, objective=0.9, seconds=10)]
    ended = {"status": TuningJobStatus.COMPLETED, "ended_at": T0 + 12}
    assert summary_of(jobs, now=T0 + 5000, **ended).spent.seconds == 12.0


def test_a_price_is_shown_where_a_slot_hour_has_one():
    request = a_request()
    settings = type(request.settings)(price_per_hour=3.6)
    job = a_tuning_job(request=a_request(settings=settings))
    record = a_record(a_state([a_training_job(1, objective=1.0, seconds=100)]), job=job)
    assert summarize(record, {}, now=T0 + 100).spent.price == pytest.approx(0.1)


def test_early_stopping_saved_what_completed_training_jobs_take_longer():
    jobs = [
        a_training_job(1, objective=0.9, seconds=100),
        a_training_job(2, objective=1.5, status=STOPPED, is_stopped_early=True, seconds=20),
    ]
    saved = summary_of(jobs).saved
    assert (saved.jobs, saved.seconds) == (1, 80.0)
    assert saved.share == pytest.approx(80 / 200)


def test_a_training_job_that_a_person_stopped_saved_nothing():
    jobs = [
        a_training_job(1, objective=0.9, seconds=100),
        a_training_job(2, objective=1.5, status=STOPPED, seconds=20),
    ]
    assert summary_of(jobs).saved.jobs == 0


def test_a_training_job_that_ended_before_it_could_be_stopped_saved_nothing():
    jobs = [a_training_job(1, objective=0.9), a_training_job(2, objective=1.5, is_stopped_early=True, seconds=2)]
    assert summary_of(jobs).saved.jobs == 0


def test_how_long_the_best_has_stood_is_counted_in_ended_training_jobs():
    jobs = [a_training_job(n, objective=value) for n, value in [(1, 0.9), (2, 0.5), (3, 0.7), (4, 0.6)]]
    assert summary_of([*jobs, a_training_job(5)]).ended_since_best == 2


def test_best_so_far_never_gets_worse_and_ignores_stopped_training_jobs():
    jobs = [
        a_training_job(1, objective=0.9),
        a_training_job(2, objective=0.1, status=STOPPED),
        a_training_job(3, status=FAILED),
        a_training_job(4, objective=0.95),
        a_training_job(5, objective=0.5),
    ]
    progress = summary_of(jobs).progress
    assert [point.best for point in progress] == [0.9, 0.9, 0.9, 0.9, 0.5]
    assert [point.objective for point in progress] == [0.9, 0.1, None, 0.95, 0.5]


def test_best_so_far_is_in_the_order_of_ending():
    jobs = [a_training_job(1, objective=0.9, ended_at=T0 + 50), a_training_job(2, objective=0.5, ended_at=T0 + 20)]
    assert [(p.number, p.at_seconds, p.best) for p in summary_of(jobs).progress] == [(2, 20.0, 0.5), (1, 50.0, 0.5)]


def test_a_summary_of_a_thousand_training_jobs_is_quick():
    jobs = [
        a_training_job(n, {"lr": 10 ** -(n % 7 / 2), "batch-size": 2 ** (n % 5)}, objective=n % 13)
        for n in range(1, 1001)
    ]
    began = time.perf_counter()
    summary = summary_of(jobs)
    assert summary.best.number == 13
    assert time.perf_counter() - began < 2.0
