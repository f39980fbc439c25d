"""A tuning job as the document that DescribeHyperParameterTuningJob returns.

Numbers in ranges and hyperparameters are text, times are seconds since the epoch, as on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from selftune.model.jobs import (
    OutcomeCount,
    TrainingJob,
    TrainingJobStatus,
    TuningJob,
    TuningJobRecord,
    TuningJobStatus,
    TuningState,
    objective_of,
)
from selftune.model.plan import Chooser, CompletionCriteria, EarlyStopping, Plan, Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.model.values import text_from_value
from selftune.views.aws_counters import counted, objective_counters, objective_status, status_counters
from selftune.views.results import is_usable
from selftune.views.summary import Summary, Totals

OBJECTIVE_HYPERPARAMETER = "_tuning_objective_metric"
LONGEST_FAILURE_REASON = 1024

_ACCOUNT = "arn:aws:sagemaker:local:000000000000"
_ROLE = "arn:aws:iam::000000000000:role/selftune"
_STRATEGIES = {
    Strategy.BAYESIAN: "Bayesian",
    Strategy.RANDOM: "Random",
    Strategy.GRID: "Grid",
    Strategy.HYPERBAND: "Hyperband",
}
_SCALES = {
    ScalingType.LINEAR: "Linear",
    ScalingType.LOG: "Logarithmic",
    ScalingType.REVERSE_LOG: "ReverseLogarithmic",
}
_EARLY_STOPPING = {EarlyStopping.AUTO: "Auto", EarlyStopping.OFF: "Off"}


def tuning_job_document(record: TuningJobRecord, summary: Summary | Totals) -> dict[str, Any]:
    """The document of a tuning job; `summary` is that of `record`. Complete as soon as the tuning job is created."""
    job, state = record.job, record.state
    document: dict[str, Any] = {
        "HyperParameterTuningJobName": job.name,
        "HyperParameterTuningJobArn": f"{_ACCOUNT}:hyper-parameter-tuning-job/{job.name.lower()}",
        "HyperParameterTuningJobConfig": _config(job, state),
        "TrainingJobDefinition": training_job_definition(job, state),
        "HyperParameterTuningJobStatus": state.status.value,
        "CreationTime": job.created_at,
        "LastModifiedTime": max(state.updated_at, job.created_at),
        "TrainingJobStatusCounters": status_counters(summary.counters),
        "ObjectiveStatusCounters": objective_counters(state),
        "TuningJobCompletionDetails": {"NumberOfTrainingJobsObjectiveNotImproving": summary.ended_since_best},
        "ConsumedResources": {"RuntimeInSeconds": round(summary.spent.slot_seconds)},
    }
    if state.ended_at is not None:
        document["HyperParameterTuningEndTime"] = state.ended_at
    if summary.best is not None:
        document["BestTrainingJob"] = training_job_document(record, state.training_job(summary.best.number))
    if job.request.autotune:
        document["Autotune"] = {"Mode": "Enabled"}
    if state.status is TuningJobStatus.FAILED:
        document["FailureReason"] = state.status_reason[:LONGEST_FAILURE_REASON]
    return document


def tuning_job_summary(record: TuningJobRecord, outcomes: Sequence[OutcomeCount]) -> dict[str, Any]:
    """A tuning job as ListHyperParameterTuningJobs shows it; its training jobs are told by their counts alone."""
    job, state = record.job, record.state
    plan = job.plan
    document: dict[str, Any] = {
        "HyperParameterTuningJobName": job.name,
        "HyperParameterTuningJobArn": f"{_ACCOUNT}:hyper-parameter-tuning-job/{job.name.lower()}",
        "HyperParameterTuningJobStatus": state.status.value,
        "Strategy": _STRATEGIES[plan.strategy.value],
        "CreationTime": job.created_at,
        "LastModifiedTime": max(state.updated_at, job.created_at),
        **counted(outcomes),
        "ResourceLimits": _resource_limits(plan),
    }
    if state.ended_at is not None:
        document["HyperParameterTuningEndTime"] = state.ended_at
    return document


def training_job_document(record: TuningJobRecord, training_job: TrainingJob) -> dict[str, Any]:
    """A training job as BestTrainingJob and ListTrainingJobsForHyperParameterTuningJob show it."""
    document: dict[str, Any] = {
        "TrainingJobName": training_job.name,
        "TrainingJobArn": f"{_ACCOUNT}:training-job/{training_job.name.lower()}",
        "TuningJobName": record.job.name,
        "CreationTime": training_job.created_at,
        "TrainingJobStatus": training_status(training_job.status),
        "TunedHyperParameters": {name: text_from_value(value) for name, value in training_job.suggestion.values},
        "ObjectiveStatus": objective_status(training_job),
    }
    definition_name = record.job.of(training_job.definition).request.definition_name
    if definition_name is not None:
        document["TrainingJobDefinitionName"] = definition_name
    if training_job.started_at is not None:
        document["TrainingStartTime"] = training_job.started_at
    if training_job.ended_at is not None:
        document["TrainingEndTime"] = training_job.ended_at
    if is_usable(training_job):
        document["FinalHyperParameterTuningJobObjectiveMetric"] = {
            **_objective(state_of(record, training_job.definition)),
            "Value": training_job.objective,
        }
    if training_job.failure_reason is not None:
        document["FailureReason"] = training_job.failure_reason[:LONGEST_FAILURE_REASON]
    return document


def _config(job: TuningJob, state: TuningState) -> dict[str, Any]:
    plan = job.plan
    config: dict[str, Any] = {
        "Strategy": _STRATEGIES[plan.strategy.value],
        "ResourceLimits": _resource_limits(plan),
        "ParameterRanges": _ranges(job),
        "TrainingJobEarlyStoppingType": _EARLY_STOPPING[plan.early_stopping.value],
        "TuningJobCompletionCriteria": _completion(plan.completion.value),
        "RandomSeed": plan.seed,
    }
    if state.objective.name is not None:
        config["HyperParameterTuningJobObjective"] = _objective(state)
    return config


def _resource_limits(plan: Plan) -> dict[str, int]:
    return {
        "MaxNumberOfTrainingJobs": plan.max_jobs.value,
        "MaxParallelTrainingJobs": plan.max_parallel.value,
        "MaxRuntimeInSeconds": round(plan.max_runtime_seconds.value),
    }


def _objective(state: TuningState) -> dict[str, Any]:
    return {"Type": state.objective.direction.value, "MetricName": state.objective.name}


def _ranges(job: TuningJob) -> dict[str, Any]:
    space = job.plan.space
    ranges: dict[str, Any] = {
        "IntegerParameterRanges": [_bounds(n, r) for n, r in space.items() if isinstance(r, IntegerRange)],
        "ContinuousParameterRanges": [_bounds(n, r) for n, r in space.items() if isinstance(r, ContinuousRange)],
        "CategoricalParameterRanges": [
            {"Name": name, "Values": [text_from_value(value) for value in range.values]}
            for name, range in space.items()
            if isinstance(range, CategoricalRange)
        ],
    }
    if job.request.autotune:
        ranges["AutoParameters"] = _auto_parameters(job.plan)
    return ranges


def _bounds(name: str, range: ContinuousRange | IntegerRange) -> dict[str, str]:
    return {
        "Name": name,
        "MinValue": text_from_value(range.low),
        "MaxValue": text_from_value(range.high),
        "ScalingType": _SCALES[range.scaling],
    }


def _auto_parameters(plan: Plan) -> list[dict[str, str]]:
    """The hyperparameters that were left to Autotune, with today's values as hints."""
    return [
        {"Name": planned.name, "ValueHint": text_from_value(planned.value)}
        for planned in plan.tuned
        if planned.by is Chooser.AUTOTUNE and planned.value is not None
    ]


def _completion(criteria: CompletionCriteria) -> dict[str, Any]:
    on_convergence = "Enabled" if criteria.complete_on_convergence else "Disabled"
    completion: dict[str, Any] = {"ConvergenceDetected": {"CompleteOnConvergence": on_convergence}}
    if criteria.target_objective is not None:
        completion["TargetObjectiveMetricValue"] = criteria.target_objective
    if criteria.max_jobs_not_improving is not None:
        completion["BestObjectiveNotImproving"] = {
            "MaxNumberOfTrainingJobsNotImproving": criteria.max_jobs_not_improving
        }
    return completion


def state_of(record: TuningJobRecord, definition: int) -> TuningState:
    """The state with the objective of one of several training job definitions."""
    return replace(record.state, objective=objective_of(record.job, record.state, definition))


def objective_and_ranges(record: TuningJobRecord, definition: int) -> dict[str, Any]:
    """What a training job definition says of its own where there are several."""
    return {
        "TuningObjective": _objective(state_of(record, definition)),
        "HyperParameterRanges": _ranges(record.job.of(definition)),
    }


def training_job_definition(job: TuningJob, state: TuningState) -> dict[str, Any]:
    """What all training jobs of a tuning job have in common."""
    program, labels = job.plan.program, dict(job.request.labels)
    algorithm: dict[str, Any] = {"TrainingInputMode": "File", "MetricDefinitions": _metric_definitions(state)}
    algorithm["TrainingImage" if program.algorithm is None else "AlgorithmName"] = program.algorithm or program.title
    definition: dict[str, Any] = {
        "StaticHyperParameters": _static_hyperparameters(job, state),
        "AlgorithmSpecification": algorithm,
        "RoleArn": labels.get("role") or _ROLE,
        "OutputDataConfig": {"S3OutputPath": labels.get("output_path") or f"file://{job.folder}", "KmsKeyId": ""},
        "ResourceConfig": {
            "InstanceType": labels.get("instance_type") or "local",
            "InstanceCount": 1,
            "VolumeSizeInGB": 0,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": max(round(job.plan.job_max_runtime_seconds.value), 1)},
        "EnableManagedSpotTraining": False,
    }
    if job.request.channels:
        definition["InputDataConfig"] = [_channel(channel.name, channel.path) for channel in job.request.channels]
    if job.plan.retry.value > 0:
        definition["RetryStrategy"] = {"MaximumRetryAttempts": job.plan.retry.value}
    return definition


def _static_hyperparameters(job: TuningJob, state: TuningState) -> dict[str, str]:
    space = job.plan.space
    texts = {name: text_from_value(value) for name, value in job.static_values.items() if name not in space}
    return {**texts, OBJECTIVE_HYPERPARAMETER: state.objective.name or ""}


def _metric_definitions(state: TuningState) -> list[dict[str, str]]:
    objective = state.objective
    if objective.name is None:
        return []
    number = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    return [{"Name": objective.name, "Regex": objective.regex or rf"{re.escape(objective.name)}\s*[=:]\s*{number}"}]


def _channel(name: str, path: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"file://{path}", "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def training_status(status: TrainingJobStatus) -> str:
    """The service has no status of its own for a training job that is about to start."""
    return TrainingJobStatus.IN_PROGRESS.value if status is TrainingJobStatus.STARTING else status.value
