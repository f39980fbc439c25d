"""The controller with the real store, strategies and rules, in virtual time: whole tuning jobs in milliseconds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.backends.backend import Phase
from selftune.backends.simulated import SimulatedBackend, VirtualClock
from selftune.engine.bounds import deadline
from selftune.engine.controller import Controller, Progress
from selftune.model.constraints import Constraint
from selftune.model.events import (
    EarlyStopDecided,
    EndedHow,
    JobLimitLowered,
    ObjectiveConfirmed,
    RangesMoved,
    StopRequested,
)
from selftune.model.jobs import TrainingJobStatus, TuningJobRecord, TuningJobStatus
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, EarlierValues, EarlyStopping, Learning, Resource, Strategy
from selftune.model.ranges import ContinuousRange, Prior, ScalingType
from selftune.search.worker import DirectSuggester
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import a_plan, a_planned_objective, a_tuned_hyperparameter, a_tuning_job, decided
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


def test_a_training_job_that_hangs_is_ended_by_what_the_first_took(tmp_path):
    def program(spec):
        yield from curve(spec, epochs=30)
        if spec.number == 4:
            yield 80_000.0, "still there"

    tuned = a_tuned_hyperparameter("lr", 0.01, source="knowledge: dl.adam.lr")
    plan = {"hyperparameters": [tuned], "max_parallel": 1, "early_stopping": EarlyStopping.OFF}
    job = a_job(max_jobs=6, max_runtime_seconds=90_000.0, job_max_runtime_seconds=86_400.0, **plan)
    record = run_in_virtual_time(job, program, tmp_path / "store.db")
    hung = record.state.training_job(4)
    assert (hung.status, hung.duration_seconds) == (TrainingJobStatus.STOPPED, pytest.approx(150.0))
    assert "run-time limit" in hung.stop_reason
    assert (record.state.job_limit_seconds, len(record.state.training_jobs)) == (150.0, 6)
    events = [stored.event for stored in SqliteStore(tmp_path / "store.db").events(job.name)]
    (lowered,) = [event for event in events if isinstance(event, JobLimitLowered)]
    assert "took 30 s" in lowered.reason


def test_the_first_training_job_is_never_ended_by_a_limit_that_it_sets_itself(tmp_path):
    def slow(spec):
        yield from curve(spec)
        if spec.number == 1:
            yield 4_000.0, "done"

    job = a_job(max_jobs=3, max_parallel=1, max_runtime_seconds=90_000.0, job_max_runtime_seconds=86_400.0)
    record = run_in_virtual_time(job, slow, tmp_path / "store.db")
    assert record.state.training_job(1).status is TrainingJobStatus.COMPLETED


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

    def __init__(self, path, job, program=curve):
        self.job = job
        self.time = VirtualClock(job.created_at)
        self.backend = SimulatedBackend(program, self.time, slots=2)
        self.clock = SimulatedClock(self.time, self.backend)
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
                clock=self.clock,
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


class LosesFirstAttempts:
    """A backend on which the first attempt of one training job dies with its supervisor, after it has printed."""

    def __init__(self, backend: SimulatedBackend, number: int) -> None:
        self._backend = backend
        self._lost = f"-{number:03d}-"

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def poll(self, handles):
        reports = dict(self._backend.poll(handles))
        for handle, report in reports.items():
            if self._lost in handle and handle.endswith("attempt-1") and report.phase is Phase.ENDED:
                reports[handle] = replace(report, how=EndedHow.LOST, exit_code=None)
        return reports


def test_another_attempt_is_read_from_its_own_beginning(tmp_path):
    job = a_job(max_parallel=1, retry=1, max_jobs=3, early_stopping=EarlyStopping.OFF)
    machine = Machine(tmp_path / "store.db", job)
    machine.backend = LosesFirstAttempts(machine.backend, 2)
    record = machine.run()
    again = record.state.training_job(2)
    assert (again.attempt, again.status, again.report_count) == (2, TrainingJobStatus.COMPLETED, 5)
    assert again.earlier_seconds == 5
    assert len(machine.store.curves(job.name)[2]) == 5


class TellsOfEnds:
    """A backend with a descriptor that tells of ends, and a clock that remembers what it was to wait for."""

    DESCRIPTOR = 71

    def __init__(self, backend: SimulatedBackend, time: VirtualClock) -> None:
        self._backend = backend
        self._clock = SimulatedClock(time, backend)
        self.waited_for: list[tuple[int | None, ...]] = []

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def ends_descriptor(self):
        return self.DESCRIPTOR

    def now(self):
        return self._clock.now()

    def wait(self, seconds, *readable):
        self.waited_for.append(readable)
        self._clock.wait(seconds)


def test_the_loop_waits_for_what_tells_of_ends(tmp_path):
    job = a_job(max_parallel=1, max_jobs=3, early_stopping=EarlyStopping.OFF)
    machine = Machine(tmp_path / "store.db", job)
    machine.backend = machine.clock = telling = TellsOfEnds(machine.backend, machine.time)
    assert len(machine.run().state.training_jobs) == 3
    assert telling.waited_for
    assert all(TellsOfEnds.DESCRIPTOR in readable for readable in telling.waited_for)


def test_early_stopping_after_a_crash_still_knows_the_curves_of_before(tmp_path):
    def program(spec):
        for epoch in range(1, 21):
            yield float(epoch), f"validation:rmse={(9.0 if spec.number > 7 else 1.0) + 1 / epoch:.4f}"

    job = a_job(max_jobs=8, max_parallel=1, early_stopping=EarlyStopping.AUTO)
    machine = Machine(tmp_path / "store.db", job, program)
    with pytest.raises(Crash):
        machine.run(lambda p: crash_after(0)(p) if len(p.record.state.training_jobs) == 8 else None)
    record = machine.run()
    assert record.state.training_job(8).status is TrainingJobStatus.STOPPED
    assert record.state.training_job(8).report_count < 20


def test_the_step_of_a_metric_goes_on_after_a_crash(tmp_path):
    job = a_job(max_jobs=1, max_parallel=1, early_stopping=EarlyStopping.OFF)
    machine = Machine(tmp_path / "store.db", job)
    with pytest.raises(Crash):
        machine.run(lambda p: crash_after(0)(p) if p.record.state.training_job(1).report_count == 2 else None)
    machine.run()
    assert [point.step for point in machine.store.metrics(job.name, 1)] == [0, 1, 2, 3, 4]


def test_a_stop_that_was_not_carried_out_before_a_crash_is_carried_out_after_it(tmp_path):
    job = a_job(max_jobs=3, max_parallel=1, early_stopping=EarlyStopping.OFF)
    machine = Machine(tmp_path / "store.db", job, lambda spec: curve(spec, epochs=10_000))
    machine.store.post(job.name, StopRequested(at=machine.time.now()))
    with pytest.raises(Crash):
        machine.run(lambda p: crash_after(0)(p) if p.record.state.status is TuningJobStatus.STOPPING else None)
    record = machine.run()
    assert record.state.status is TuningJobStatus.STOPPED
    assert record.state.training_job(1).report_count < 10_000


def test_the_last_lines_are_shown_also_when_the_controller_died_before_it_asked(tmp_path):
    job = a_provisional_job("val_loss")
    machine = Machine(tmp_path / "store.db", job, lambda _: [(1.0, "hello"), (2.0, "done.")])
    with pytest.raises(Crash):
        machine.run(lambda p: crash_after(0)(p) if p.record.state.pending_end is not None else None)
    assert "    done." in machine.run().state.status_reason


def test_a_metric_that_the_user_named_and_nobody_prints_ends_the_search_after_the_first_job(tmp_path):
    record = run_in_virtual_time(
        a_job(max_parallel=2), lambda _: [(1.0, "train_loss=0.5"), (2.0, "val_acc=0.9")], tmp_path / "store.db"
    )
    assert record.state.status is TuningJobStatus.FAILED
    for part in ("validation:rmse", "train_loss (1x, last 0.5)", "val_acc"):
        assert part in record.state.status_reason


def test_a_flood_of_names_is_not_all_kept(tmp_path):
    def program(spec):
        yield 1.0, "\n".join(f"layer_{n}_norm_loss={n}" for n in range(5_000))
        yield from curve(spec)

    job = a_job(max_jobs=1)
    record = run_in_virtual_time(job, program, tmp_path / "store.db")
    assert record.state.training_job(1).report_count == 5
    assert record.state.training_job(1).metric_count < 500


SOFT = ContinuousRange(low=1e-5, high=1e-3, scaling=ScalingType.LOG, may_expand=True)


def soft_job(**plan):
    """lr is tuned over 1e-5..1e-3, but the best is at 0.05."""
    hyperparameters = [a_tuned_hyperparameter("lr", 1e-4, SOFT)]
    settings = {"max_jobs": 25, "max_parallel": 1, "max_runtime_seconds": 10_000.0, "early_stopping": EarlyStopping.OFF}
    return a_tuning_job(plan=a_plan(hyperparameters, **{**settings, **plan}))


def test_a_range_that_misses_the_optimum_goes_further_inside_the_same_budget(tmp_path):
    job = soft_job()
    record = run_in_virtual_time(job, curve, tmp_path / "store.db")
    best = min(record.state.training_jobs, key=lambda t: t.objective)
    assert len(record.state.range_moves) >= 1
    assert best.values["lr"] > SOFT.high
    assert len(record.state.training_jobs) == 25
    moved = [s.event for s in SqliteStore(tmp_path / "store.db").events(job.name) if isinstance(s.event, RangesMoved)]
    assert [move for event in moved for move in event.moves] == list(record.state.range_moves)


def test_a_range_does_not_go_towards_a_divergence(tmp_path):
    def program(spec):
        lr = float(dict(spec.hyperparameters)["lr"])
        value = math.nan if lr > 8e-4 else 1 - lr * 1000
        return [(1.0, f"validation:rmse={value}")]

    record = run_in_virtual_time(soft_job(), program, tmp_path / "store.db")
    assert record.state.range_moves == ()
    assert record.state.status is TuningJobStatus.COMPLETED


@pytest.mark.parametrize("transactions", [1, 2, 3])
def test_a_search_whose_ranges_move_is_the_same_search_after_any_crash(tmp_path, transactions):
    job = soft_job()
    unbroken = run_in_virtual_time(job, curve, tmp_path / "unbroken.db")
    machine = Machine(tmp_path / "broken.db", job)
    for _ in range(500):
        try:
            record = machine.run(crash_after(transactions))
            break
        except Crash:
            continue
    else:
        pytest.fail("it never came to an end")
    assert [t.values for t in record.state.training_jobs] == [t.values for t in unbroken.state.training_jobs]
    assert record.state.range_moves == unbroken.state.range_moves


GOOD = EarlierValues(values=(("lr", 0.06), ("batch-size", 64)), tuning_job="first")
BAD = EarlierValues(values=(("lr", 0.0002), ("batch-size", 64)), tuning_job="other")
BY_KNOWLEDGE = (("lr", 0.1), ("batch-size", 16))


def learning_job(**plan):
    """What two earlier tuning jobs found good, one of which misleads, and a configuration of the knowledge base."""
    learning = Learning(
        tuning_jobs=("first", "other"), values=(GOOD, BAD), priors_before=(("lr", Prior(center=0.01, spread=0.3)),)
    )
    settings = {"max_parallel": 1, "max_jobs": 15, "early_stopping": EarlyStopping.OFF, **plan}
    return a_job(learning=decided(learning), portfolio=(BY_KNOWLEDGE,), portfolio_source="a portfolio", **settings)


def test_what_was_good_elsewhere_runs_after_the_baseline_and_no_more_of_what_misleads(tmp_path):
    suggestions = [
        t.suggestion for t in run_in_virtual_time(learning_job(), curve, tmp_path / "store.db").state.training_jobs
    ]
    assert [made.strategy for made in suggestions[:5]] == ["baseline", "portfolio", "portfolio", "portfolio", "sobol"]
    assert [made.values for made in suggestions[1:4]] == [GOOD.values, BAD.values, BY_KNOWLEDGE]
    assert suggestions[3].reason.startswith("Values that were good elsewhere, from a portfolio.")
    assert "What tuning job other found good did worse here" in suggestions[4].reason


@pytest.mark.parametrize("transactions", [1, 3])
def test_a_search_that_learns_is_the_same_search_after_any_crash(tmp_path, transactions):
    job = learning_job()
    unbroken = run_in_virtual_time(job, curve, tmp_path / "unbroken.db")
    machine = Machine(tmp_path / "broken.db", job)
    for _ in range(500):
        try:
            record = machine.run(crash_after(transactions))
            break
        except Crash:
            continue
    else:
        pytest.fail("it never came to an end")
    assert [t.suggestion for t in record.state.training_jobs] == [t.suggestion for t in unbroken.state.training_jobs]


def test_constraints_hold_in_a_whole_tuning_job(tmp_path):
    kept = Constraint(text="lr * {batch-size} < 2", reason="Larger steps diverge.", source="a test")
    record = run_in_virtual_time(a_job(max_jobs=12, constraints=(kept,)), curve, tmp_path / "store.db")
    assert len(record.state.training_jobs) == 12
    assert all(kept.holds(t.values) for t in record.state.training_jobs)


def test_hyperband_gives_full_length_to_few(tmp_path):
    def program(spec):
        lr = float(dict(spec.hyperparameters)["lr"])
        quality = (lr * 1e5) % 1.0  # Nothing that a search could learn: what ends a training job is the rule alone.
        for epoch in range(1, 41):
            yield float(epoch), f"validation:rmse={quality + 1 / epoch:.4f}"

    resource = Resource(low=1, high=27)
    early = EarlyStopping.OFF
    job = a_job(strategy=Strategy.HYPERBAND, resource=resource, max_jobs=30, max_parallel=2, early_stopping=early)
    record = run_in_virtual_time(job, program, tmp_path / "store.db")
    jobs = record.state.training_jobs
    lengths = [t.report_count for t in jobs]
    assert record.state.status is TuningJobStatus.COMPLETED
    assert 1 <= sum(length >= 27 for length in lengths) <= 15
    assert sum(t.is_stopped_early for t in jobs) >= 15
    full = [t for t in jobs if t.report_count >= 27]
    assert all(not t.is_stopped_early and "all of its resource" in (t.stop_reason or "") for t in full)
    assert min(t.objective for t in full) == min(t.objective for t in jobs)
    assert sum(lengths) < 0.6 * 27 * len(jobs)
