"""The AWS CLI, as it comes from PyPI, tunes real training jobs here."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
import torch

pytestmark = pytest.mark.acceptance
SCRIPT = Path(__file__).parent / "clients" / "tuning.sh"


@pytest.fixture(scope="module")
def saw(account) -> dict[str, Any]:
    account.output("cli", ["bash", str(SCRIPT), str(account.work)])
    names = ("created", "described", "training_jobs", "log")
    return {name: json.loads((account.work / f"{name}.json").read_text()) for name in names}


def test_a_tuning_job_of_a_json_file_runs_to_its_end(saw):
    assert saw["created"]["HyperParameterTuningJobArn"].endswith(":hyper-parameter-tuning-job/cli-auto")
    assert saw["described"]["HyperParameterTuningJobStatus"] == "Completed"
    assert len(saw["training_jobs"]["TrainingJobSummaries"]) == 3


@pytest.mark.usefixtures("saw")
def test_bytes_come_back_as_they_went(account):
    assert (account.work / "bytes.bin").read_bytes() == (account.work / "bytes.back").read_bytes()


def test_the_best_model_is_fetched_and_loaded(saw, account):
    with tarfile.open(account.work / "model.tar.gz") as archive:
        model = torch.load(io.BytesIO(archive.extractfile("model.pt").read()))
    best = saw["described"]["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert model["val_loss"] == pytest.approx(best, abs=1e-6)


def test_the_log_of_the_best_training_job_is_read(saw):
    assert any("val_loss=" in event["message"] for event in saw["log"]["events"])
