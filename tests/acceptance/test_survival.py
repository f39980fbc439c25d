"""A tuning job survives kill -9 of the process that holds its loop, at any instant."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from selftune.engine.compose import tuning_service
from selftune.engine.service import TuningService
from selftune.model.jobs import TuningJobRecord, TuningJobStatus
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

KILLS = 30
JOBS = 20

TRAIN = """
    import argparse, os, time

    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--dropout", type=float, default=0.1)
    args = parser.parse_args()
    with open({runs!r}, "a") as runs:
        runs.write(os.environ["TRAINING_JOB_NAME"] + "\\n")
    time.sleep(1)
    print(f"val_loss={{(args.lr - 0.003) ** 2 + (args.dropout - 0.3) ** 2:.9f}}")
"""


def created(service: TuningService, name: str, folder: Path) -> Path:
    """A tuning job of twenty one-second training jobs; returns the file to which each appends its name."""
    folder.mkdir()
    runs = folder.parent / f"{name}.runs"
    (folder / "train.py").write_text(textwrap.dedent(TRAIN).format(runs=str(runs)))
    settings = UserSettings(max_jobs=JOBS, max_parallel=1, seed=7)
    command = CommandRequest(argv=(sys.executable, "train.py", "--lr", "0.01"), folder=str(folder))
    service.create(TuningJobRequest(name=name, program=command, settings=settings))
    return runs


def loop_holder(home: Path, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "selftune.engine.loop", "--home", str(home), name])


def suggested(record: TuningJobRecord) -> list[dict[str, object]]:
    return [t.values for t in record.state.training_jobs]


@pytest.mark.acceptance
def test_thirty_kills_run_nothing_twice_lose_nothing_and_change_no_suggestion(tmp_path):
    home = tmp_path / "home"
    service = tuning_service(home)
    runs = created(service, "killed", tmp_path / "killed")
    created(service, "unbroken", tmp_path / "unbroken")
    unbroken = loop_holder(home, "unbroken")

    chance = random.Random(3)
    for _ in range(KILLS):
        holder = loop_holder(home, "killed")
        time.sleep(chance.uniform(0.05, 1.4))
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert loop_holder(home, "killed").wait(timeout=120) == 0
    assert unbroken.wait(timeout=120) == 0

    record = service.record("killed")
    assert record.state.status is TuningJobStatus.COMPLETED
    assert Counter(runs.read_text().split()) == {t.name: 1 for t in record.state.training_jobs}
    assert len(record.state.training_jobs) == JOBS
    assert suggested(record) == suggested(service.record("unbroken"))
    assert all(t.objective is not None for t in record.state.training_jobs)
