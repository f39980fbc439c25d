"""`fit(wait=False)` really leaves: the tuning job goes on without the process that made it."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from selftune import HyperparameterTuner
from selftune.engine.compose import HOME_VARIABLE

pytestmark = pytest.mark.acceptance

SCRIPT = """
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
args = parser.parse_args()
time.sleep(1)
print(f"val_loss={args.lr}")
"""

CREATOR = """
import os, signal, threading
from selftune import ContinuousParameter, Estimator, HyperparameterTuner
tuner = HyperparameterTuner(
    Estimator(entry_point="train.py"), "val_loss", {"lr": ContinuousParameter(0.01, 0.1)}, objective_type="Minimize",
    max_jobs=6, max_parallel_jobs=1, strategy="Random",
)
tuner.fit(wait=False, job_name="left-alone")
threading.Timer(2, os.kill, (os.getpid(), signal.SIGKILL)).start()
"""


def test_a_tuning_job_completes_although_its_creator_is_killed_after_two_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    creator = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CREATOR)], cwd=tmp_path, env=dict(os.environ), timeout=60, check=False
    )
    assert creator.returncode == -signal.SIGKILL
    tuner = HyperparameterTuner.attach("left-alone")
    before = tuner.jobs()
    assert len(before) < 6
    tuner.wait()
    summary = tuner.summary()
    assert (summary.status, summary.counters.completed) == ("Completed", 6)
    starts = [row["TrainingStartTime"] for row in tuner.analytics().rows()]
    pauses = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(starts)]
    assert max(pauses) < 10
