"""The operations on training jobs: those of tuning jobs, and those that were asked for by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from selftune.engine.service import TuningService
from selftune.model.errors import NameTaken, NoSuchJob
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, arn_of
from selftune.server.aws.sagemaker.finding import find_training_job
from selftune.server.aws.sagemaker.job_lists import place_of, query_of, text_of_place
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.stopping import wait_until
from selftune.server.aws.sagemaker.tagging import pairs_of, resource_of
from selftune.server.aws.sagemaker.training_documents import (
    training_job_described,
    training_job_summary_of_all,
)
from selftune.server.aws.sagemaker.training_request import training_job_request
from selftune.store.store import ListedTrainingJob
from selftune.store.tags import SqliteTags

Given = Mapping[str, Any]
Output = Mapping[str, Any]
Found = tuple[TuningJobRecord, TrainingJob]
_RUNNING = (TrainingJobStatus.STARTING, TrainingJobStatus.IN_PROGRESS)


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
        if "WarmPoolStatusEquals" in given or "TrainingPlanArnEquals" in given:
            return {"TrainingJobSummaries": []}  # there are no warm pools and no training plans here
        query = query_of(given, sort_by="CreationTime", sort_order="Descending")

        def read(last: str | None, limit: int) -> Sequence[ListedTrainingJob]:
            return self.service.list_training_jobs(replace(query, after=place_of(last), limit=limit))

        page = self.pager.page_read("ListAllTrainingJobs", given, read, lambda listed: text_of_place(listed.place))
        return {
            "TrainingJobSummaries": [
                training_job_summary_of_all(listed.record, listed.training_job, caller.region) for listed in page.items
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
        wait_until(lambda: self._find(given)[1].status not in _RUNNING)
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
