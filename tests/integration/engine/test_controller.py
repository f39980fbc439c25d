"""The controller with the real store, strategies and rules, in virtual time: whole tuning jobs in milliseconds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.backends.simulated import SimulatedBackend, VirtualClock
from selftune.engine.controller import Controller, Progress
from selftune.engine.lifecycle import deadline
from selftune.model.events import EarlyStopDecided, ObjectiveConfirmed, StopRequested
from selftune.model.jobs import TrainingJobStatus, TuningJobRecord, TuningJobStatus
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, EarlyStopping, Strategy
from selftune.search.worker import DirectSuggester
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import a_plan, a_planned_objective, a_tuning_job
from selftune.testing.virtual_time import SimulatedClock, run_in_virtual_time, store_job


def curve(spec, epochs=5, name="validation:rmse"):
    """A training job that learns: best where lr is 0.05."""
    lr = float(dict(spec.hyperparameters)["lr"])
    for epoch in range(1, epochs + 1):
        yield float(epoch), f"epoch {epoch} {name}={abs(math.log10(lr / 0.05)) + 1 / epoch:.6f}"


def a_job(**plan):
    return a_tuning_job(plan=a_plan(**{"max_jobs": 8, "max_runtime_seconds": 10_000.0, **plan}))


def a_provisional_job(name, **plan):
    job = a_job(**plan)
    objective = a_planned_objective(name, Direction.MINIMIZE, is_provisional=True)
    return replace(job, plan=replace(job.plan, objective=objective))


@pytest.mark.parametrize("strategy", [Strategy.BAYESIAN, Strategy.RANDOM])
def test_a_search_runs_to_its_last_job_and_improves_on_the_baseline(tmp_path, strategy):
    record = run_in_virtual_time(a_job(strategy=strategy, max_jobs=12), curve, tmp_path / "store.db")
    objectives = [t.objective for t in record.state.training_jobs]
    assert record.state.status is TuningJobStatus.COMPLETED
    assert len(objectives) == 12
    assert record.state.training_jobs[0].values == {"lr": 0.01, "batch-size": 32}
    assert min(objectives) < objectives[0]


def test_parallel_jobs_never_exceed_their_bound(tmp_path):
    widest = 0

    def listener(progress: Progress):
        nonlocal widest
        widest = max(widest, len(progress.record.state.running))

    run_in_virtual_time(a_job(max_parallel=3), curve, tmp_path / "store.db", listener=listener)
    assert widest == 3


def test_a_hopeless_training_job_is_stopped_early_and_says_why(tmp_path):
    def program(spec):
        is_hopeless = spec.number > 7
        for epoch in range(1, 21):
            yield float(epoch), f"validation:rmse={(9.0 if is_hopeless else 1.0) + 1 / epoch:.4f}"

    job = a_job(max_jobs=9, max_parallel=1, early_stopping=EarlyStopping.AUTO)
    record = run_in_virtual_time(job, program, tmp_path / "store.db")
    stopped = [t for t in record.state.training_jobs if t.status is TrainingJobStatus.STOPPED]
    assert [t.number for t in stopped] == [8, 9]
    assert all("median" in (t.stop_reason or "") for t in stopped)
    assert all(t.report_count < 20 for t in stopped)
    events = SqliteStore(tmp_path / "store.db").events(job.name)
    assert sum(isinstance(stored.event, EarlyStopDecided) for stored in events) == 2


def test_a_script_without_a_metric_ends_the_search_and_shows_what_it_printed(tmp_path):
    job = a_provisional_job("val_loss")
    record = run_in_virtual_time(job, lambda _: [(1.0, "hello 42"), (2.0, "done.")], tmp_path / "store.db")
    assert record.state.status is TuningJobStatus.FAILED
    assert len(record.state.training_jobs) == 1
    for part in ("val_loss", "done.", "--metric-regex"):
        assert part in record.state.status_reason


def test_the_objective_read_from_source_gives_way_to_what_is_printed(tmp_path):
    job = a_provisional_job("val_loss")
    record = run_in_virtual_time(job, lambda spec: curve(spec, name="val_rmse"), tmp_path / "store.db")
    assert record.state.objective.name == "val_rmse"
    assert record.state.status is TuningJobStatus.COMPLETED
    confirmed = [
        s.event for s in SqliteStore(tmp_path / "store.db").events(job.name) if isinstance(s.event, ObjectiveConfirmed)
    ]
    assert len(confirmed) == 1


def test_nan_fails_a_training_job_and_the_search_goes_on(tmp_path):
    def program(spec):
        return [(1.0, "validation:rmse=nan")] if spec.number == 2 else curve(spec)

    record = run_in_virtual_time(a_job(max_parallel=1), program, tmp_path / "store.db")
    statuses = [t.status for t in record.state.training_jobs]
    assert statuses[1] is TrainingJobStatus.FAILED
    assert statuses.count(TrainingJobStatus.FAILED) == 1
    assert record.state.status is TuningJobStatus.COMPLETED


def test_a_script_that_always_fails_ends_the_search_after_a_few(tmp_path):
    def program(_):
        yield 1.0, "ModuleNotFoundError: No module named 'torch'"
        raise SystemExit(1)

    record = run_in_virtual_time(a_job(max_jobs=50), program, tmp_path / "store.db")
    assert record.state.status is TuningJobStatus.FAILED
    assert len(record.state.training_jobs) <= 5
    assert "No module named 'torch'" in record.state.status_reason


def test_the_run_time_bound_is_kept(tmp_path):
    job = a_job(max_jobs=1000, max_runtime_seconds=60.0)
    record = run_in_virtual_time(job, curve, tmp_path / "store.db")
    assert record.state.ended_at is not None
    assert record.state.ended_at <= job.created_at + 60.0
    assert "run-time bound" in record.state.status_reason


def test_a_training_job_that_outlives_the_bound_is_stopped(tmp_path):
    job = a_job(max_runtime_seconds=60.0)
    record = run_in_virtual_time(job, lambda spec: curve(spec, epochs=10_000), tmp_path / "store.db")
    assert record.state.ended_at is not None
    assert deadline(job) <= record.state.ended_at <= job.created_at + 60.0
    assert record.state.status is TuningJobStatus.COMPLETED


def test_a_target_ends_the_search(tmp_path):
    job = a_job(max_jobs=100, completion=CompletionCriteria(target_objective=0.6))
    record = run_in_virtual_time(job, curve, tmp_path / "store.db")
    assert record.state.status is TuningJobStatus.COMPLETED
    assert len(record.state.training_jobs) < 100
    assert min(t.objective for t in record.state.training_jobs if t.objective is not None) <= 0.6


class Crash(BaseException):
    """The process ends between two transactions."""


class Machine:
    """One store and one backend that outlive the controllers which crash on them."""

    def __init__(self, path, job):
        self.job = job
        self.time = VirtualClock(job.created_at)
        self.backend = SimulatedBackend(curve, self.time, slots=2)
        self.store = SqliteStore(path)
        store_job(self.store, job)

    def run(self, listener=None) -> TuningJobRecord:
        lease = self.store.lease(self.job.name)
        try:
            return Controller(
                self.store.load(self.job.name),
                store=self.store,
                lease=lease,
                backend=self.backend,
                suggester=DirectSuggester(),
                clock=SimulatedClock(self.time, self.backend),
                listener=listener,
            ).run()
        finally:
            lease.release()


def crash_after(transactions):
    def listener(_: Progress):
        nonlocal transactions
        transactions -= 1
        if transactions < 0:
            raise Crash

    return listener


@pytest.mark.parametrize("transactions", [0, 1, 2, 3, 5, 8])
def test_a_search_that_crashes_again_and_again_suggests_what_the_unbroken_one_does(tmp_path, transactions):
    job = a_job(max_parallel=1, early_stopping=EarlyStopping.OFF)
    unbroken = run_in_virtual_time(job, curve, tmp_path / "unbroken.db")
    machine = Machine(tmp_path / "broken.db", job)
    for _ in range(200):
        try:
            record = machine.run(crash_after(transactions))
            break
        except Crash:
            continue
    else:
        pytest.fail("it never came to an end")
    assert [t.suggestion for t in record.state.training_jobs] == [t.suggestion for t in unbroken.state.training_jobs]
    assert [t.objective for t in record.state.training_jobs] == [t.objective for t in unbroken.state.training_jobs]
    assert {t.attempt for t in record.state.training_jobs} == {1}


def test_a_stop_posted_by_another_process_ends_the_search(tmp_path):
    machine = Machine(tmp_path / "store.db", a_job(max_jobs=500))

    def listener(progress: Progress):
        if len(progress.record.state.training_jobs) == 4:
            machine.store.post(machine.job.name, StopRequested(at=machine.time.now()))

    record = machine.run(listener)
    assert record.state.status is TuningJobStatus.STOPPED
    assert len(record.state.training_jobs) < 10


def test_two_tuning_jobs_of_one_seed_are_one_search(tmp_path):
    job = a_job(max_parallel=1)
    first = run_in_virtual_time(job, curve, tmp_path / "first.db")
    second = run_in_virtual_time(replace(job, name="another"), curve, tmp_path / "second.db")
    assert [t.values for t in first.state.training_jobs] == [t.values for t in second.state.training_jobs]
