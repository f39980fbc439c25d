"""The operations on tuning jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from selftune.engine.service import TuningService
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord, TuningJobStatus
from selftune.server.aws import wire
from selftune.server.aws.caller import Caller
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, TUNING_JOB, arn_of
from selftune.server.aws.sagemaker.finding import parents_of
from selftune.server.aws.sagemaker.inheritance import with_metrics_of_parents
from selftune.server.aws.sagemaker.job_lists import place_of, query_of, text_of_place
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.service_limits import service_limits
from selftune.server.aws.sagemaker.stopping import wait_until
from selftune.server.aws.sagemaker.tagging import pairs_of, resource_of
from selftune.server.aws.sagemaker.tuning_documents import described, training_job_summary
from selftune.server.aws.sagemaker.tuning_request import tuning_job_request
from selftune.store.recent import Recent
from selftune.store.store import ListedTuningJob, TrainingJobOrder, TrainingJobQuery
from selftune.store.tags import SqliteTags
from selftune.views.aws_document import tuning_job_summary

Given = Mapping[str, Any]
Output = Mapping[str, Any] | wire.Written
_DESCRIBE = "DescribeHyperParameterTuningJob"


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobOperations:
    """CreateHyperParameterTuningJob and its neighbours, over one home."""

    service: TuningService
    materials: Materials
    pager: Pager
    tags: SqliteTags
    home: Path
    final_answers: Recent[tuple[str, float, int, str], wire.Written] = field(default_factory=lambda: Recent(64))
    """What Describe says of tuning jobs that have ended, which clients ask for again and again."""

    def create(self, given: Given, caller: Caller) -> Output:
        """CreateHyperParameterTuningJob: planned and stored at once; its loop runs in a process of its own."""
        service_limits(self.home).check(given)
        given = with_metrics_of_parents(self.service, given)
        request = tuning_job_request(given, caller, self.materials, self.home)
        record = self.service.create(request)
        self.tags.add(resource_of(TUNING_JOB, record.job.name), pairs_of(given.get("Tags", ())))
        self.service.run_detached(record.job.name)
        return {"HyperParameterTuningJobArn": arn_of(TUNING_JOB, record.job.name, caller.region)}

    def describe(self, given: Given, caller: Caller) -> Output:
        """DescribeHyperParameterTuningJob."""
        record = self.service.record(given["HyperParameterTuningJobName"])
        if not record.state.status.is_terminal:
            return self._described(record, caller.region)
        key = (record.job.name, record.job.created_at, record.version, caller.region)
        known = self.final_answers.get(key)
        if known is None:
            known = wire.Written.of(self._described(record, caller.region), _DESCRIBE)
            self.final_answers.put(key, known)
        return known

    def _described(self, record: TuningJobRecord, region: str) -> Mapping[str, Any]:
        return described(record, self.service.totals(record), region, parents_of(self.service, record))

    def stop(self, given: Given, caller: Caller) -> Output:
        """StopHyperParameterTuningJob; one that has ended stays as it is."""
        del caller
        name = given["HyperParameterTuningJobName"]
        self.service.stop(name)
        wait_until(lambda: self.service.head(name).state.status is not TuningJobStatus.IN_PROGRESS)
        return {}

    def delete(self, given: Given, caller: Caller) -> Output:
        """DeleteHyperParameterTuningJob: one that has ended, with its training jobs; what lies in S3 stays."""
        del caller
        record = self.service.record(given["HyperParameterTuningJobName"])
        self.service.delete(record.job.name)
        self.tags.remove_all(resource_of(TUNING_JOB, record.job.name))
        for training_job in record.state.training_jobs:
            self.tags.remove_all(resource_of(TRAINING_JOB, training_job.name))
        return {}

    def list(self, given: Given, caller: Caller) -> Output:
        """ListHyperParameterTuningJobs."""
        query = query_of(given, sort_by="Name", sort_order="Ascending")

        def read(last: str | None, limit: int) -> Sequence[ListedTuningJob]:
            return self.service.list_tuning_jobs(replace(query, after=place_of(last), limit=limit))

        page = self.pager.page_read(
            "ListHyperParameterTuningJobs", given, read, lambda listed: text_of_place(listed.place)
        )
        return {
            "HyperParameterTuningJobSummaries": [_summary(listed, caller) for listed in page.items],
            "NextToken": page.next_token,
        }

    def list_training_jobs(self, given: Given, caller: Caller) -> Output:
        """ListTrainingJobsForHyperParameterTuningJob."""
        record = self.service.head(given["HyperParameterTuningJobName"])
        if given.get("StatusEquals") not in (None, *TrainingJobStatus):
            return {"TrainingJobSummaries": []}  # Deleting: what is deleted is gone at once
        query = _query(given)

        def read(last: str | None, limit: int) -> Sequence[TrainingJob]:
            after = None if last is None else int(last)
            return self.service.training_jobs(record.job.name, replace(query, after=after, limit=limit))

        page = self.pager.page_read("ListTrainingJobs", given, read, lambda job: str(job.number))
        return {
            "TrainingJobSummaries": [training_job_summary(record, job, caller.region) for job in page.items],
            "NextToken": page.next_token,
        }


def _query(given: Given) -> TrainingJobQuery:
    """By name where nothing is said; those without an objective come last whatever the order."""
    wanted = given.get("StatusEquals")
    return TrainingJobQuery(
        order=_TRAINING_JOB_ORDERS[given.get("SortBy", "Name")],
        is_descending=given.get("SortOrder", "Ascending") == "Descending",
        status=None if wanted is None else TrainingJobStatus(wanted),
    )


_TRAINING_JOB_ORDERS = {
    "Name": TrainingJobOrder.NAME,
    "CreationTime": TrainingJobOrder.NUMBER,
    "Status": TrainingJobOrder.STATUS,
    "FinalObjectiveMetricValue": TrainingJobOrder.OBJECTIVE,
}


def _summary(listed: ListedTuningJob, caller: Caller) -> dict[str, Any]:
    document = tuning_job_summary(listed.record, listed.outcomes)
    document["HyperParameterTuningJobArn"] = arn_of(TUNING_JOB, listed.record.job.name, caller.region)
    return document
