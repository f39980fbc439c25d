"""From CreateHyperParameterTuningJob to the request that the rest of selftune speaks.

What an SDK sends by itself is not its user's will: see `_NotGiven`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from selftune.autotune.resource import EPOCHS
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria
from selftune.model.request import Channel, MetricDefinition, Origin, TuningJobRequest, UserSettings, WarmStart
from selftune.model.values import HyperparameterValue
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.sagemaker import hyperparameters
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.programs import program_of
from selftune.server.aws.sagemaker.words import ADD_TAG, DIRECTIONS, EARLY_STOPPING, PIN_TAG, STRATEGIES
from selftune.store.artifacts.addresses import parts_of
from selftune.training.metrics import check_regex, direction_of

DOCUMENT_LABEL = "aws:request"
"""The request as it came, for what Describe gives back unchanged (roles, networks, instance types)."""
TAG_LABEL = "tag:"
CLIENT_LABEL = "aws:client"
_NOT_DATA = ("sm_drivers", "code")
"""Channels with which version 3 of the SDK carries programs."""


def tuning_job_request(given: Mapping[str, Any], caller: Caller, materials: Materials, home: Path) -> TuningJobRequest:
    """The request that a CreateHyperParameterTuningJob document makes.

    Raises:
        AwsError: fields that contradict each other.
        UsageError: what it asks for cannot be done here.
    """
    definitions = _definitions(given)
    made = [_request(given, definition, caller, materials, home) for definition in definitions]
    return replace(made[0], alternatives=tuple(replace(other, labels=()) for other in made[1:]))


def _request(
    given: Mapping[str, Any], definition: Mapping[str, Any], caller: Caller, materials: Materials, home: Path
) -> TuningJobRequest:
    """The request of one definition.

    Autotune chooses among the hyperparameters that the request lists. One that lists none, as version 3 of the SDK
    sends it, leaves the choice to what the script itself declares.
    """
    config = given["HyperParameterTuningJobConfig"]
    parameter_ranges = config.get("ParameterRanges") or definition.get("HyperParameterRanges") or {}
    is_autotune = given.get("Autotune", {}).get("Mode") == "Enabled"
    static = definition.get("StaticHyperParameters", {})
    hints = {auto["Name"]: auto["ValueHint"] for auto in parameter_ranges.get("AutoParameters", ())}
    ranges = hyperparameters.ranges_of(parameter_ranges)
    _check_names(static, hints, set(ranges), is_autotune=is_autotune)
    values, toolkit = hyperparameters.split({**static, **hints})
    tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())}
    fields = _NotGiven.of(given, definition, caller, tags)
    return TuningJobRequest(
        name=given["HyperParameterTuningJobName"],
        program=program_of(definition, values, toolkit, materials, home),
        settings=UserSettings(
            **_objective(definition, config, fields),
            **_limits(definition, config, fields),
            ranges=tuple(ranges.items()),
            keep=frozenset(set(_own(static)) - set(ranges)),
            only_listed=bool(values or ranges) and tags.get(ADD_TAG, "").lower() != "true",
            seed=config.get("RandomSeed"),
            metrics=metrics_of(definition),
        ),
        channels=channels_of(definition, materials),
        autotune=is_autotune,
        run_baseline=is_autotune and set(ranges).isdisjoint(_missing(ranges, values)),
        environment=script_environment(definition),
        origin=Origin.SERVER,
        output=output_of(definition, materials),
        is_model_packed=is_model_packed(definition),
        warm_start=_warm_start(given.get("WarmStartConfig")),
        definition_name=definition.get("DefinitionName"),
        labels=(
            (DOCUMENT_LABEL, json.dumps(given, default=str)),
            (CLIENT_LABEL, caller.user_agent[:200]),
            *((f"{TAG_LABEL}{key}", value) for key, value in tags.items()),
        ),
    )


def _definitions(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    single, several = given.get("TrainingJobDefinition"), given.get("TrainingJobDefinitions")
    if single is not None and several is not None:
        raise validation("Give either TrainingJobDefinition or TrainingJobDefinitions, not both.")
    if single is None and not several:
        raise validation("A tuning job needs TrainingJobDefinition or TrainingJobDefinitions.")
    if several and len(several) > 1 and "ParameterRanges" in given["HyperParameterTuningJobConfig"]:
        raise validation("With several TrainingJobDefinitions each has HyperParameterRanges of its own.")
    return [single] if single is not None else list(several or ())


def _check_names(static: Mapping[str, str], hints: Mapping[str, str], ranged: set[str], *, is_autotune: bool) -> None:
    if hints and not is_autotune:
        raise validation("AutoParameters need Autotune with Mode Enabled.")
    both = sorted(set(static) & ranged)
    if both and not is_autotune:
        raise validation(f"The hyperparameters {', '.join(both)} are both static and in a range.")
    if not ranged and not is_autotune:
        raise validation("No hyperparameter has a range: give at least one, or set Autotune with Mode Enabled.")


def _own(static: Mapping[str, str]) -> dict[str, HyperparameterValue]:
    return hyperparameters.split(static)[0]


def _missing(ranges: Mapping[str, Any], values: Mapping[str, HyperparameterValue]) -> set[str]:
    """Ranged hyperparameters whose value of today nobody sent."""
    return {name for name in ranges if name not in values}


@dataclass(frozen=True, slots=True, kw_only=True)
class _NotGiven:
    """Fields that hold just what SageMaker's SDK writes where its user says nothing.

    With Autotune it still sends Strategy=Bayesian, one training job, one at a time, early stopping Off, and Type=
    Maximize whatever the metric. Taken at its word that would be no tuning at all. From every other client each field
    is the user's; the tag `selftune:pin` makes fields count as given here too.
    """

    strategy: bool = False
    jobs: bool = False
    parallel: bool = False
    early_stopping: bool = False
    direction: bool = False

    @classmethod
    def of(
        cls, given: Mapping[str, Any], definition: Mapping[str, Any], caller: Caller, tags: Mapping[str, str]
    ) -> _NotGiven:
        if given.get("Autotune", {}).get("Mode") != "Enabled" or not caller.is_sagemaker_sdk:
            return cls()
        config = given["HyperParameterTuningJobConfig"]
        limits = config.get("ResourceLimits", {})
        pinned = set(tags.get(PIN_TAG, "").replace(",", " ").split())
        objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective", {})
        return cls(
            strategy=config.get("Strategy") == "Bayesian" and "Strategy" not in pinned,
            jobs=limits.get("MaxNumberOfTrainingJobs") == 1 and "MaxNumberOfTrainingJobs" not in pinned,
            parallel=limits.get("MaxParallelTrainingJobs") == 1 and "MaxParallelTrainingJobs" not in pinned,
            early_stopping=config.get("TrainingJobEarlyStoppingType") == "Off"
            and "TrainingJobEarlyStoppingType" not in pinned,
            direction=objective.get("Type") == "Maximize"
            and direction_of(objective.get("MetricName", "")) is Direction.MINIMIZE
            and "Type" not in pinned,
        )


def _objective(definition: Mapping[str, Any], config: Mapping[str, Any], fields: _NotGiven) -> dict[str, Any]:
    objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective") or {}
    name = objective.get("MetricName")
    metrics = definition["AlgorithmSpecification"].get("MetricDefinitions", ())
    regex = next((metric["Regex"] for metric in metrics if metric["Name"] == name), None)
    direction = None if fields.direction else DIRECTIONS.get(objective.get("Type", ""))
    return {"objective_name": name, "objective_direction": direction, "objective_regex": regex}


def _limits(definition: Mapping[str, Any], config: Mapping[str, Any], fields: _NotGiven) -> dict[str, Any]:
    limits = config.get("ResourceLimits", {})
    early = config.get("TrainingJobEarlyStoppingType")
    resource = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
    _check_hyperband(config, definition, resource)
    retry = definition.get("RetryStrategy", {}).get("MaximumRetryAttempts")
    return {
        "strategy": None if fields.strategy else STRATEGIES.get(config.get("Strategy", "")),
        "max_jobs": None if fields.jobs else limits.get("MaxNumberOfTrainingJobs"),
        "max_parallel": None if fields.parallel else limits.get("MaxParallelTrainingJobs"),
        "max_runtime_seconds": limits.get("MaxRuntimeInSeconds"),
        "job_max_runtime_seconds": definition.get("StoppingCondition", {}).get("MaxRuntimeInSeconds"),
        "early_stopping": None if fields.early_stopping or early is None else EARLY_STOPPING[early],
        "completion": _completion(config.get("TuningJobCompletionCriteria")),
        "retry": retry,
        "min_resource": resource.get("MinResource"),
        "max_resource": resource.get("MaxResource"),
    }


def _check_hyperband(config: Mapping[str, Any], definition: Mapping[str, Any], resource: Mapping[str, Any]) -> None:
    if config.get("Strategy") != "Hyperband":
        if resource:
            raise validation("HyperbandStrategyConfig is for the Strategy Hyperband only.")
        return
    if config.get("TrainingJobEarlyStoppingType") == "Auto":
        raise validation("TrainingJobEarlyStoppingType Auto is not possible with the Strategy Hyperband: use Off.")
    static = definition.get("StaticHyperParameters", {})
    if "MaxResource" not in resource and not any(name in static for name in EPOCHS):
        raise validation(
            "The Strategy Hyperband needs MaxResource in HyperbandStrategyConfig, or one of "
            f"{', '.join(EPOCHS)} among the static hyperparameters."
        )
    if resource.get("MaxResource", math.inf) <= resource.get("MinResource", 1):
        raise validation("MinResource must be smaller than MaxResource.")


def _completion(criteria: Mapping[str, Any] | None) -> CompletionCriteria | None:
    if not criteria:
        return None
    patience = criteria.get("BestObjectiveNotImproving", {}).get("MaxNumberOfTrainingJobsNotImproving")
    return CompletionCriteria(
        target_objective=criteria.get("TargetObjectiveMetricValue"),
        max_jobs_not_improving=patience,
        complete_on_convergence=criteria.get("ConvergenceDetected", {}).get("CompleteOnConvergence") == "Enabled",
    )


def _warm_start(config: Mapping[str, Any] | None) -> WarmStart | None:
    if config is None:
        return None
    names = [parent.get("HyperParameterTuningJobName") for parent in config["ParentHyperParameterTuningJobs"]]
    if not all(names):
        raise validation("Each of ParentHyperParameterTuningJobs needs HyperParameterTuningJobName.")
    if len({name.lower() for name in names}) < len(names):
        raise validation("A tuning job stands twice among ParentHyperParameterTuningJobs.")
    return WarmStart(parents=tuple(names), is_identical=config["WarmStartType"] == "IdenticalDataAndAlgorithm")


def metrics_of(definition: Mapping[str, Any]) -> tuple[MetricDefinition, ...]:
    """The metrics that a definition names.

    Raises:
        UsageError: an expression does not compile, or does not say which part is the value.
    """
    given = definition["AlgorithmSpecification"].get("MetricDefinitions", ())
    for metric in given:
        check_regex(metric["Regex"])
    return tuple(MetricDefinition(name=metric["Name"], regex=metric["Regex"]) for metric in given)


def output_of(definition: Mapping[str, Any], materials: Materials) -> str:
    """Where the results of a definition go.

    Raises:
        AwsError: it is no address, or there is no such bucket.
    """
    address = str(definition["OutputDataConfig"]["S3OutputPath"])
    bucket, _ = parts_of(address)
    if not materials.has_bucket(bucket):
        raise validation(f"S3OutputPath {address[:200]}: there is no bucket '{bucket}' here. Create it first.")
    return address


def is_model_packed(definition: Mapping[str, Any]) -> bool:
    """Whether the model is to be one archive."""
    return bool(definition["OutputDataConfig"].get("CompressionType") != "NONE")


def script_environment(definition: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The variables that a definition sets."""
    return tuple(definition.get("Environment", {}).items())


def channels_of(definition: Mapping[str, Any], materials: Materials) -> tuple[Channel, ...]:
    """The data that a definition names, without the channels that carry programs."""
    names = [channel["ChannelName"] for channel in definition.get("InputDataConfig", ())]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise validation(f"Channel names must differ: {', '.join(doubled)} stands there twice.")
    return tuple(
        materials.channel(channel)
        for channel in definition.get("InputDataConfig", ())
        if channel["ChannelName"] not in _NOT_DATA
    )
