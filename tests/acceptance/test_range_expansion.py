"""Real training whose good learning rates lie beyond the first range, and beside a cliff: ranges move, or stay."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selftune.autotune.expansion import CLIFF_SHARE
from selftune.engine.compose import tuning_service
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord
from selftune.model.ranges import ContinuousRange

pytestmark = pytest.mark.acceptance

JOBS = 20
TRAIN = """
    import argparse
    import random

    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01, help="learning rate of gradient descent")
    parser.add_argument("--l2", type=float, default=1e-4, help="weight decay")
    parser.add_argument("--epochs", type=int, default=100)
    args = parser.parse_args()

    draw = random.Random(0)
    scales = [SCALE, SCALE / 8, SCALE / 8, SCALE / 30]
    rows = [[scale * draw.gauss(0, 1) for scale in scales] for _ in range(120)]
    labels = [sum(x / scale for x, scale in zip(row, scales)) + draw.gauss(0, 0.05) for row in rows]
    train, validation = range(80), range(80, 120)


    def residuals(part):
        return [sum(w * x for w, x in zip(weights, rows[i])) - labels[i] for i in part]


    def loss(part):
        return sum(error * error for error in residuals(part)) / len(part)


    weights = [0.0] * len(scales)
    for epoch in range(args.epochs):
        errors = residuals(train)
        for column in range(len(weights)):
            slope = sum(error * rows[i][column] for i, error in zip(train, errors)) / len(train)
            weights[column] -= args.lr * (slope + args.l2 * weights[column])
        if loss(train) > 1e6:
            raise FloatingPointError("the training loss has diverged")
    print(f"val_loss={loss(validation):.6f}")
"""
"""Least squares by gradient descent on features of uneven scale: the larger the learning rate the better, up to the
largest stable one, which is STABLE / SCALE ** 2."""
STABLE = 2.41

Selftune = Callable[..., Any]


@pytest.fixture
def selftune(tmp_path: Path) -> Selftune:
    """Run a verb on the script, whose training diverges beyond a learning rate; its standard output as JSON."""
    home, folder = tmp_path / "home", tmp_path / "code"
    folder.mkdir()
    environment = {**os.environ, "SELFTUNE_HOME": str(home)}

    def run(verb: str, cliff: float, *options: str) -> Any:
        (folder / "train.py").write_text(textwrap.dedent(TRAIN).replace("SCALE", f"{math.sqrt(STABLE / cliff):.4f}"))
        done = subprocess.run(
            [sys.executable, "-m", "selftune.cli.main", verb, "--json", *options, "--", sys.executable, "train.py"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    run.home = home  # type: ignore[attr-defined]
    return run


def tuned(selftune: Selftune, cliff: float) -> TuningJobRecord:
    """The tuning job of the script from lr 0.01, one training job at a time with a fixed seed."""
    options = ("--max-jobs", str(JOBS), "--max-parallel", "1", "--seed", "1", "--name", "tuned")
    assert selftune("run", cliff, *options)["bound"]["jobs"] == JOBS
    return tuning_service(selftune.home).record("tuned")


def first_range(record: TuningJobRecord) -> ContinuousRange:
    space = record.job.plan.space["lr"]
    assert isinstance(space, ContinuousRange)
    return space


def place(record: TuningJobRecord, lr: float) -> float:
    """Where a learning rate lies in its first range, 0 to 1 on its scale."""
    space = first_range(record)
    low, high = space.scaling.forward(space.low), space.scaling.forward(space.high)
    return (space.scaling.forward(lr) - low) / (high - low)


def best_of(record: TuningJobRecord) -> list[TrainingJob]:
    """Those that gave an objective, best first."""
    given = [t for t in record.state.training_jobs if t.status is TrainingJobStatus.COMPLETED]
    return sorted(given, key=lambda t: t.objective or 0.0)


def test_a_learning_rate_100_times_too_small_is_left_behind(selftune):
    record = tuned(selftune, cliff=1.5)
    moves = [move for move in record.state.range_moves if move.name == "lr"]
    assert moves
    assert "best training jobs have lr at the high end of its range" in moves[0].reason
    best = best_of(record)[0].values["lr"]
    assert best > first_range(record).high, "the best lies outside the first range"
    assert best >= 0.01 * 50
    assert len(record.state.training_jobs) == JOBS == record.job.plan.max_jobs.value


def test_beside_a_divergence_cliff_the_range_stays(selftune):
    planned = selftune("plan", 1.5)["hyperparameters"]
    high = next(h["range"]["high"] for h in planned if h["name"] == "lr")
    record = tuned(selftune, cliff=0.8 * high)
    diverged = [t for t in record.state.training_jobs if t.status is TrainingJobStatus.FAILED]
    assert any(place(record, t.values["lr"]) >= 1 - CLIFF_SHARE for t in diverged), "the cliff was seen"
    assert place(record, best_of(record)[0].values["lr"]) >= 0.8, "the best lies right beside it"
    assert [move for move in record.state.range_moves if move.name == "lr"] == []
    assert len(record.state.training_jobs) == JOBS
