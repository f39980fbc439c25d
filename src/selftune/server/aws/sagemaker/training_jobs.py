"""The operations on training jobs: those of tuning jobs, and those that were asked for by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selftune.engine.service import TuningService
from selftune.model.errors import NameTaken, NoSuchJob
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, arn_of
from selftune.server.aws.sagemaker.finding import all_training_jobs, find_training_job
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.tagging import pairs_of, resource_of
from selftune.server.aws.sagemaker.training_documents import (
    modified_at,
    training_job_described,
    training_job_summary_of_all,
)
from selftune.server.aws.sagemaker.training_request import training_job_request
from selftune.store.tags import SqliteTags
from selftune.views.aws_document import training_status

Given = Mapping[str, Any]
Output = Mapping[str, Any]
Found = tuple[TuningJobRecord, TrainingJob]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobOperations:
    """CreateTrainingJob and its neighbours, over one home."""

    service: TuningService
    materials: Materials
    pager: Pager
    tags: SqliteTags
    home: Path

    def create(self, given: Given, caller: Caller) -> Output:
        """CreateTrainingJob: stored at once; its loop runs in a process of its own."""
        name = given["TrainingJobName"]
        self._check_free(name)
        record = self.service.create(training_job_request(given, caller, self.materials, self.home))
        self.tags.add(resource_of(TRAINING_JOB, name), pairs_of(given.get("Tags", ())))
        self.service.run_detached(record.job.name)
        return {"TrainingJobArn": arn_of(TRAINING_JOB, name, caller.region)}

    def describe(self, given: Given, caller: Caller) -> Output:
        """DescribeTrainingJob."""
        record, training_job = self._find(given)
        points = self.service.metrics(record.job.name, training_job.number)
        return training_job_described(record, training_job, points, caller.region)

    def list(self, given: Given, caller: Caller) -> Output:
        """ListTrainingJobs: newest first where nothing is said, those of tuning jobs among them."""
        found = [each for each in all_training_jobs(self.service) if _is_wanted(each, given)]
        key = _KEYS[given.get("SortBy", "CreationTime")]
        found.sort(key=key, reverse=given.get("SortOrder", "Descending") == "Descending")
        page = self.pager.page("ListAllTrainingJobs", given, found, lambda each: each[1].name)
        return {
            "TrainingJobSummaries": [
                training_job_summary_of_all(record, training_job, caller.region) for record, training_job in page.items
            ],
            "NextToken": page.next_token,
        }

    def stop(self, given: Given, caller: Caller) -> Output:
        """StopTrainingJob; one that has ended stays as it is."""
        del caller
        record, training_job = self._find(given)
        if record.job.is_training_job:
            self.service.stop(record.job.name)
        else:
            self.service.stop_training_job(record.job.name, training_job.number)
        return {}

    def delete(self, given: Given, caller: Caller) -> Output:
        """DeleteTrainingJob: one of its own that has ended; those of a tuning job go with it."""
        del caller
        record, training_job = self._find(given)
        if not record.job.is_training_job:
            raise validation(
                f"The training job {training_job.name} belongs to the tuning job {record.job.name} and is deleted "
                "with it: use DeleteHyperParameterTuningJob."
            )
        self.service.delete(record.job.name)
        self.tags.remove_all(resource_of(TRAINING_JOB, training_job.name))
        return {}

    def _find(self, given: Given) -> Found:
        """The training job that a request names.

        Raises:
            AwsError: ValidationException, as the service says of a training job that is not there.
        """
        try:
            return find_training_job(self.service, given["TrainingJobName"])
        except NoSuchJob as error:
            raise validation(f"Requested resource not found. {error.message} {error.hint}") from None

    def _check_free(self, name: str) -> None:
        """Names of training jobs are one set, whichever tuning job they belong to."""
        try:
            find_training_job(self.service, name)
        except NoSuchJob:
            return
        raise NameTaken(f"A training job named '{name}' exists.", hint="Give another TrainingJobName.")


def _is_wanted(found: Found, given: Given) -> bool:
    record, training_job = found
    return (
        given.get("NameContains", "").lower() in training_job.name.lower()
        and given.get("StatusEquals") in (None, training_status(training_job.status))
        and "WarmPoolStatusEquals" not in given  # there are no warm pools and no training plans here
        and "TrainingPlanArnEquals" not in given
        and is_between(given, "CreationTime", training_job.created_at)
        and is_between(given, "LastModifiedTime", modified_at(record, training_job))
    )


def is_between(given: Given, name: str, at: float) -> bool:
    """Whether a time lies between `<name>After` and `<name>Before`, as far as they are given."""
    return bool(given.get(f"{name}After", at) <= at <= given.get(f"{name}Before", at))


_KEYS: Mapping[str, Callable[[Found], Any]] = {
    "Name": lambda found: found[1].name.lower(),
    "CreationTime": lambda found: (found[1].created_at, found[1].name),
    "Status": lambda found: (training_status(found[1].status), found[1].name),
}
