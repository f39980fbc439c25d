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
    assert config == saw["auto"]["HyperParameterTuningJobConfig"], "nothing is filled in later"
    assert config["Strategy"] == "Bayesian"
    assert config["HyperParameterTuningJobObjective"] == {"Type": "Minimize", "MetricName": "val_loss"}
    limits = {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 48 * 3600}
    assert config["ResourceLimits"] == limits
    assert config["TuningJobCompletionCriteria"].keys() >= {"ConvergenceDetected"}
    assert isinstance(config["RandomSeed"], int)
    (rate,) = config["ParameterRanges"]["ContinuousParameterRanges"]
    (width,) = config["ParameterRanges"]["IntegerParameterRanges"]
    assert float(rate["MinValue"]) < 0.001 < float(rate["MaxValue"]), "today's value lies inside"
    assert int(width["MinValue"]) <= 4 < int(width["MaxValue"])


def test_autotune_ends_with_a_model_that_loads(saw, account):
    assert saw["auto"]["HyperParameterTuningJobStatus"] == "Completed"
    assert len(saw["auto jobs"]) == 3
    with tarfile.open(account.work / "model.tar.gz") as archive:
        model = torch.load(io.BytesIO(archive.extractfile("model.pt").read()))
    best = saw["auto"]["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert model["val_loss"] == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize(("strategy", "jobs"), [("Random", 3), ("Bayesian", 3), ("Grid", 2)])
def test_a_strategy_runs_its_training_jobs(saw, strategy, jobs):
    described = saw[strategy]["described"]
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["HyperParameterTuningJobConfig"]["Strategy"] == strategy
    assert len(saw[strategy]["jobs"]) == jobs
    assert len({str(each["TunedHyperParameters"]) for each in saw[strategy]["jobs"]}) == jobs
    values = {
        each["TrainingJobName"]: each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for each in saw[strategy]["jobs"]
        if each["TrainingJobStatus"] == "Completed"
    }
    assert values[described["BestTrainingJob"]["TrainingJobName"]] == min(values.values())
