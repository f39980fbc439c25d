"""Version 2 of the SageMaker Python SDK, as it comes from PyPI, tunes real training jobs here."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest
import torch
import xgboost

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def saw(account) -> dict[str, Any]:
    return account.run("v2", "sdk_v2_tuning.py", str(account.work))


def test_bytes_come_back_as_they_went(saw):
    assert saw["same bytes"] is True


def test_autotune_has_chosen_ranges_before_the_first_training_job_ends(saw):
    described = saw["auto at once"]
    names = {each["Name"] for kind in described["ParameterRanges"].values() for each in kind}
    assert {"lr", "hidden"} <= names
    assert not any(name.startswith("sagemaker_") for name in names)
    assert described["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 4


def test_autotune_ends_with_the_best_training_job(saw):
    auto = saw["auto"]
    assert auto["status"] == "Completed"
    best = min(auto["frame"], key=lambda row: row["FinalObjectiveValue"])
    assert len(auto["frame"]) == 4
    assert auto["best"] == best["TrainingJobName"]
    assert auto["hyperparameters"]["_tuning_objective_metric"] == '"val_loss"'
    assert saw["attached"] == {"best": auto["best"], "objective": "val_loss"}


def test_the_best_model_is_fetched_and_loaded(saw, account):
    with tarfile.open(account.work / "model" / "model.tar.gz") as archive:
        model = torch.load(io.BytesIO(archive.extractfile("model.pt").read()))
    best = min(row["FinalObjectiveValue"] for row in saw["auto"]["frame"])
    assert model["val_loss"] == pytest.approx(best, abs=1e-6)
    assert model["weights"]["0.weight"].shape == (model["hidden"], 1)


def test_ranges_of_the_user_are_kept_and_warm_starts_go_on_from_them(saw):
    assert len(saw["ranges"]) == 3
    assert all(0.001 <= float(row["lr"]) <= 0.1 and 2 <= float(row["hidden"]) <= 16 for row in saw["ranges"])
    values = {row["TrainingJobName"]: row["FinalObjectiveValue"] for row in [*saw["ranges"], *saw["same"]["jobs"]]}
    assert len(values) == 5
    assert values[saw["same"]["overall"]] == min(values.values())
    assert saw["other"] == 2


def test_what_is_run_again_from_an_attached_tuner_leaves_its_model(saw, account):
    assert saw["same"]["jobs"]
    with tarfile.open(account.work / "same" / "model.tar.gz") as archive:
        assert [member.name for member in archive if member.isreg()] == ["model.pt"]


def test_a_tuning_job_is_stopped(saw):
    assert saw["stopped"] == "Stopped"


def test_two_algorithms_run_in_one_tuning_job(saw):
    assert saw["several"]["definitions"] == ["net", "ridge"]
    assert saw["several"]["attached"] == ["net", "ridge"]
    assert saw["several"]["best"].startswith("v2-several-")


def test_built_in_xgboost_is_tuned_by_its_image(saw, account):
    assert len(saw["xgboost"]) == 3
    assert all(row["FinalObjectiveValue"] > 0 for row in saw["xgboost"])
    with tarfile.open(account.work / "xgboost" / "model.tar.gz") as archive:
        booster = xgboost.Booster()
        booster.load_model(bytearray(archive.extractfile("xgboost-model").read()))
    assert booster.num_boosted_rounds() == 10
