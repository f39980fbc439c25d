"""Two places for one value are never both tuned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.errors import UsageError
from selftune.model.plan import Plan, Role

from .factories import command_request, script_folder

CONFIG = {
    "optimizer": {"args": {"lr": 0.001, "weight_decay": 0.01}},
    "data_loader": {"args": {"batch_size": 64}},
    "test": {"batch_size": 128},
}
SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-c", "--config")
parser.add_argument("--lr", type=float)
parser.add_argument("--bs", type=int)
parser.add_argument("--weight-decay", type=float, default=0.1)
args = parser.parse_args()
print(args.config, args.lr, args.bs, args.weight_decay)
"""


def plan_of(folder: Path, *words: str, **more: object) -> Plan:
    (folder / "c.json").write_text(json.dumps(CONFIG))
    return make_plan(command_request(script_folder(folder, SCRIPT), "-c", "c.json", *words, **more), slots=1)


def role_and_reason(plan: Plan, name: str) -> tuple[Role, str]:
    hyperparameter = plan.hyperparameter(name)
    assert hyperparameter is not None
    return hyperparameter.role, hyperparameter.reason


@pytest.mark.parametrize(
    ("flag", "value", "key"),
    [("lr", "0.1", "optimizer.args.lr"), ("bs", "32", "data_loader.args.batch_size")],
)
def test_a_listed_flag_wins_over_the_key_that_it_stands_for(tmp_path: Path, flag: str, value: str, key: str) -> None:
    plan = plan_of(tmp_path, f"--{flag}", value)
    assert role_and_reason(plan, flag)[0] is Role.TUNED
    role, reason = role_and_reason(plan, key)
    assert role is Role.STATIC
    assert f"overridden by {flag}" in reason


def test_without_the_flag_the_key_is_tuned(tmp_path: Path) -> None:
    assert role_and_reason(plan_of(tmp_path), "optimizer.args.lr")[0] is Role.TUNED


def test_a_flag_that_is_left_out_yields_to_the_listed_key(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert role_and_reason(plan, "optimizer.args.weight_decay")[0] is Role.TUNED
    role, reason = role_and_reason(plan, "weight-decay")
    assert role is Role.STATIC
    assert "would override optimizer.args.weight_decay of c.json" in reason


def test_an_evaluation_key_stays_what_it_is(tmp_path: Path) -> None:
    role, reason = role_and_reason(plan_of(tmp_path, "--bs", "32"), "test.batch_size")
    assert role is Role.STATIC
    assert "evaluating" in reason


def test_an_overridden_key_cannot_be_tuned_on_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="overridden by lr"):
        plan_of(tmp_path, "--lr", "0.1", tune=frozenset({"optimizer.args.lr"}))
