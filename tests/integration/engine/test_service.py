"""The use-cases with real processes, and that a simulation is the same search."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from selftune.engine.compose import tuning_service
from selftune.model.errors import LeaseLost, NameTaken
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
