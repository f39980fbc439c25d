"""boto3, as it comes from PyPI, tunes real training jobs here, with Autotune and with every strategy."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest
import torch

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def saw(account) -> dict[str, Any]:
    return account.run("boto3", "boto3_tuning.py", "boto3-acceptance", str(account.work))


def test_bytes_come_back_as_they_went(saw):
    assert saw["same bytes"] is True


def test_autotune_is_described_whole_at_once(saw):
    config = saw["auto at once"]
    names = {each["Name"] for kind in config["ParameterRanges"].values() for each in kind}
    assert names == {"lr", "hidden"}
    assert config["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 3
    assert config["TrainingJobEarlyStoppingType"] in ("Auto", "Off")


def test_autotune_ends_with_a_model_that_loads(saw, account):
    assert saw["auto"]["HyperParameterTuningJobStatus"] == "Completed"
    assert len(saw["auto jobs"]) == 3
    with tarfile.open(account.work / "model.tar.gz") as archive:
        model = torch.load(io.BytesIO(archive.extractfile("model.pt").read()))
    best = saw["auto"]["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert model["val_loss"] == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize(("strategy", "jobs"), [("Random", 3), ("Bayesian", 3), ("Grid", 2), ("Hyperband", 3)])
def test_every_strategy_runs_its_training_jobs(saw, strategy, jobs):
    described = saw[strategy]["described"]
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["HyperParameterTuningJobConfig"]["Strategy"] == strategy
    assert len(saw[strategy]["jobs"]) == jobs
    assert len({str(each["TunedHyperParameters"]) for each in saw[strategy]["jobs"]}) == jobs
    assert {each["TrainingJobStatus"] for each in saw[strategy]["jobs"]} <= {"Completed", "Stopped"}
    assert "BestTrainingJob" in described
