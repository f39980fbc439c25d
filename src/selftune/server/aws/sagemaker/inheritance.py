"""What a warm start takes from its first parent where the SDK does not send it along: the definitions of metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.server.aws.sagemaker.tuning_documents import given_definition, given_document


def with_metrics_of_parents(service: TuningService, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request with MetricDefinitions of the first parent in a definition that has none.

    `identical_dataset_and_algorithm_tuner()` of the SDK drops them, and without them the objective may not be found.
    """
    parents = given.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", ())
    name = parents[0].get("HyperParameterTuningJobName") if parents else None
    if name is None:
        return given
    try:
        parent = given_document(service.record(name))
    except NoSuchJob:  # refused when the plan is made
        return given
    completed = dict(given)
    if "TrainingJobDefinition" in given:
        completed["TrainingJobDefinition"] = _completed(given["TrainingJobDefinition"], parent, 0)
    if "TrainingJobDefinitions" in given:
        definitions = given["TrainingJobDefinitions"]
        completed["TrainingJobDefinitions"] = [_completed(d, parent, k) for k, d in enumerate(definitions)]
    return completed


def _completed(definition: Mapping[str, Any], parent: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    algorithm = definition["AlgorithmSpecification"]
    theirs = given_definition(parent, number).get("AlgorithmSpecification", {}).get("MetricDefinitions")
    if algorithm.get("MetricDefinitions") or not theirs:
        return definition
    return {**definition, "AlgorithmSpecification": {**algorithm, "MetricDefinitions": theirs}}
