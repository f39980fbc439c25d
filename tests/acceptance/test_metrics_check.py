"""A user's story: see what selftune reads in a program's output, and tune by that."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.acceptance

OUTPUTS = Path(__file__).parents[1] / "unit" / "training" / "metrics" / "outputs"

XGBOOST = """
import xgboost
from sklearn.datasets import load_diabetes
X, y = load_diabetes(return_X_y=True)
train, valid = xgboost.DMatrix(X[:300], y[:300]), xgboost.DMatrix(X[300:], y[300:])
xgboost.train({"nthread": 1}, train, 4, evals=[(train, "train"), (valid, "validation")])
"""
SKLEARN = """
from sklearn.datasets import load_digits
from sklearn.metrics import classification_report
from sklearn.naive_bayes import GaussianNB
X, y = load_digits(return_X_y=True)
model = GaussianNB().fit(X[:1200], y[:1200])
print(classification_report(y[1200:], model.predict(X[1200:])))
"""
TORCH = """
import torch, selftune
torch.manual_seed(0)
X = torch.randn(64, 4); y = X[:, :1]
model = torch.nn.Linear(4, 1); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    loss = torch.nn.functional.mse_loss(model(X[:48]), y[:48])
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    held_out = torch.nn.functional.mse_loss(model(X[48:]), y[48:])
    selftune.report(epoch, train_loss=loss, val_loss=held_out.detach())
"""
REPLAY = """
import argparse, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.parse_args()
print(pathlib.Path("log.bin").read_bytes().decode(), end="")
"""
FILES = """
import json, pathlib
print("training without a word")
pathlib.Path("out").mkdir()
pathlib.Path("out/eval_results.json").write_text(json.dumps({"epoch": 3, "val_acc": 0.75, "loss": 0.5}))
"""


def selftune(folder: Path, *arguments: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SELFTUNE_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "selftune.cli.main", *arguments]
    work = folder / "work"
    return subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def script(folder: Path, text: str) -> str:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    (work / "train.py").write_text(text)
    return "train.py"


def checked(folder: Path, text: str) -> dict[str, Any]:
    done = selftune(folder, "metrics", "check", "--json", "--python", sys.executable, script(folder, text))
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize(
    ("text", "recogniser", "objective"),
    [
        (XGBOOST, "XGBoost round", ("validation-rmse", "Minimize")),
        (SKLEARN, "classification report", ("accuracy", "Maximize")),
        (TORCH, "JSON line", ("val_loss", "Minimize")),
    ],
    ids=["xgboost", "sklearn", "torch"],
)
def test_a_real_training_is_read_and_its_objective_found(
    tmp_path: Path, text: str, recogniser: str, objective: tuple[str, str]
) -> None:
    document = checked(tmp_path, text)
    assert {line["recogniser"] for line in document["lines"]} == {recogniser}
    assert (document["objective"]["name"], document["objective"]["type"]) == objective
    assert not (tmp_path / "home" / "checks").exists() or not list((tmp_path / "home" / "checks").iterdir())


def test_results_in_a_file_are_read_where_nothing_is_printed(tmp_path: Path) -> None:
    document = checked(tmp_path, FILES)
    assert document["files"][0]["path"] == "out/eval_results.json"
    assert document["objective"]["name"] == "val_acc"
    assert not (tmp_path / "work" / "out").exists()


@pytest.mark.parametrize(
    ("output", "objective"),
    [
        ("keras-3.15.1-bars.txt", ("val_accuracy", "Maximize", 0.97)),
        ("lightgbm-4.7.0.txt", ("valid's auc", "Maximize", 0.986192)),
        ("catboost-1.2.10-auc.txt", ("test", "Maximize", 0.9951781971)),
    ],
)
def test_a_search_goes_by_the_metric_that_the_first_output_shows(
    tmp_path: Path, output: str, objective: tuple[str, str, float]
) -> None:
    name = script(tmp_path, REPLAY)
    (tmp_path / "work" / "log.bin").write_bytes((OUTPUTS / output).read_bytes())
    done = selftune(tmp_path, "run", "--json", "--max-jobs", "2", "--python", sys.executable, name)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    found = document["objective"]
    assert (found["name"], found["type"], document["best"]["objective"]) == objective


def test_a_search_goes_by_a_file_of_results(tmp_path: Path) -> None:
    text = REPLAY.split("print(")[0] + FILES
    done = selftune(tmp_path, "run", "--json", "--max-jobs", "2", "--python", sys.executable, script(tmp_path, text))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["objective"]["name"], document["best"]["objective"]) == ("val_acc", 0.75)


def test_where_nothing_is_seen_it_ends_with_one_and_says_what_was_tried(tmp_path: Path) -> None:
    done = selftune(tmp_path, "metrics", "check", "--python", sys.executable, script(tmp_path, "print('hello')"))
    assert done.returncode == 1
    assert "     1   hello" in done.stdout
    assert "No metric was seen in 1 line of output" in done.stdout
    assert "--metric-regex" in done.stdout


def test_a_metric_by_a_regular_expression_is_shown(tmp_path: Path) -> None:
    name = script(tmp_path, "print('ended at 0.5 today')")
    options = ["--metric", "score", "--metric-regex", "ended at ([0-9.]+)", "--python", sys.executable]
    done = selftune(tmp_path, "metrics", "check", *options, name)
    assert done.returncode == 0
    assert "= score 0.5  (your regular expression)" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["--metric-regex", "([0-9]", "train.py"], ["--", "no-such-program-here"]])
def test_wrong_use_ends_with_two_and_without_a_traceback(tmp_path: Path, arguments: list[str]) -> None:
    script(tmp_path, "print('hello')")
    done = selftune(tmp_path, "metrics", "check", *arguments)
    assert done.returncode == 2
    assert "Error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_the_program_and_shows_what_was_seen(tmp_path: Path) -> None:
    name = script(tmp_path, "import time\nprint('val_loss=0.5', flush=True)\ntime.sleep(600)")
    command = [sys.executable, "-m", "selftune.cli.main", "metrics", "check", "--python", sys.executable, name]
    environment = {**os.environ, "SELFTUNE_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path / "work", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "val_loss=0.5" in first
    assert "Objective: val_loss" in rest
    assert "Stopped" in said
