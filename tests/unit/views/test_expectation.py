"""What a tuning job is expected to take, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.plan import CompletionCriteria, Strategy
from selftune.model.ranges import CategoricalRange
from selftune.testing.factories import (
    T0,
    a_plan,
    a_record,
    a_request,
    a_state,
    a_suggestion,
    a_training_job,
    a_tuned_hyperparameter,
    a_tuning_job,
)
from selftune.views.as_of import as_of
from selftune.views.expectation import expectation_after_the_first, expectation_of, expectation_text
from selftune.views.spent import spent_so_far
from selftune.views.summary import summarize


def expected(durations, *, max_jobs=20, max_parallel=1, now=None, running=(), price=None, state=None, **plan):
    """The expectation once training jobs of these durations have ended, one after another."""
    at, jobs = T0, []
    for number, seconds in enumerate(durations, start=1):
        job = a_training_job(number, objective=1.0, created_at=at, started_at=at, ended_at=at + seconds)
        jobs.append(job)
        at += seconds
    for age in running:
        started = at - age
        jobs.append(a_training_job(len(jobs) + 1, created_at=started, started_at=started))
    plan = a_plan(max_jobs=max_jobs, max_parallel=max_parallel, **{"max_runtime_seconds": 1e6, **plan})
    job = a_tuning_job(plan=plan)
    job = replace(job, request=replace(a_request(), settings=replace(job.request.settings, price_per_hour=price)))
    record = a_record(a_state(jobs, **(state or {})))
    record = replace(record, job=job)
    return expectation_of(record, spent_so_far(record, at if now is None else now))


def width(expectation, elapsed):
    return math.log((expectation.high_seconds - elapsed) / (expectation.low_seconds - elapsed))


def test_nothing_is_expected_before_a_training_job_has_ended():
    assert expected([], running=[5.0]) is None


def test_a_training_job_that_failed_says_nothing_of_how_long_one_takes():
    failed = a_training_job(1, status=TrainingJobStatus.FAILED, seconds=1.0)
    good = a_training_job(2, {"lr": 1}, objective=1.0, seconds=60.0)
    one, both = (a_record(a_state(jobs), plan=a_plan(max_jobs=10)) for jobs in ([failed], [failed, good]))
    assert expectation_after_the_first(one) is expectation_of(one, spent_so_far(one, T0 + 1)) is None
    expectation = expectation_after_the_first(both)
    assert expectation is not None
    assert (expectation.ended, expectation.seconds > 100) == (2, True)


def test_after_the_first_the_others_are_expected_to_take_about_as_long():
    expectation = expected([60.0], max_jobs=10)
    assert expectation.low_seconds < 600 < expectation.high_seconds
    assert expectation.seconds == pytest.approx(600, rel=0.15)


def test_training_jobs_at_once_share_the_time_and_not_the_computing():
    one, four = expected([60.0], max_jobs=41), expected([60.0], max_jobs=41, max_parallel=4)
    assert four.seconds - 60 == pytest.approx((one.seconds - 60) / 4, rel=0.1)
    assert four.slot_seconds == pytest.approx(one.slot_seconds)


def test_the_interval_narrows_as_training_jobs_end():
    widths = [width(expected([60.0] * n), 60.0 * n) for n in (1, 3, 6, 12)]
    assert widths == sorted(widths, reverse=True)


def test_durations_that_spread_widen_it():
    even, uneven = expected([60.0] * 6), expected([60.0, 20.0, 180.0, 30.0, 200.0, 15.0])
    assert width(uneven, 505) > width(even, 360)


def test_a_hyperparameter_that_changes_the_cost_widens_it_before_anything_is_seen():
    costly = [a_tuned_hyperparameter("rounds", 100, affects_cost=True)]
    cheap = [a_tuned_hyperparameter("rounds", 100)]
    assert width(expected([60.0], hyperparameters=costly), 60) > width(expected([60.0], hyperparameters=cheap), 60)


def test_what_was_seen_outweighs_the_first():
    expectation = expected([60.0] + [6.0] * 12, max_jobs=20)
    assert expectation.seconds - (60 + 72) == pytest.approx(7 * 6.0, rel=0.2)


def test_what_runs_already_is_not_expected_again():
    fresh = expected([60.0, 60.0], running=[0.0], max_jobs=3)
    old = expected([60.0, 60.0], running=[50.0], max_jobs=3)
    assert old.seconds < fresh.seconds


def test_attempts_that_were_lost_count():
    jobs = [a_training_job(1, objective=1.0, seconds=60.0, earlier_seconds=60.0, attempt=2)]
    record = a_record(a_state(jobs), plan=a_plan(max_jobs=10, max_parallel=1, max_runtime_seconds=1e6))
    assert expectation_of(record, spent_so_far(record, T0 + 120)).seconds > 1000


def test_it_never_exceeds_the_bound():
    expectation = expected([100.0], max_jobs=50, max_runtime_seconds=600.0)
    assert (expectation.seconds, expectation.high_seconds) == (600.0, 600.0)


def test_a_search_that_may_end_itself_is_expected_to_take_less():
    ends = CompletionCriteria(complete_on_convergence=True)
    may_end = expected([60.0] * 2, max_jobs=60, completion=ends)
    assert may_end.seconds < expected([60.0] * 2, max_jobs=60).seconds


def test_a_search_that_is_ending_waits_for_what_runs_only():
    state = {"ending": TuningJobStatus.STOPPED}
    assert expected([60.0, 60.0], running=[30.0], max_jobs=50, state=state).seconds < 250


def test_once_it_has_ended_it_took_what_it_took():
    state = {"status": TuningJobStatus.COMPLETED, "ended_at": T0 + 180.0}
    expectation = expected([60.0, 60.0], state=state)
    assert (expectation.low_seconds, expectation.seconds, expectation.high_seconds) == (180.0, 180.0, 180.0)


def test_money_follows_from_the_computing():
    expectation = expected([3600.0], max_jobs=10, price=2.0)
    assert expectation.price == pytest.approx(expectation.slot_seconds / 3600 * 2)
    assert expectation.low_price < expectation.price < expectation.high_price


def test_the_time_between_training_jobs_counts():
    jobs = [
        a_training_job(n, objective=1.0, created_at=T0 + 20 * n, started_at=T0 + 20 * n, ended_at=T0 + 20 * n + 10)
        for n in (1, 2, 3, 4)
    ]
    record = a_record(a_state(jobs), plan=a_plan(max_jobs=14, max_parallel=1, max_runtime_seconds=1e6))
    now = T0 + 90
    assert expectation_of(record, spent_so_far(record, now)).seconds - 90 == pytest.approx(10 * 20, rel=0.15)


def short_jobs(starts, *, strategies=("baseline", "sobol", "sobol", "sobol"), start=0.065, wait=0.02, **waits):
    """Training jobs of a twentieth of a second, each asked for `wait` after the last and started `start` after that."""
    jobs, at = [], T0
    for number, strategy in enumerate(strategies[:starts], start=1):
        at += 0 if number == 1 else waits.get(f"before_{number}", wait)
        began = at + start
        suggestion = a_suggestion(strategy=strategy)
        jobs.append(
            a_training_job(
                number, objective=1.0, created_at=at, started_at=began, ended_at=began + 0.05, suggestion=suggestion
            )
        )
        at = began + 0.05
    settings = {"max_jobs": 20, "max_parallel": 1, "max_runtime_seconds": 1e6, "strategy": Strategy.BAYESIAN}
    record = a_record(a_state(jobs), plan=a_plan(**settings))
    return expectation_of(record, spent_so_far(record, at)), at - T0


def test_of_short_training_jobs_most_is_what_the_loop_takes():
    expectation, elapsed = short_jobs(1)
    assert expectation.slot_seconds < 1.2
    assert expectation.seconds - elapsed > 2 * expectation.slot_seconds


def test_a_machine_that_is_slow_to_start_the_first_is_slow_with_all():
    usual, slow = short_jobs(1)[0], short_jobs(1, start=0.26)[0]
    assert slow.seconds - usual.seconds > 1
    assert slow.slot_seconds == pytest.approx(usual.slot_seconds)


def test_what_is_loaded_once_is_not_expected_before_each():
    strategies = ("baseline", "portfolio", "sobol", "sobol")
    usual, _ = short_jobs(4, strategies=strategies)
    loading, _ = short_jobs(4, strategies=strategies, before_2=0.5, before_3=0.5)
    assert loading.seconds - usual.seconds == pytest.approx(0.96, abs=0.01)


def test_the_libraries_of_a_model_are_expected_once_where_one_will_be_asked():
    due, _ = short_jobs(4)
    loaded, _ = short_jobs(4, strategies=("baseline", "sobol", "gp: log expected improvement", "sobol"))
    assert due.seconds - loaded.seconds == pytest.approx(0.42, abs=0.05)


def test_a_single_short_training_job_tells_little_of_the_others():
    (short, elapsed), long = short_jobs(1), expected([60.0])
    assert width(short, elapsed) > width(long, 60.0)


def test_it_does_not_exceed_the_bound_where_that_was_exceeded():
    expectation = expected([100.0, 100.0], max_jobs=50, max_runtime_seconds=150.0)
    assert expectation.high_seconds == expectation.seconds == 150.0


def test_what_was_expected_after_the_first_is_told_again_later():
    jobs = [a_training_job(1, objective=1.0, seconds=10.0), a_training_job(2, {"lr": 1}, objective=1.0, seconds=90.0)]
    record = a_record(a_state(jobs), plan=a_plan(max_jobs=10))
    then = expectation_after_the_first(record)
    assert then == expectation_after_the_first(replace(record, state=replace(record.state, training_jobs=jobs[:1])))
    assert then.ended == 1


def test_a_record_as_of_a_time_has_what_had_happened_then():
    jobs = [a_training_job(n, objective=1.0, seconds=10.0) for n in (1, 2, 3)]
    state = a_state(jobs, status=TuningJobStatus.COMPLETED, ended_at=T0 + 30)
    then = as_of(a_record(state), T0 + 15).state
    assert [job.status for job in then.training_jobs] == [TrainingJobStatus.COMPLETED, TrainingJobStatus.IN_PROGRESS]
    assert (then.status, then.ended_at) == (TuningJobStatus.IN_PROGRESS, None)


def test_the_words_name_the_unit_once():
    expectation = expected([60.0], max_jobs=5)
    assert expectation_text(expectation) == "5 min (4-7 min)"


def test_no_more_training_jobs_are_expected_than_there_are_combinations():
    act = a_tuned_hyperparameter("act", "relu", CategoricalRange(values=("relu", "tanh", "gelu")))
    jobs = [a_training_job(1, {"act": "relu"}, objective=1.0)]

    def expected(*hyperparameters):
        record = a_record(a_state(jobs), plan=a_plan(hyperparameters, max_jobs=20, max_parallel=1))
        return summarize(record, {}, now=T0 + 10).expectation.slot_seconds

    assert expected() == pytest.approx(10)
    assert 25 < expected(act) < 40
    assert expected(a_tuned_hyperparameter("lr", 0.01)) > 150
