"""Every decision about a hyperparameter has a sentence of its own, which changes with the evidence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.plan import Plan, PlannedHyperparameter

from .factories import command_request, script_folder, xgboost_request

BOTH = """
import argparse
import {module}

parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float, default=0.1)
parser.add_argument("--num-leaves", type=int, default=31)
parser.add_argument("--max-depth", type=int, default=6)
parser.add_argument("--min-child-samples", type=int, default=20)
parser.add_argument("--subsample", type=float, default=0.9)
parser.add_argument("--rounds", type=int, default=200)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--data", default="train.csv")
args = parser.parse_args()
model = {module}.{estimator}(learning_rate=args.learning_rate, max_depth=args.max_depth, subsample=args.subsample,
                             num_leaves=args.num_leaves, min_child_samples=args.min_child_samples,
                             n_estimators=args.rounds, random_state=args.seed)
model.fit(load(args.data))
print(f"val_auc={{auc}}")
"""
LIGHTGBM = BOTH.format(module="lightgbm", estimator="LGBMClassifier")
XGBOOST = BOTH.format(module="xgboost", estimator="XGBClassifier")


def plan(folder: Path, script: str = LIGHTGBM, *arguments: str) -> Plan:
    words = arguments or ("--learning-rate", "0.1", "--max-depth", "6")
    return make_plan(command_request(script_folder(folder, script), *words), slots=1)


def of(plan: Plan, name: str) -> PlannedHyperparameter:
    found = plan.hyperparameter(name)
    assert found is not None
    return found


def sentences_of(plan: Plan) -> list[str]:
    """The reasons with each name taken out: another name alone is no other sentence."""
    return [re.sub(rf"(?<![\w-]){re.escape(h.name)}(?![\w-])", "NAME", h.reason) for h in plan.hyperparameters]


def rows(folder: Path, count: int) -> None:
    (folder / "train.csv").write_text("target,x\n" + "\n".join(f"{i % 2},{i}" for i in range(count)))


def test_the_reason_changes_with_the_value(tmp_path: Path) -> None:
    first = of(plan(tmp_path, LIGHTGBM, "--learning-rate", "0.1"), "learning-rate")
    second = of(plan(tmp_path, LIGHTGBM, "--learning-rate", "0.02"), "learning-rate")
    assert first.reason != second.reason


def test_reason_and_source_change_with_the_framework(tmp_path: Path) -> None:
    first, second = (of(plan(tmp_path, script), "learning-rate") for script in (LIGHTGBM, XGBOOST))
    assert first.reason != second.reason
    assert first.source != second.source
    assert "lightgbm" in first.source
    assert "xgboost" in second.source


@pytest.mark.parametrize("name", ["num-leaves", "min-child-samples"])
def test_reason_and_source_change_with_the_rows(tmp_path: Path, name: str) -> None:
    without = of(plan(tmp_path), name)
    rows(tmp_path, 120)
    few = of(plan(tmp_path), name)
    rows(tmp_path, 240)
    more = of(plan(tmp_path), name)
    assert len({h.reason for h in (without, few, more)}) == 3
    assert len({h.source for h in (without, few, more)}) == 3


@pytest.mark.parametrize("count", [0, 120])
@pytest.mark.parametrize("script", [LIGHTGBM, XGBOOST], ids=["lightgbm", "xgboost"])
def test_no_two_hyperparameters_share_a_sentence(tmp_path: Path, script: str, count: int) -> None:
    if count:
        rows(tmp_path, count)
    found = plan(tmp_path, script)
    reasons = sentences_of(found) + [c.reason for c in found.constraints]
    assert len(reasons) == len(set(reasons))
    assert all(reason.endswith(".") for reason in reasons)


def test_no_two_of_a_built_in_algorithm_share_a_sentence_either(tmp_path: Path) -> None:
    rows(tmp_path, 400)
    values = {"booster": "gbtree", "rate_drop": 0.1, "skip_drop": 0.5, "max_leaves": 0, "max_delta_step": 1}
    found = make_plan(xgboost_request(tmp_path / "train.csv", values, max_jobs=60), slots=1)
    reasons = sentences_of(found)
    assert len(reasons) == len(set(reasons))


@pytest.mark.parametrize("max_jobs", [1, 12])
def test_no_two_that_are_passed_over_share_a_sentence(tmp_path: Path, max_jobs: int) -> None:
    rows(tmp_path, 400)
    values = {"reg_lambda": 1.0, "reg_alpha": 0.1, "colsample_bytree": 0.9, "gamma": 0.1, "scale_pos_weight": 1}
    found = make_plan(xgboost_request(tmp_path / "train.csv", values, max_jobs=max_jobs), slots=1)
    assert any("would be number" in h.reason for h in found.hyperparameters)
    reasons = sentences_of(found)
    assert len(reasons) == len(set(reasons))
