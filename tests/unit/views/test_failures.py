from __future__ import annotations

from selftune.model.jobs import TrainingJobStatus
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


def test_a_choice_that_always_fails_is_told():
    from selftune.model.ranges import CategoricalRange

    jobs = [
        *(a_training_job(n, {"device": "cpu"}, objective=1.0) for n in (1, 2)),
        *(failed(n, "no GPU", {"device": "cuda"}) for n in (3, 4)),
    ]
    (group,) = group_failures(a_state(jobs), {"device": CategoricalRange(values=("cpu", "cuda"))})
    assert group.shared == "device = cuda"
