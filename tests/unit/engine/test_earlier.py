"""What is kept of a tuning job to learn from, and which teach nothing."""

from __future__ import annotations

import pytest

from selftune.engine.earlier import FEWEST_RESULTS, MOST_LOOKED_AT, earlier_result, earlier_results, set_aside_in
from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.objective import Direction
from selftune.model.plan import Chooser, Decision, EarlierValues, Learning
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import a_plan, a_record, a_state, a_training_job, a_tuning_job, an_objective
from selftune.testing.virtual_time import store_job


def record(*objectives, status=TuningJobStatus.COMPLETED, direction=Direction.MINIMIZE, **changes):
    jobs = [
        a_training_job(n, {"lr": n / 100}, objective=value, **changes) for n, value in enumerate(objectives, start=1)
    ]
    return a_record(a_state(jobs, status=status, objective=an_objective(direction=direction)))


def lrs(result):
    return [dict(ranked.values)["lr"] for ranked in result.best]


def test_the_best_quarter_is_kept_best_first():
    kept = earlier_result(record(0.9, 0.1, 0.5, 0.3, 0.2, 0.8, 0.7, 0.6))
    assert lrs(kept) == [0.02, 0.05]
    assert [ranked.quantile for ranked in kept.best] == [0.0, 1 / 8]


def test_a_maximised_objective_keeps_the_largest():
    assert lrs(earlier_result(record(0.9, 0.1, 0.5, 0.3, direction=Direction.MAXIMIZE))) == [0.01]


@pytest.mark.parametrize(
    "useless",
    [
        record(*[0.5] * 5),
        record(*[0.1 * n for n in range(1, FEWEST_RESULTS)]),
        record(0.1, 0.2, 0.3, 0.4, status=TuningJobStatus.IN_PROGRESS),
        record(0.1, 0.2, 0.3, 0.4, status=TuningJobStatus.COMPLETED, is_stopped_early=True),
        record(float("nan"), float("inf"), 0.3, float("nan"), status=TuningJobStatus.FAILED),
    ],
    ids=["never varied", "too few", "not over", "all stopped early", "all but one failed"],
)
def test_what_teaches_nothing_is_not_kept(useless):
    assert earlier_result(useless) is None


def test_failed_training_jobs_are_no_evidence():
    jobs = [a_training_job(n, {"lr": n / 100}, objective=1.0 / n) for n in range(1, 5)]
    jobs.append(a_training_job(5, {"lr": 9.0}, objective=0.0, status=TrainingJobStatus.FAILED))
    assert lrs(earlier_result(a_record(a_state(jobs, status=TuningJobStatus.STOPPED)))) == [0.04]


def test_so_many_tuning_jobs_are_looked_at_and_the_parent_whatever_its_age(tmp_path, monkeypatch):
    store = SqliteStore(tmp_path / "selftune.db")
    for number in range(MOST_LOOKED_AT + 3):
        store_job(store, a_tuning_job(f"job-{number}", created_at=float(number)))
    loaded: list[str] = []
    load = store.load
    monkeypatch.setattr(store, "load", lambda name: loaded.append(name) or load(name))
    assert list(earlier_results(store, parent="job-0")) == []
    assert len(loaded) == MOST_LOOKED_AT + 1
    assert loaded[0] == "job-0"


def misled(objective_of_theirs):
    """A tuning job that tried what monday found good, as its second training job."""
    learning = Learning(
        tuning_jobs=("monday",), values=(EarlierValues(values=(("lr", 0.3), ("batch-size", 32)), tuning_job="monday"),)
    )
    decision = Decision(value=learning, by=Chooser.AUTOTUNE, reason="It was tuned before.", source="the store")
    values = [{"lr": 0.01, "batch-size": 32}, {"lr": 0.3, "batch-size": 32}, {"lr": 0.02, "batch-size": 64}]
    objectives = (0.5, objective_of_theirs, 0.4)
    jobs = [a_training_job(n, values[n - 1], objective=value) for n, value in enumerate(objectives, start=1)]
    state = a_state(jobs, status=TuningJobStatus.COMPLETED, objective=an_objective(direction=Direction.MINIMIZE))
    return a_record(state, plan=a_plan(learning=decision))


def test_what_did_worse_than_todays_values_is_set_aside_and_kept_as_refuted():
    (aside,) = set_aside_in(misled(0.9))
    assert (aside.tuning_job, aside.training_jobs) == ("monday", (2,))
    assert earlier_result(misled(0.9)).refuted == {"monday"}


def test_what_did_better_is_not():
    assert set_aside_in(misled(0.1)) == ()
    assert earlier_result(misled(0.1)).refuted == frozenset()
    assert set_aside_in(record(0.9, 0.1, 0.5, 0.3)) == ()
