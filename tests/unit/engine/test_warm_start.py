"""What the parents of a warm start have shown becomes part of the plan; parents that do not fit are refused."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.engine.history import known_good
from selftune.engine.warm_start import results_of_parent, with_parents
from selftune.model.errors import NoSuchJob, UsageError
from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.objective import Direction
from selftune.model.plan import Role
from selftune.model.request import WarmStart
from selftune.testing.factories import a_plan, a_record, a_state, a_training_job, an_objective


def a_parent(*objectives, **state):
    jobs = [a_training_job(n, {"lr": n / 100, "batch-size": 8}, objective=o) for n, o in enumerate(objectives, 1)]
    return a_record(a_state(jobs, **{"status": TuningJobStatus.COMPLETED, **state}))


def started(parent, **changes):
    wanted = WarmStart(parents=("old",), **{"is_identical": True, **changes})
    return with_parents(a_plan(), wanted, lambda _: parent)


def test_the_plan_keeps_values_and_losses_the_best_first():
    plan = started(a_parent(0.3, 0.1, 0.2))
    assert [(dict(values)["lr"], loss) for values, loss in plan.parents[0].rows] == [
        (0.02, 0.1),
        (0.03, 0.2),
        (0.01, 0.3),
    ]


def test_a_metric_that_is_to_grow_becomes_a_loss():
    objective = an_objective("accuracy", Direction.MAXIMIZE)
    assert [loss for _, loss in results_of_parent(a_parent(0.5, 0.9, objective=objective)).rows] == [-0.9, -0.5]


def test_what_failed_diverged_or_was_stopped_early_shows_nothing():
    jobs = [
        a_training_job(1, objective=math.nan, status=TrainingJobStatus.FAILED),
        a_training_job(2, objective=0.1, status=TrainingJobStatus.STOPPED, is_stopped_early=True),
        a_training_job(3, objective=0.7),
    ]
    parent = a_record(a_state(jobs, status=TuningJobStatus.STOPPED))
    assert [loss for _, loss in results_of_parent(parent).rows] == [0.7]


def test_a_large_parent_is_thinned_to_its_best_and_a_spread_of_the_rest():
    rows = results_of_parent(a_parent(*[n / 10 for n in range(1, 101)]), most=10).rows
    losses = [loss for _, loss in rows]
    assert losses[:5] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert (len(losses), losses[-1]) == (10, 10.0)


def test_the_best_of_each_parent_is_tried_first():
    plan = started(a_parent(0.3, 0.1, 0.2))
    assert [dict(good.values)["lr"] for good in known_good(plan)] == [0.02]
    assert all(good.is_earlier for good in known_good(plan))


def test_a_parent_that_runs_is_missing_or_had_another_objective_is_refused():
    with pytest.raises(UsageError, match="has not ended"):
        started(a_parent(0.1, status=TuningJobStatus.IN_PROGRESS))
    with pytest.raises(UsageError, match="accuracy"):
        started(a_parent(0.1, objective=an_objective("accuracy", Direction.MAXIMIZE)))

    def missing(name):
        raise NoSuchJob(name, ["older"])

    with pytest.raises(UsageError, match="'old' is not there"):
        with_parents(a_plan(), WarmStart(parents=("old",), is_identical=False), missing)


def test_there_are_at_most_five_parents():
    with pytest.raises(UsageError, match="1 to 5 parents"):
        with_parents(a_plan(), WarmStart(parents=tuple("abcdef"), is_identical=False), lambda _: a_parent(0.1))


def test_a_parent_with_no_hyperparameter_in_common_is_refused_by_name():
    other = a_plan([replace(h, name=f"other-{h.name}") for h in a_plan().hyperparameters])
    with pytest.raises(UsageError, match="no hyperparameter in common") as caught:
        with_parents(other, WarmStart(parents=("old",), is_identical=True), lambda _: a_parent(0.1))
    assert "this one tunes other-lr" in str(caught.value)


def test_what_a_parent_says_nothing_of_is_a_warning():
    first, *rest = a_plan().hyperparameters
    wider = a_plan([first, *rest, replace(first, name="dropout")])
    plan = with_parents(wider, WarmStart(parents=("old",), is_identical=True), lambda _: a_parent(0.1))
    assert any("says nothing of dropout" in warning for warning in plan.warnings)
    assert not any("says nothing" in warning for warning in started(a_parent(0.1)).warnings)


def test_what_was_static_in_the_parent_counts_with_its_value():
    record = a_parent(0.1)
    lr = next(h for h in record.job.plan.hyperparameters if h.name == "lr")
    static = replace(lr, name="depth", value=7, role=Role.STATIC, range=None)
    plan = replace(record.job.plan, hyperparameters=(*record.job.plan.hyperparameters, static))
    record = replace(record, job=replace(record.job, plan=plan))
    assert dict(results_of_parent(record).rows[0][0])["depth"] == 7
