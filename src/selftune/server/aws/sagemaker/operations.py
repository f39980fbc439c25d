"""Which operation of SageMaker is which function: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from selftune.server.aws import wire
from selftune.server.aws.caller import Caller
from selftune.server.aws.sagemaker.search import SearchOperation
from selftune.server.aws.sagemaker.tagging import TagOperations
from selftune.server.aws.sagemaker.training_jobs import TrainingJobOperations
from selftune.server.aws.sagemaker.tuning_jobs import TuningJobOperations

Operation = Callable[[Mapping[str, Any], Caller], Mapping[str, Any] | wire.Written]


def sagemaker_operations(
    tuning_jobs: TuningJobOperations,
    training_jobs: TrainingJobOperations,
    tags: TagOperations,
    search: SearchOperation,
) -> dict[str, Operation]:
    """By the operation's name in botocore's model."""
    return {
        "CreateHyperParameterTuningJob": tuning_jobs.create,
        "DescribeHyperParameterTuningJob": tuning_jobs.describe,
        "ListHyperParameterTuningJobs": tuning_jobs.list,
        "ListTrainingJobsForHyperParameterTuningJob": tuning_jobs.list_training_jobs,
        "StopHyperParameterTuningJob": tuning_jobs.stop,
        "DeleteHyperParameterTuningJob": tuning_jobs.delete,
        "CreateTrainingJob": training_jobs.create,
        "DescribeTrainingJob": training_jobs.describe,
        "ListTrainingJobs": training_jobs.list,
        "StopTrainingJob": training_jobs.stop,
        "DeleteTrainingJob": training_jobs.delete,
        "Search": search.search,
        "AddTags": tags.add,
        "ListTags": tags.list,
        "DeleteTags": tags.delete,
    }
