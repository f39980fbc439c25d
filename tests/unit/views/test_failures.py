from __future__ import annotations

from dataclasses import replace

from selftune.model.jobs import TrainingJobStatus
from selftune.model.ranges import CategoricalRange
from selftune.testing.factories import a_plan, a_state, a_training_job
from selftune.views.failures import group_failures

SPACE = a_plan().space


def failed(number, reason, values=None):
    return a_training_job(number, values, status=TrainingJobStatus.FAILED, failure_reason=reason)


def test_no_failures_are_no_groups():
    assert group_failures(a_state([a_training_job(1, objective=1.0)]), SPACE) == ()


def test_reasons_that_differ_in_numbers_only_are_one_cause():
    jobs = [
        failed(1, "loss became nan at epoch 3"),
        failed(2, "No such file"),
        failed(3, "loss became nan at epoch 12"),
    ]
    first, second = group_failures(a_state(jobs), SPACE)
    assert (first.numbers, first.reason) == ((1, 3), "loss became nan at epoch 12")
    assert second.numbers == (2,)


def test_a_failure_without_a_reason_says_so():
    (group,) = group_failures(a_state([failed(1, None)]), SPACE)
    assert group.reason == "It gave no reason."


def test_values_that_only_failures_have_are_told():
    jobs = [
        *(a_training_job(n, {"lr": 0.01 * n, "batch-size": 32}, objective=1.0) for n in (1, 2, 3)),
        *(failed(n, "nan", {"lr": 0.1 * n, "batch-size": 32}) for n in (4, 5)),
    ]
    (group,) = group_failures(a_state(jobs), SPACE)
    assert group.shared == "lr >= 0.4"


def test_one_failure_alone_tells_nothing_of_its_values():
    jobs = [
        *(a_training_job(n, {"lr": 0.01 * n}, objective=1.0) for n in (1, 2, 3)),
        failed(4, "nan", {"lr": 0.9}),
    ]
    (group,) = group_failures(a_state(jobs), SPACE)
    assert group.shared is None


def test_a_cause_is_one_whatever_the_order_in_which_a_set_prints():
    jobs = [
        failed(1, "max_features must be a str among {'log2', 'sqrt'}. Got '0.37' instead."),
        failed(2, "max_features must be a str among {'sqrt', 'log2'}. Got '0.05' instead."),
        failed(3, "max_features must be a str among {'sqrt', 'auto'}. Got '0.05' instead."),
    ]
    assert [group.numbers for group in group_failures(a_state(jobs), SPACE)] == [(1, 2), (3,)]


def shared(bad, good):
    """What is told of training jobs that failed with these values of a choice, and succeeded with those."""
    jobs = [
        *(failed(n, "Got a float.", {"features": value}) for n, value in enumerate(bad, start=1)),
        *(a_training_job(10 + n, {"features": value}, objective=1.0) for n, value in enumerate(good)),
    ]
    space = {"features": CategoricalRange(values=("sqrt", "log2", "all", "0.05", "0.37"))}
    return group_failures(a_state(jobs), space)[0].shared


def test_choices_of_one_kind_that_always_fail_are_told():
    assert shared(["0.37", "0.05"], ["sqrt", "log2"]) == "features is a number (0.05 or 0.37)"
    assert shared(["sqrt", "log2"], ["0.05", "0.05"]) == "features is no number (log2 or sqrt)"
    assert shared(["0.37", "0.05"], ["sqrt", "0.05"]) is None


def test_several_choices_are_told_once_each_has_failed_twice():
    assert shared(["log2", "all", "all", "log2"], ["sqrt", "sqrt"]) == "features = all or log2"
    assert shared(["log2", "all", "all"], ["sqrt", "sqrt"]) is None


def test_lost_training_jobs_are_not_blamed_on_their_values():
    jobs = [
        *(a_training_job(n, {"lr": 0.01 * n}, objective=1.0) for n in (1, 2)),
        *(replace(failed(n, "Its supervisor was lost.", {"lr": 0.9}), is_lost=True) for n in (3, 4)),
    ]
    (group,) = group_failures(a_state(jobs), SPACE)
    assert group.shared is None


def test_a_choice_that_always_fails_is_told():
    jobs = [
        *(a_training_job(n, {"device": "cpu"}, objective=1.0) for n in (1, 2)),
        *(failed(n, "no GPU", {"device": "cuda"}) for n in (3, 4)),
    ]
    (group,) = group_failures(a_state(jobs), {"device": CategoricalRange(values=("cpu", "cuda"))})
    assert group.shared == "device = cuda"
