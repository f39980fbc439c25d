"""What is said of a tuning job on the wire: the document of all doors, with what only AWS's clients look for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.request import Origin
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, TUNING_JOB, arn_of
from selftune.server.aws.sagemaker.hyperparameters import as_spelled
from selftune.server.aws.sagemaker.tuning_request import DOCUMENT_LABEL
from selftune.server.aws.sagemaker.words import FRAMEWORK_PREFIX
from selftune.views.aws_document import (
    objective_and_ranges,
    state_of,
    training_job_definition,
    training_job_document,
    tuning_job_document,
)
from selftune.views.results import best_of, loss_of
from selftune.views.summary import Summary, Totals

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


def described(
    record: TuningJobRecord, summary: Summary | Totals, region: str, parents: Sequence[TuningJobRecord] = ()
) -> dict[str, Any]:
    """The output of DescribeHyperParameterTuningJob.

    Args:
        parents: Those of a warm start with the same data and algorithm, as far as they are still there.
    """
    document = tuning_job_document(record, summary)
    document["HyperParameterTuningJobArn"] = arn_of(TUNING_JOB, record.job.name, region)
    if "BestTrainingJob" in document:
        number = summary.best.number if summary.best is not None else 1
        document["BestTrainingJob"] = training_job_summary(record, record.state.training_job(number), region)
    given = given_document(record)
    definitions = [definition_described(record, given, k) for k in range(len(record.job.alternatives) + 1)]
    config = document["HyperParameterTuningJobConfig"]
    config |= {
        name: value
        for name, value in given.get("HyperParameterTuningJobConfig", {}).items()
        if name == "StrategyConfig"
    }
    if "WarmStartConfig" in given:
        document["WarmStartConfig"] = given["WarmStartConfig"]
    overall = _best_of_all([record, *parents]) if is_identical_warm_start(record) else None
    if overall is not None:
        document["OverallBestTrainingJob"] = training_job_summary(*overall, region)
    return _with_definitions(document, record, definitions, is_plural="TrainingJobDefinitions" in given)


def definition_described(record: TuningJobRecord, given: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A training job definition as it is and, where it came over the wire, as its request said it.

    Args:
        given: The request; empty for a tuning job that was made elsewhere.
        number: Which of several, counted from 0.
    """
    definition = training_job_definition(record.job.of(number), state_of(record, number))
    wanted = given_definition(given, number)
    if wanted:
        static = wanted.get("StaticHyperParameters", {})
        sent = {**hints_of(given, number), **static}
        texts = as_spelled(definition["StaticHyperParameters"], sent)
        definition["StaticHyperParameters"] = {**_framework_hints(given, number), **texts, **static}
    return definition | as_given(wanted, definition)


def is_identical_warm_start(record: TuningJobRecord) -> bool:
    """Whether its training jobs and those of its parents compare."""
    warm_start = record.job.request.warm_start
    return warm_start is not None and warm_start.is_identical


def _best_of_all(records: Sequence[TuningJobRecord]) -> tuple[TuningJobRecord, TrainingJob] | None:
    """The best training job of several tuning jobs that have one objective."""
    found = [(record, best) for record in records if (best := best_of(record.state)) is not None]
    return min(found, key=lambda each: loss_of(each[1], each[0].state.objective.direction), default=None)


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


def given_definition(given: Mapping[str, Any], number: int = 0) -> dict[str, Any]:
    """The training job definition of a request; the one of that number where there are several."""
    several = given.get("TrainingJobDefinitions") or [given.get("TrainingJobDefinition") or {}]
    return dict(several[number]) if number < len(several) else {}


def as_given(wanted: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """What a definition says as its request said it.

    Args:
        wanted: TrainingJobDefinition, or a CreateTrainingJob request; empty for a job that was made elsewhere.
        definition: The same as the tuning job itself has it.
    """
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
    }


def _resources(tuning: Mapping[str, Any]) -> dict[str, Any]:
    """Version 2 of the SDK sends the one field and reads the other."""
    found = {name: tuning[name] for name in _NO_RESOURCES if name in tuning}
    return {**_NO_RESOURCES, **found}


def _framework_hints(given: Mapping[str, Any], number: int) -> dict[str, str]:
    """What version 2 of the SDK sends for the toolkit as AutoParameters and looks for among the static ones."""
    return {name: text for name, text in hints_of(given, number).items() if name.startswith(FRAMEWORK_PREFIX)}


def hints_of(given: Mapping[str, Any], number: int = 0) -> dict[str, str]:
    """The hyperparameters that a definition leaves to Autotune, with their values as they came."""
    common = given.get("HyperParameterTuningJobConfig", {}).get("ParameterRanges")
    ranges = common or given_definition(given, number).get("HyperParameterRanges", {})
    return {auto["Name"]: auto["ValueHint"] for auto in ranges.get("AutoParameters", ())}


def _with_definitions(
    document: dict[str, Any], record: TuningJobRecord, definitions: Sequence[dict[str, Any]], *, is_plural: bool
) -> dict[str, Any]:
    """Definitions under the plural name where they came so, each with its own objective and ranges."""
    if not is_plural:
        document["TrainingJobDefinition"] = definitions[0]
        return document
    document.pop("TrainingJobDefinition")
    config = document["HyperParameterTuningJobConfig"]
    config.pop("HyperParameterTuningJobObjective", None)
    config.pop("ParameterRanges")
    document["TrainingJobDefinitions"] = [
        {**definition, **objective_and_ranges(record, number)} for number, definition in enumerate(definitions)
    ]
    return document


def _without(mapping: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}
