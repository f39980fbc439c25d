"""Which operation of SageMaker is which function: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from selftune.server.aws.caller import Caller
from selftune.server.aws.sagemaker.tagging import TagOperations
from selftune.server.aws.sagemaker.tuning_jobs import TuningJobOperations

Operation = Callable[[Mapping[str, Any], Caller], Mapping[str, Any]]


def sagemaker_operations(tuning_jobs: TuningJobOperations, tags: TagOperations) -> dict[str, Operation]:
    """By the operation's name in botocore's model."""
    return {
        "CreateHyperParameterTuningJob": tuning_jobs.create,
        "DescribeHyperParameterTuningJob": tuning_jobs.describe,
        "ListHyperParameterTuningJobs": tuning_jobs.list,
        "ListTrainingJobsForHyperParameterTuningJob": tuning_jobs.list_training_jobs,
        "StopHyperParameterTuningJob": tuning_jobs.stop,
        "AddTags": tags.add,
        "ListTags": tags.list,
        "DeleteTags": tags.delete,
    }
