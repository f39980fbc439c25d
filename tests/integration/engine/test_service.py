"""The use-cases with real processes, and that a simulation is the same search."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from selftune.backends.backend import Phase
from selftune.backends.local import LocalBackend
from selftune.engine import loop
from selftune.engine.compose import tuning_service
from selftune.model.errors import LeaseLost, NameTaken, UsageError
from selftune.model.events import MetricsReported
from selftune.model.jobs import TuningJobStatus
from selftune.model.plan import EarlyStopping
from selftune.model.ranges import ContinuousRange, IntegerRange, ScalingType
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings
from selftune.testing import simulate

pytestmark = pytest.mark.integration

RANGES = {"lr": ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG), "depth": IntegerRange(low=1, high=9)}

TRAIN = """
    import sys
    values = dict(zip(sys.argv[1::2], map(float, sys.argv[2::2])))
    print(f"objective={(values['--lr'] - 0.1) ** 2 + (values['--depth'] - 4) ** 2!r}")
"""


def request(folder: Path, name: str, script: str = TRAIN, **settings) -> TuningJobRequest:
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(textwrap.dedent(script))
    argv = (sys.executable, "train.py", "--lr", "0.01", "--depth", "2")
    chosen = {"objective_name": "objective", "ranges": tuple(RANGES.items()), "max_parallel": 1, "seed": 5, **settings}
    return TuningJobRequest(
        name=name, program=CommandRequest(argv=argv, folder=str(folder)), settings=UserSettings(**chosen)
    )


def test_a_simulation_makes_the_suggestions_of_the_real_run(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "real", max_jobs=10, early_stopping=EarlyStopping.OFF))
    real = service.run("real")
    simulated = simulate(
        lambda h: (h["lr"] - 0.1) ** 2 + (h["depth"] - 4) ** 2,
        hyperparameters={"lr": 0.01, "depth": 2},
        ranges=RANGES,
        max_jobs=10,
        early_stopping="off",
        seed=5,
    )
    assert [t.values for t in real.state.training_jobs] == [j.hyperparameters for j in simulated.training_jobs]
    assert [t.objective for t in real.state.training_jobs] == [j.objective for j in simulated.training_jobs]
    assert simulated.best is not None
    assert simulated.best.objective == min(t.objective for t in real.state.training_jobs)


def test_only_one_process_holds_a_loop(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "held", max_jobs=2))
    held: list[bool] = []

    def listener(progress):
        held.append(service.is_held("held"))
        if progress.record.state.status.is_terminal:
            return
        with pytest.raises(LeaseLost, match="another process"):
            tuning_service(tmp_path / "home").run("held")

    service.run("held", listener)
    assert all(held)
    assert not service.is_held("held")


def test_a_stop_of_a_tuning_job_that_nobody_runs_is_carried_out_all_the_same(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "orphan", max_jobs=5))
    assert service.resumable() == ["orphan"]
    service.stop("orphan")
    give_up = time.monotonic() + 60
    while not service.record("orphan").state.status.is_terminal and time.monotonic() < give_up:
        time.sleep(0.05)
    assert service.record("orphan").state.status is TuningJobStatus.STOPPED


def test_what_nobody_foresaw_ends_the_tuning_job_with_a_reason(tmp_path, monkeypatch):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "breaks", max_jobs=3))

    def break_down(*_):
        raise RuntimeError("the moon \ud800 is in the way")

    monkeypatch.setattr(LocalBackend, "start", break_down)
    assert loop.main(["--home", str(tmp_path / "home"), "breaks"]) == 1
    state = service.record("breaks").state
    assert state.status is TuningJobStatus.FAILED
    assert "RuntimeError: the moon ? is in the way" in state.status_reason
    assert all(t.status.is_terminal for t in state.training_jobs)
    assert service.resumable() == []
    service.delete("breaks")


def test_what_is_given_up_takes_its_processes_with_it_and_what_is_held_is_not_given_up(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "held", "import time; time.sleep(600)"))
    given_up: list[bool] = []

    def listener(progress):
        if progress.record.state.running and progress.record.state.running[0].started_at is not None and not given_up:
            service.give_up("held", "Nobody holds it.")  # somebody does
            given_up.append(service.record("held").state.status.is_terminal)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.run("held", listener)
    assert given_up == [False]
    status = service.attempt_folder("held", 1)
    service.give_up("held", "Nobody holds it.")
    assert service.record("held").state.status_reason == "Nobody holds it."
    backend, give_up = LocalBackend(), time.monotonic() + 60
    while backend.poll([str(status)])[str(status)].phase is not Phase.ENDED and time.monotonic() < give_up:
        time.sleep(0.02)
    assert backend.poll([str(status)])[str(status)].phase is Phase.ENDED


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_process_can_be_given_is_refused_at_creation(tmp_path, text):
    service = tuning_service(tmp_path / "home")
    wanted = request(tmp_path / "code", "never")
    with pytest.raises(UsageError, match="environment variable 'A'"):
        service.create(replace(wanted, environment=(("A", text),)))
    with pytest.raises(UsageError, match="hyperparameter"):
        service.create(replace(wanted, settings=replace(wanted.settings, values=(("depth", text),))))
    for name in ("", "a=b", text):
        with pytest.raises(UsageError, match="environment variable"):
            service.create(replace(wanted, environment=((name, "x"),)))
    assert service.names() == []


def test_a_name_is_used_once(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "once"))
    with pytest.raises(NameTaken):
        service.create(request(tmp_path / "code", "ONCE"))
    assert service.names() == ["once"]


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_a_detached_loop_is_nobodys_child_and_so_leaves_no_zombie(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(request(tmp_path / "code", "detached", max_jobs=2))
    before = children()
    service.run_detached("detached")
    assert children() <= before
    give_up = time.monotonic() + 60
    while not service.record("detached").state.status.is_terminal and time.monotonic() < give_up:
        time.sleep(0.05)
    assert service.record("detached").state.status is TuningJobStatus.COMPLETED


def inferred(folder: Path, name: str, script: str, **settings) -> TuningJobRequest:
    """A request whose ranges and seed are Autotune's."""
    return request(folder, name, script, ranges=(), seed=None, max_jobs=8, **settings)


DECAYING = """
    import math, sys
    values = dict(zip(sys.argv[1::2], map(float, sys.argv[2::2])))
    loss = (math.log10(values["--lr"]) + 0.7) ** 2 + (values["--depth"] - 4) ** 2 / 40
    print(f"objective={SIGN * loss!r}")
"""


def test_a_second_tuning_job_learns_from_the_first_wherever_the_folder_lies(tmp_path):
    service = tuning_service(tmp_path / "home")
    script = DECAYING.replace("SIGN", "1")
    service.create(inferred(tmp_path / "here", "first", script))
    first = service.run("first")
    service.create(inferred(tmp_path / "there", "second", script))
    assert service.record("second").job.plan.learning.value.tuning_jobs == ("first",)
    second = service.run("second")
    best_of_first = min(t.objective for t in first.state.training_jobs)
    early = second.state.training_jobs[1]
    assert early.suggestion.strategy == "portfolio"
    assert early.suggestion.reason == "Values that were good elsewhere, from tuning job first."
    assert early.objective == pytest.approx(best_of_first)


def test_what_misleads_is_set_aside_and_the_reason_says_so(tmp_path):
    service = tuning_service(tmp_path / "home")
    service.create(inferred(tmp_path / "code", "first", DECAYING.replace("SIGN", "-1")))
    service.run("first")
    service.create(inferred(tmp_path / "code", "second", DECAYING.replace("SIGN", "1")))
    jobs = service.run("second").state.training_jobs
    assert [t.suggestion.strategy for t in jobs].count("portfolio") == 1
    assert "What tuning job first found good did worse here" in jobs[2].suggestion.reason
    (aside,) = service.summary("second").set_aside
    assert (aside.tuning_job, aside.training_jobs) == ("first", (2,))
    third = service.plan(inferred(tmp_path / "code", "third", DECAYING.replace("SIGN", "1")))
    assert third.learning.value.tuning_jobs == ("second",)
    assert "first is left out, because what it found good did worse in second." in third.learning.reason


@pytest.mark.parametrize("changes", [{"learn_from_store": False}, {"seed": 4}], ids=["switched off", "a seed"])
def test_learning_can_be_switched_off_and_a_seed_does(tmp_path, changes):
    service = tuning_service(tmp_path / "home")
    script = DECAYING.replace("SIGN", "1")
    service.create(inferred(tmp_path / "code", "first", script))
    service.run("first")
    plan = service.plan(request(tmp_path / "code", "second", script, **{"ranges": (), "seed": None, **changes}))
    assert plan.learning.value.is_on is False
    assert plan.learning.value.tuning_jobs == ()
    assert (
        plan.hyperparameters
        == service.plan(request(tmp_path / "code", "third", script, ranges=(), seed=7)).hyperparameters
    )


def test_a_plan_makes_no_home(tmp_path):
    tuning_service(tmp_path / "home").plan(request(tmp_path / "code", "planned", seed=None))
    assert not (tmp_path / "home").exists()


STUBBORN = """
    import os, signal, sys, time
    print("objective=1.0", flush=True)
    ends_itself = {is_obedient} and os.fork() > 0
    signal.signal(signal.SIGTERM, signal.SIG_DFL if ends_itself else signal.SIG_IGN)
    time.sleep(60)
"""


@pytest.mark.parametrize("is_obedient", [False, True], ids=["command", "child of a command that ends"])
def test_what_ignores_every_wish_to_stop_has_ended_before_the_bound(tmp_path, is_obedient):
    service = tuning_service(tmp_path / "home")
    script = STUBBORN.format(is_obedient=is_obedient)
    service.create(request(tmp_path / "code", "stubborn", script, max_jobs=5, max_runtime_seconds=5))
    record, summary = service.run("stubborn"), service.summary("stubborn")
    (ended,) = record.state.training_jobs
    assert "run-time bound" in record.state.status_reason
    assert ended.ended_at is not None
    assert ended.ended_at < record.job.created_at + summary.bound.seconds
    assert summary.spent.seconds <= summary.bound.seconds
    assert summary.spent.seconds > 4


WRITES = """
    import pathlib, sys, time
    lr = float(sys.argv[2])
    log = pathlib.Path("metrics.csv").open("w")
    log.write("epoch,val_loss\\n")
    for epoch in range(4):
        log.write(f"{epoch},{lr + 1 / (epoch + 1)}\\n")
    log.flush()
    while not pathlib.Path(sys.argv[4]).exists():
        time.sleep(0.01)
    log.write(f"4,{lr}\\n")
    log.close()
"""


def test_a_file_of_results_is_read_while_its_training_job_runs(tmp_path):
    seen = tmp_path / "seen"
    service = tuning_service(tmp_path / "home")
    argv = (sys.executable, "train.py", "--lr", "0.1", "--until", str(seen))
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "train.py").write_text(textwrap.dedent(WRITES))
    settings = UserSettings(max_jobs=1, objective_name="val_loss", job_max_runtime_seconds=60.0)
    made = TuningJobRequest(name="files", program=CommandRequest(argv=argv, folder=str(folder)), settings=settings)

    def listener(progress):
        if isinstance(progress.event, MetricsReported) and progress.record.state.running:
            seen.touch()

    service.create(made)
    record = service.run("files", listener)
    (job,) = record.state.training_jobs
    assert (job.objective, job.report_count, job.file_points) == (0.1, 5, 5), "it waited until it was seen"
    assert [point.value for point in service.metrics("files", 1)][-1] == 0.1
