"""One tuning job may ask for so much and no more; the home may say otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from selftune.model.errors import UnreadableInput
from selftune.server.aws.errors import AwsError
from selftune.server.aws.sagemaker.service_limits import ServiceLimits, service_limits


def asked(jobs: int = 1, parallel: int = 1, ranges: int = 1) -> dict[str, Any]:
    return {
        "HyperParameterTuningJobConfig": {
            "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel},
            "ParameterRanges": {"IntegerParameterRanges": [{}] * ranges},
        },
        "TrainingJobDefinition": {},
    }


@pytest.mark.parametrize("request_", [asked(10_000), asked(parallel=100), asked(ranges=30)])
def test_what_is_allowed_passes(request_: dict[str, Any]) -> None:
    ServiceLimits().check(request_)


@pytest.mark.parametrize("request_", [asked(10_001), asked(parallel=101), asked(ranges=31)])
def test_more_is_refused_with_the_code_of_the_service(request_: dict[str, Any]) -> None:
    with pytest.raises(AwsError) as caught:
        ServiceLimits().check(request_)
    assert caught.value.code == "ResourceLimitExceeded"


def test_each_definition_has_its_own_ranges() -> None:
    definition = {"HyperParameterRanges": {"IntegerParameterRanges": [{}] * 31}}
    with pytest.raises(AwsError, match="31 hyperparameter ranges"):
        ServiceLimits().check({**asked(), "TrainingJobDefinitions": [{}, definition]})


def test_the_home_may_say_otherwise(tmp_path: Path) -> None:
    assert service_limits(tmp_path) == ServiceLimits()
    (tmp_path / "limits.toml").write_text("max_training_jobs = 20\n")
    assert service_limits(tmp_path) == ServiceLimits(max_training_jobs=20)


@pytest.mark.parametrize("text", ["max_jobs = 1", "max_training_jobs = 0", "max_training_jobs = true", "="])
def test_a_mistake_in_the_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "limits.toml").write_text(text)
    with pytest.raises(UnreadableInput, match=r"limits\.toml"):
        service_limits(tmp_path)
