"""From CreateTrainingJob to the request that the rest of selftune speaks: a tuning job of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from selftune.model.request import JobKind, Origin, TuningJobRequest, UserSettings
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.sagemaker import hyperparameters
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.programs import program_of
from selftune.server.aws.sagemaker.tuning_request import (
    CLIENT_LABEL,
    DOCUMENT_LABEL,
    channels_of,
    is_model_packed,
    metrics_of,
    output_of,
    script_environment,
)


def training_job_request(
    given: Mapping[str, Any], caller: Caller, materials: Materials, home: Path
) -> TuningJobRequest:
    """The request that a CreateTrainingJob document makes.

    Raises:
        AwsError: a field that is needed is not there.
        UsageError: what it asks for cannot be done here.
    """
    if "AlgorithmSpecification" not in given:
        raise validation("A training job needs AlgorithmSpecification.")
    values, toolkit = hyperparameters.split(given.get("HyperParameters", {}))
    return TuningJobRequest(
        name=given["TrainingJobName"],
        kind=JobKind.TRAINING,
        program=program_of(given, values, toolkit, materials, home),
        settings=UserSettings(
            job_max_runtime_seconds=given.get("StoppingCondition", {}).get("MaxRuntimeInSeconds"),
            retry=given.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0),
            metrics=metrics_of(given),
        ),
        channels=channels_of(given, materials),
        autotune=False,
        environment=script_environment(given),
        origin=Origin.SERVER,
        labels=((DOCUMENT_LABEL, json.dumps(given, default=str)), (CLIENT_LABEL, caller.user_agent[:200])),
        output=output_of(given, materials),
        is_model_packed=is_model_packed(given),
    )
