"""Values of a quick test: said, kept, and not searched around."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.budget import TimeBudget
from selftune.model.plan import Plan, Role
from selftune.model.ranges import IntegerRange
from selftune.model.request import UserSettings

from .factories import command_request, script_folder

FOREST = """
import argparse
from sklearn.ensemble import RandomForestClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=100)
args = parser.parse_args()
model = RandomForestClassifier(n_estimators=args.trees)
print(f"val_accuracy={score}")
"""
BOOSTED = """
import argparse
import xgboost

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=100)
args = parser.parse_args()
xgboost.train({}, data, num_boost_round=args.rounds)
print(f"val_rmse={score}")
"""


def plan(folder: Path, *arguments: str, **settings: object) -> Plan:
    request = command_request(folder, *arguments)
    return make_plan(replace(request, settings=UserSettings(**settings)), slots=1)  # type: ignore[arg-type]


def smoke_said(plan: Plan) -> str:
    return "\n".join(warning for warning in plan.warnings if "smoke run" in warning)


def whole(plan: Plan, name: str) -> IntegerRange:
    planned = plan.hyperparameter(name)
    assert planned is not None
    assert isinstance(planned.range, IntegerRange)
    return planned.range


def test_one_epoch_is_said_to_be_a_smoke_run_and_stays(tmp_path: Path) -> None:
    found = plan(script_folder(tmp_path), "--epochs", "1")
    said = [warning for warning in found.warnings if "epochs=1 looks like a smoke run" in warning]
    assert len(said) == 1
    assert "--budget" in said[0]
    planned = found.hyperparameter("epochs")
    assert planned is not None
    assert (planned.role, planned.value) == (Role.RESOURCE, 1)


def test_a_batch_of_two_beside_one_epoch_is_not_the_middle_of_its_range(tmp_path: Path) -> None:
    found = plan(script_folder(tmp_path), "--epochs", "1", "--batch-size", "2")
    batch = whole(found, "batch-size")
    assert (batch.low, batch.high) == (2, 128)
    assert batch.prior is not None
    assert batch.prior.center == 32
    assert "looks like a quick test's" in found.hyperparameter("batch-size").reason  # type: ignore[union-attr]


def test_a_larger_batch_is_not_said_to_take_longer_but_more_rounds_are(tmp_path: Path) -> None:
    found = plan(script_folder(tmp_path), "--epochs", "1", "--batch-size", "2")
    assert "batch-size=2 looks like a smoke run: job 1 runs it, later ones go up to 128." in smoke_said(found)
    rounds = smoke_said(plan(script_folder(tmp_path, BOOSTED), "--rounds", "10"))
    assert "later ones go up to 2000, which takes longer; --budget 2h or --budget 20jobs bounds that." in rounds


@pytest.mark.parametrize("settings", [{"budget": TimeBudget(7200)}, {"max_runtime_seconds": 600.0}])
def test_who_has_set_a_limit_is_not_told_to_set_one(tmp_path: Path, settings: dict[str, object]) -> None:
    epochs = smoke_said(plan(script_folder(tmp_path), "--epochs", "1", **settings))
    assert "Give epochs the length that you mean." in epochs
    rounds = smoke_said(plan(script_folder(tmp_path, BOOSTED), "--rounds", "10", **settings))
    assert rounds.endswith("which takes longer.")
    assert "--budget" not in epochs + rounds


def test_a_batch_of_two_beside_a_real_training_length_is_meant(tmp_path: Path) -> None:
    found = plan(script_folder(tmp_path), "--epochs", "50", "--batch-size", "2")
    assert whole(found, "batch-size").high == 8
    assert not any("smoke" in warning for warning in found.warnings)


def test_ten_rounds_are_searched_upwards_from_what_they_are(tmp_path: Path) -> None:
    found = plan(script_folder(tmp_path, BOOSTED), "--rounds", "10")
    rounds = whole(found, "rounds")
    assert (rounds.low, rounds.high) == (10, 2000)
    assert rounds.prior is not None
    assert rounds.prior.center == 100
    assert any("rounds=10 looks like a smoke run" in warning for warning in found.warnings)
    assert whole(plan(tmp_path, "--rounds", "200"), "rounds").prior.center == 200  # type: ignore[union-attr]


def test_a_single_tree_is_a_smoke_value_too(tmp_path: Path) -> None:
    found = plan(script_folder(tmp_path, FOREST), "--trees", "1")
    assert any("trees=1 looks like a smoke run" in warning for warning in found.warnings)
    assert whole(found, "trees").contains(1)


def test_fine_tuning_for_one_epoch_is_no_smoke_run(tmp_path: Path) -> None:
    script = (
        "import argparse\nfrom transformers import TrainingArguments, Trainer\np = argparse.ArgumentParser()\n"
        "p.add_argument('--num_train_epochs', type=int, default=3)\np.add_argument('--bs', type=int, default=8)\n"
        "a = p.parse_args()\nTrainingArguments(num_train_epochs=a.num_train_epochs, per_device_train_batch_size=a.bs)\n"
        "print(f'eval_loss={1}')\n"
    )
    found = plan(script_folder(tmp_path, script), "--num_train_epochs", "1", "--bs", "2")
    assert not any("smoke" in warning for warning in found.warnings)
