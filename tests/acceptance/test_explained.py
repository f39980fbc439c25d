"""A user asks what it will cost at most, what it is expected to cost, why, and what would change it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

SCRIPT = """\
import argparse, time

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.5, help="learning rate")
parser.add_argument("--momentum", type=float, default=0.1)
parser.add_argument("--hang", type=float, default=0)
args = parser.parse_args()
weight, speed = 10.0, 0.0
for epoch in range(3):
    speed = args.momentum * speed - args.lr * 0.02 * weight
    weight += speed
    print(f"epoch {epoch} val_loss={weight * weight:.6f}")
"""
PARTS = {
    "name", "value", "by", "reason", "source", "alternatives", "evidence", "would_change", "override",
}  # fmt: skip

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def selftune(tmp_path: Path) -> Run:
    code = tmp_path / "code"
    code.mkdir()
    (code / "train.py").write_text(SCRIPT)
    plain = {key: value for key, value in os.environ.items() if not key.startswith("SELFTUNE")}
    environment = {**plain, "SELFTUNE_HOME": str(tmp_path / "home"), "COLUMNS": "110"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "selftune.cli.main", *words],
            cwd=code, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return run


def flat(text: str) -> str:
    """Without the line breaks that the width of a screen makes."""
    return " ".join(text.split())


def test_a_range_that_excludes_the_users_value_says_clipped_in_plan_receipt_and_explanation(selftune: Run) -> None:
    program = ("--range", "lr=0.01..0.2:log", "--max-jobs", "3", "--name", "clip", "--", sys.executable, "train.py")
    plan = selftune("plan", *program, "--lr", "0.5")
    assert "0.5 (clipped)" in plan.stdout
    assert "lr is clipped: today's 0.5 lies outside your range 0.01..0.2:log, so job 1 runs 0.2." in flat(plan.stdout)
    ran = selftune("run", *program, "--lr", "0.5")
    assert ran.returncode == 0, ran.stderr
    receipt = ran.stderr[ran.stderr.index("Done after") :]
    assert "0.5 (clipped)" in receipt
    assert "your own values clipped to your range" in flat(receipt)
    (lr,) = json.loads(selftune("explain", "clip", "lr", "--json").stdout)["decisions"]
    assert lr["value"] == "0.5 today, clipped to your range, tuned over 0.01..0.2:log"
    assert any("Clipped" in sentence for sentence in lr["evidence"])


def test_the_bound_stands_before_and_the_expectation_after_the_first_training_job(selftune: Run) -> None:
    limits = ("--max-jobs", "4", "--max-parallel", "1", "--max-runtime", "30m", "--price-per-hour", "2")
    ran = selftune("run", *limits, "--name", "cost", "--strategy", "random", "train.py", "--lr", "0.3")
    assert ran.returncode == 0, ran.stderr
    assert "At most 4 training jobs and 30 min (30 min of computing, 1.00 in money)." in flat(ran.stderr)
    lines = [line for line in ran.stderr.splitlines() if line.startswith("[")]
    assert "(expected " in lines[0]
    assert not any("(expected" in line for line in lines[1:])
    assert "expected after the first training job" in flat(ran.stderr)
    account = json.loads(selftune("describe", "cost", "--json").stdout)["Selftune"]
    assert account["spent"]["seconds"] <= account["bound"]["seconds"] == 1800
    first = account["expected_after_first"]
    assert first["training_jobs_ended"] == 1
    assert first["seconds"]["low"] < first["seconds"]["value"] < first["seconds"]["high"]
    assert account["expected"]["seconds"]["value"] == pytest.approx(account["spent"]["seconds"])
    assert account["expected"]["price"]["value"] == pytest.approx(account["spent"]["price"])


def test_every_decision_is_explained_in_eight_parts(selftune: Run) -> None:
    ran = selftune("run", "--budget", "3jobs", "--name", "why", "train.py", "--lr", "0.3")
    assert ran.returncode == 0, ran.stderr
    decisions = json.loads(selftune("explain", "why", "--json").stdout)["decisions"]
    by_name = {decision["name"]: decision for decision in decisions}
    assert all(set(decision) == PARTS for decision in decisions)
    assert {"objective", "lr", "max_jobs", "retry", "seed", "portfolio", "constraints", "learning"} <= set(by_name)
    assert by_name["max_jobs"]["reason"] == "Your budget of 3 training jobs."
    assert by_name["max_jobs"]["by"] == "user"
    assert any("Left to selftune" in sentence for sentence in by_name["max_jobs"]["alternatives"])
    page = selftune("explain", "why").stdout
    for label in ("chosen by", "because", "instead of", "seen so far", "would change", "to overrule"):
        assert label in page
    unknown = selftune("explain", "why", "momentun")
    assert unknown.returncode == 2
    assert "'momentum'" in unknown.stderr


def test_a_plan_is_explained_before_anything_runs(selftune: Run) -> None:
    told = selftune("plan", "--explain", "lr", "train.py", "--lr", "0.3")
    assert told.returncode == 0, told.stderr
    assert "would change" in told.stdout
    assert "seen so far" not in told.stdout
    decisions = json.loads(selftune("plan", "--explain", "all", "--json", "train.py").stdout)["decisions"]
    assert all(set(decision) == PARTS for decision in decisions)
    assert selftune("plan", "--explain", "ler", "train.py").returncode == 2


def test_a_budget_in_money_buys_computing_and_needs_a_price(selftune: Run) -> None:
    refused = selftune("plan", "--budget", "5usd", "train.py")
    assert (refused.returncode, "--price-per-hour" in refused.stderr) == (2, True)
    plan = json.loads(selftune("plan", "--budget", "5usd", "--price-per-hour", "2", "--json", "train.py").stdout)
    assert plan["bound"]["price"] == pytest.approx(5)
    assert "2 h 30 min of computing at 2 an hour" in plan["max_runtime_seconds"]["reason"]
