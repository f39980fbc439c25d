"""Version 3 of the SageMaker Python SDK, as it comes from PyPI, tunes real training jobs here."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest
import torch

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def saw(account) -> dict[str, Any]:
    return account.run("v3", "sdk_v3_tuning.py", str(account.work))


def best_value(jobs: list[dict[str, Any]]) -> float:
    return min(each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for each in jobs)


def test_bytes_come_back_as_they_went(saw):
    assert saw["same bytes"] is True


def test_a_model_trainer_is_tuned_over_ranges_of_the_user(saw):
    found = saw["ranges"]
    assert found["status"] == "Completed"
    assert len(found["jobs"]) == 3
    assert all(0.001 <= float(each["TunedHyperParameters"]["lr"]) <= 0.1 for each in found["jobs"])


def test_autotune_finds_the_hyperparameters_in_the_script_that_was_uploaded(saw):
    found = saw["auto"]
    assert found["status"] == "Completed"
    names = {each["Name"] for kind in found["config"]["ParameterRanges"].values() for each in kind}
    assert "lr" in names
    assert len(found["jobs"]) == 3


def test_more_training_jobs_pay_for_more_hyperparameters(saw):
    ranges = saw["more"]["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert {each["Name"] for kind in ranges.values() for each in kind} == {"lr", "hidden"}


def test_a_model_trainer_trains_once(saw):
    assert saw["alone"]["TrainingJobStatus"] == "Completed"
    assert saw["alone"]["HyperParameters"]["lr"].strip('"') == "0.01"
    assert saw["alone"]["ModelArtifacts"]["S3ModelArtifacts"].endswith("/output/model.tar.gz")


def test_the_best_model_is_fetched_and_loaded(saw, account):
    with tarfile.open(account.work / "model" / "model.tar.gz") as archive:
        model = torch.load(io.BytesIO(archive.extractfile("model.pt").read()))
    assert model["val_loss"] == pytest.approx(best_value(saw["auto"]["jobs"]), abs=1e-6)
