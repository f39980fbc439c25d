from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from selftune.cli.main import run
from selftune.engine.compose import tuning_service
from selftune.model.request import CommandRequest, TuningJobRequest

SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
args = parser.parse_args()
print(f"val_loss={args.lr}")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a tuning job `left` that was created, and whose process has gone."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "train.py").write_text(SCRIPT)
    program = CommandRequest(argv=(sys.executable, "train.py", "--lr", "0.2"), folder=str(code))
    tuning_service(tmp_path / "home").create(TuningJobRequest(name="left", program=program))
    return tmp_path / "home"


def test_a_tuning_job_that_nobody_runs_says_how_to_go_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["list"], ["describe", "left"]):
        assert run([*words, "--home", str(home)]) == 0
        assert "Nobody runs it: selftune resume left" in capsys.readouterr().out
    assert run(["list", "--json", "--home", str(home)]) == 0
    assert json.loads(capsys.readouterr().out)["tuning_jobs"][0]["is_abandoned"] is True


def test_a_tuning_job_that_somebody_runs_says_nothing_of_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lease = tuning_service(home)._store.lease("left")
    assert lease is not None
    assert run(["list", "--home", str(home)]) == 0
    assert run(["describe", "left", "--home", str(home)]) == 0
    assert "Nobody runs it" not in capsys.readouterr().out
    lease.release()
