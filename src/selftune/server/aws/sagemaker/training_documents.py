"""What is said of a training job on the wire, whether it belongs to a tuning job or was asked for by itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from selftune.engine.outcomes import TIME_LIMIT_REASON
from selftune.engine.results import model_address
from selftune.engine.spec import hyperparameter_texts
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJob, TuningJobRecord
from selftune.model.request import Origin
from selftune.model.values import text_from_value
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, TUNING_JOB, arn_of
from selftune.server.aws.sagemaker.hyperparameters import as_spelled
from selftune.server.aws.sagemaker.tuning_documents import as_given, given_definition, given_document, hints_of
from selftune.store.store import TimedPoint
from selftune.views.aws_document import (
    LONGEST_FAILURE_REASON,
    OBJECTIVE_HYPERPARAMETER,
    state_of,
    training_job_definition,
    training_status,
)
from selftune.views.results import attempt_folder

MOST_METRICS = 40
"""As many metrics as the service lists."""
_OF_DEFINITION = (
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "VpcConfig",
    "CheckpointConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "Environment",
    "RetryStrategy",
)
_MESSAGES = {
    "Starting": "Starting the training job",
    "Training": "Training in progress",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "Failed": "Training job failed",
}


def training_job_described(
    record: TuningJobRecord, training_job: TrainingJob, points: Iterable[TimedPoint], region: str
) -> dict[str, Any]:
    """The output of DescribeTrainingJob.

    Args:
        points: All metric points of the training job.
    """
    definition = _definition(record, training_job.definition)
    document: dict[str, Any] = {
        **{name: definition[name] for name in _OF_DEFINITION if name in definition},
        **training_job_summary_of_all(record, training_job, region),
        "HyperParameters": _hyperparameters(record, training_job),
        "StoppingCondition": _stopping_condition(record, training_job.definition),
        "SecondaryStatusTransitions": _transitions(training_job),
        "FinalMetricDataList": _final_metrics(record, training_job.definition, points),
        "ProfilingStatus": "Disabled",
    }
    if not record.job.is_training_job:
        document["TuningJobArn"] = arn_of(TUNING_JOB, record.job.name, region)
    if training_job.started_at is not None:
        document["TrainingStartTime"] = training_job.started_at
    if training_job.duration_seconds is not None:
        seconds = max(round(training_job.earlier_seconds + training_job.duration_seconds), 1)
        document |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
    if training_job.status in (TrainingJobStatus.COMPLETED, TrainingJobStatus.STOPPED):
        document["ModelArtifacts"] = {
            "S3ModelArtifacts": _model_address(record.job.of(training_job.definition), training_job)
        }
    if training_job.failure_reason is not None:
        document["FailureReason"] = training_job.failure_reason[:LONGEST_FAILURE_REASON]
    return document


def training_job_summary_of_all(record: TuningJobRecord, training_job: TrainingJob, region: str) -> dict[str, Any]:
    """One entry of ListTrainingJobs."""
    summary: dict[str, Any] = {
        "TrainingJobName": training_job.name,
        "TrainingJobArn": arn_of(TRAINING_JOB, training_job.name, region),
        "CreationTime": training_job.created_at,
        "LastModifiedTime": modified_at(record, training_job),
        "TrainingJobStatus": training_status(training_job.status),
        "SecondaryStatus": _secondary_status(training_job),
    }
    if training_job.ended_at is not None:
        summary["TrainingEndTime"] = training_job.ended_at
    return summary


def modified_at(record: TuningJobRecord, training_job: TrainingJob) -> float:
    """When a training job last changed; one of its own changes when its record does."""
    if record.job.is_training_job and not record.state.status.is_terminal:
        return max(record.state.updated_at, training_job.created_at)
    return training_job.ended_at or training_job.started_at or training_job.created_at


def _definition(record: TuningJobRecord, number: int) -> dict[str, Any]:
    wanted = _given(record, number)
    definition = training_job_definition(record.job.of(number), state_of(record, number))
    definition |= as_given(wanted, definition)
    defined = wanted.get("AlgorithmSpecification", {}).get("MetricDefinitions")
    if defined is not None:
        definition["AlgorithmSpecification"] = {**definition["AlgorithmSpecification"], "MetricDefinitions": defined}
    return definition


def _given(record: TuningJobRecord, number: int) -> dict[str, Any]:
    """What the request said of a definition; of a training job of its own, all that it said."""
    given = given_document(record)
    return given if record.job.is_training_job else given_definition(given, number)


def _hyperparameters(record: TuningJobRecord, training_job: TrainingJob) -> dict[str, str]:
    """As the training job got them, in the spelling in which the client sent them."""
    number, given = training_job.definition, given_document(record)
    job, objective = record.job.of(number), state_of(record, number).objective.name
    if job.request.origin is not Origin.SERVER:
        return dict(hyperparameter_texts(job, training_job.values, objective))
    if job.is_training_job:
        return dict(given.get("HyperParameters", {}))
    sent = {**hints_of(given, number), **given_definition(given, number).get("StaticHyperParameters", {})}
    values = {**dict(job.plan.program.static_values), **training_job.values}
    texts = {name: text_from_value(value) for name, value in values.items()}
    return {**sent, **as_spelled(texts, sent), **({} if objective is None else {OBJECTIVE_HYPERPARAMETER: objective})}


def _stopping_condition(record: TuningJobRecord, number: int) -> dict[str, int]:
    limit = max(round(record.job.of(number).plan.job_max_runtime_seconds.value), 1)
    return {**_given(record, number).get("StoppingCondition", {}), "MaxRuntimeInSeconds": limit}


def _secondary_status(training_job: TrainingJob) -> str:
    match training_job.status:
        case TrainingJobStatus.IN_PROGRESS:
            return "Training"
        case TrainingJobStatus.STOPPED if training_job.stop_reason == TIME_LIMIT_REASON:
            return "MaxRuntimeExceeded"
    return training_job.status.value


def _transitions(training_job: TrainingJob) -> list[dict[str, Any]]:
    """What it went through: waiting for its start, training, and its end."""
    started, ended = training_job.started_at, training_job.ended_at
    found = [_transition("Starting", training_job.created_at, started or ended)]
    if started is not None:
        found.append(_transition("Training", started, ended))
    if ended is not None:
        reason = training_job.failure_reason or training_job.stop_reason
        found.append(_transition(_secondary_status(training_job), ended, ended, reason))
    elif training_job.status is TrainingJobStatus.STOPPING:
        found.append(_transition("Stopping", started or training_job.created_at, None, training_job.stop_reason))
    return found


def _transition(status: str, start: float, end: float | None, reason: str | None = None) -> dict[str, Any]:
    message = _MESSAGES[status] if reason is None else f"{_MESSAGES[status]}: {reason}"
    return {"Status": status, "StartTime": start, "EndTime": end, "StatusMessage": message}


def _final_metrics(record: TuningJobRecord, number: int, points: Iterable[TimedPoint]) -> list[dict[str, Any]]:
    """The last value of the objective and of each metric that was defined; where none was, of all that were seen."""
    last = {point.name: point for point in points}
    defined = record.job.of(number).request.settings.metrics
    wanted = [state_of(record, number).objective.name, *(metric.name for metric in defined)]
    names = [name for name in dict.fromkeys((*wanted, *(() if defined else last))) if name in last]
    return [
        {"MetricName": name, "Value": last[name].value, "Timestamp": last[name].at}
        for name in names
        if name is not None and math.isfinite(last[name].value)
    ][:MOST_METRICS]


def _model_address(job: TuningJob, training_job: TrainingJob) -> str:
    if job.request.output is None:
        return f"file://{attempt_folder(job, training_job)}/ml/model"
    return model_address(job.request.output, training_job.name, is_packed=job.request.is_model_packed)
