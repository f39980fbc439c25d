"""What is said of a tuning job on the wire: the document of all doors, with what only AWS's clients look for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.request import Origin
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, TUNING_JOB, arn_of
from selftune.server.aws.sagemaker.tuning_request import DOCUMENT_LABEL
from selftune.server.aws.sagemaker.words import FRAMEWORK_PREFIX
from selftune.views.aws_document import training_job_document, tuning_job_document
from selftune.views.summary import Summary

_UNCHANGED = (
    "RoleArn",
    "VpcConfig",
    "InputDataConfig",
    "OutputDataConfig",
    "HyperParameterTuningResourceConfig",
    "CheckpointConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "Environment",
    "DefinitionName",
)
"""Fields of a definition that are given back as they came."""
_NO_RESOURCES = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}


def described(record: TuningJobRecord, summary: Summary, region: str) -> dict[str, Any]:
    """The output of DescribeHyperParameterTuningJob."""
    document = tuning_job_document(record, summary)
    document["HyperParameterTuningJobArn"] = arn_of(TUNING_JOB, record.job.name, region)
    if "BestTrainingJob" in document:
        number = summary.best.number if summary.best is not None else 1
        document["BestTrainingJob"] = training_job_summary(record, record.state.training_job(number), region)
    given = given_document(record)
    definition = document["TrainingJobDefinition"]
    definition |= _as_given(given, definition)
    config = document["HyperParameterTuningJobConfig"]
    config |= {
        name: value
        for name, value in given.get("HyperParameterTuningJobConfig", {}).items()
        if name == "StrategyConfig"
    }
    if "WarmStartConfig" in given:
        document["WarmStartConfig"] = given["WarmStartConfig"]
    return _in_form_of_the_request(document, given)


def training_job_summary(record: TuningJobRecord, training_job: TrainingJob, region: str) -> dict[str, Any]:
    """One entry of ListTrainingJobsForHyperParameterTuningJob."""
    document = training_job_document(record, training_job)
    document["TrainingJobArn"] = arn_of(TRAINING_JOB, training_job.name, region)
    return document


def given_document(record: TuningJobRecord) -> dict[str, Any]:
    """The request as it came over the wire; empty for a tuning job that was made elsewhere."""
    text = dict(record.job.request.labels).get(DOCUMENT_LABEL)
    document = json.loads(text) if text is not None and record.job.request.origin is Origin.SERVER else {}
    return document if isinstance(document, dict) else {}


def given_definition(given: Mapping[str, Any]) -> dict[str, Any]:
    """The training job definition of a request."""
    several = given.get("TrainingJobDefinitions") or [{}]
    return dict(given.get("TrainingJobDefinition") or several[0])


def _as_given(given: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    wanted = given_definition(given)
    if not wanted:
        return {"ResourceConfig": _NO_RESOURCES}
    resources = wanted.get("ResourceConfig") or _resources(wanted.get("HyperParameterTuningResourceConfig", {}))
    algorithm = {
        **definition["AlgorithmSpecification"],
        **_without(wanted["AlgorithmSpecification"], "MetricDefinitions"),
    }
    if "TrainingImage" in algorithm:
        algorithm = _without(algorithm, "AlgorithmName")
    return {
        **{name: wanted[name] for name in _UNCHANGED if name in wanted},
        "OutputDataConfig": {"KmsKeyId": "", **wanted.get("OutputDataConfig", {})},
        "ResourceConfig": resources,
        "AlgorithmSpecification": algorithm,
        "StaticHyperParameters": {**_framework_hints(given), **definition["StaticHyperParameters"], **_static(wanted)},
    }


def _resources(tuning: Mapping[str, Any]) -> dict[str, Any]:
    """Version 2 of the SDK sends the one field and reads the other."""
    found = {name: tuning[name] for name in _NO_RESOURCES if name in tuning}
    return {**_NO_RESOURCES, **found}


def _static(definition: Mapping[str, Any]) -> dict[str, str]:
    """Static hyperparameters in the spelling in which they came: clients decode what they encoded."""
    return dict(definition.get("StaticHyperParameters", {}))


def _framework_hints(given: Mapping[str, Any]) -> dict[str, str]:
    """What version 2 of the SDK sends for the toolkit as AutoParameters and looks for among the static ones."""
    ranges = given.get("HyperParameterTuningJobConfig", {}).get("ParameterRanges", {})
    return {
        auto["Name"]: auto["ValueHint"]
        for auto in ranges.get("AutoParameters", ())
        if auto["Name"].startswith(FRAMEWORK_PREFIX)
    }


def _in_form_of_the_request(document: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """One definition under the plural name where it came so, with its own objective and ranges."""
    if "TrainingJobDefinitions" not in given:
        return document
    config = document["HyperParameterTuningJobConfig"]
    definition = document.pop("TrainingJobDefinition")
    definition["TuningObjective"] = config.pop("HyperParameterTuningJobObjective", None)
    definition["HyperParameterRanges"] = config.pop("ParameterRanges")
    document["TrainingJobDefinitions"] = [definition]
    return document


def _without(mapping: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}
