"""The examples, each in its own language and style, from plan to a command that can be pasted."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.acceptance

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMANDS = {
    "PyTorch": f"{sys.executable} digits_mlp.py --lr 0.02 --epochs 2",
    "scikit-learn": f"{sys.executable} sklearn_forest.py",
    "bash and awk": "bash logistic.sh --lr 0.05 --l2 0.0001 --epochs 10",
}

Selftune = Callable[..., Any]


@pytest.fixture
def selftune(tmp_path: Path) -> Selftune:
    """Run a verb in a folder that holds copies of the examples; its standard output as JSON."""
    folder = tmp_path / "code"
    shutil.copytree(EXAMPLES, folder)
    environment = {**os.environ, "SELFTUNE_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}

    def run(*words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "selftune.cli.main", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    run.folder = folder  # type: ignore[attr-defined]
    run.environment = environment  # type: ignore[attr-defined]
    return run


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_script_is_planned_tuned_explained_and_its_best_command_gives_the_same_objective(selftune, command):
    plan = selftune("plan", "--json", "--max-jobs", "4", "--", *shlex.split(command))
    tuned = [h for h in plan["hyperparameters"] if h["role"] == "tuned"]
    assert tuned
    assert all(h["source"] and h["reason"] for h in plan["hyperparameters"])
    assert len({h["reason"] for h in plan["hyperparameters"]}) == len(plan["hyperparameters"])

    outcome = selftune("run", "--json", "--seed", "3", "--max-jobs", "4", "--", *shlex.split(command))
    assert outcome["status"] == "Completed"
    assert outcome["baseline"] is not None
    explained = json.dumps(selftune("explain", outcome["tuning_job"], "--json"))
    assert all(json.dumps(h["source"])[1:-1] in explained for h in outcome["plan"]["hyperparameters"])

    pasted = subprocess.run(
        outcome["best"]["command"],
        shell=True,
        cwd=selftune.folder,
        env=selftune.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = re.findall(rf"{re.escape(outcome['objective']['name'])}\W+([-+.\deE]+)", pasted.stdout + pasted.stderr)
    assert float(printed[-1]) == pytest.approx(outcome["best"]["objective"], rel=1e-6)


ISOLATED = """
import argparse, os, pathlib, time

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
args = parser.parse_args()
me = os.environ["TRAINING_JOB_NAME"]
pathlib.Path("checkpoint.pt").write_text(me)
pathlib.Path("outputs").mkdir(exist_ok=True)
pathlib.Path("outputs/last.txt").write_text(me)
open(os.environ["STARTED"], "a").close()
time.sleep(0.3)
alone = pathlib.Path("checkpoint.pt").read_text() == pathlib.Path("outputs/last.txt").read_text() == me
print(f"val_loss={(args.lr - 0.3) ** 2 if alone else float('nan')}")
"""


def test_two_jobs_at_once_keep_two_files_and_editing_the_script_changes_no_job(tmp_path):
    folder = tmp_path / "code"
    (folder / "outputs").mkdir(parents=True)
    (folder / "train.py").write_text(ISOLATED)
    (folder / "checkpoint.pt").write_text("mine")
    (folder / "outputs" / "last.txt").write_text("mine")
    (folder / ".gitignore").write_text("outputs/\n*.pt\n")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    started = tmp_path / "started"
    environment = {**os.environ, "SELFTUNE_HOME": str(tmp_path / "home"), "STARTED": str(started)}
    words = ["run", "--json", "--max-jobs", "8", "--max-parallel", "2", "--early-stopping", "off", "train.py"]
    with subprocess.Popen(
        [sys.executable, "-m", "selftune.cli.main", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not started.exists() and process.poll() is None:
            os.sched_yield()
        (folder / "train.py").write_text("print('val_loss=-99')")
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    outcome = json.loads(output)
    assert outcome["counters"] == {"completed": 8, "stopped": 0, "failed": 0, "in_progress": 0}
    assert outcome["best"]["objective"] >= 0
    assert (folder / "checkpoint.pt").read_text() == "mine"
    assert (folder / "outputs" / "last.txt").read_text() == "mine"


def test_the_loop_of_ask_and_tell_goes_on_where_it_was_interrupted(selftune):
    def run():
        words = [sys.executable, "own_loop.py"]
        done = subprocess.run(
            words, cwd=selftune.folder, env=selftune.environment, capture_output=True, text=True, check=True
        )
        lines = done.stdout.splitlines()
        return sorted(int(line.split()[0]) for line in lines[:-1]), float(lines[-1].split()[1])

    (numbers, best), (later, later_best) = run(), run()
    assert (numbers, later) == (list(range(1, 10)), list(range(10, 19)))
    assert 0.85 < best <= later_best
