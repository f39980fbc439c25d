"""The operations on tuning jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selftune.engine.service import TuningService
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.arns import TUNING_JOB, arn_of
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.tagging import pairs_of, resource_of
from selftune.server.aws.sagemaker.tuning_documents import described, training_job_summary
from selftune.server.aws.sagemaker.tuning_request import tuning_job_request
from selftune.store.tags import SqliteTags
from selftune.views.aws_document import tuning_job_summary

Given = Mapping[str, Any]
Output = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobOperations:
    """CreateHyperParameterTuningJob and its neighbours, over one home."""

    service: TuningService
    materials: Materials
    pager: Pager
    tags: SqliteTags
    home: Path

    def create(self, given: Given, caller: Caller) -> Output:
        """CreateHyperParameterTuningJob: planned and stored at once; its loop runs in a process of its own."""
        request = tuning_job_request(given, caller, self.materials, self.home)
        record = self.service.create(request)
        self.tags.add(resource_of(TUNING_JOB, record.job.name), pairs_of(given.get("Tags", ())))
        self.service.run_detached(record.job.name)
        return {"HyperParameterTuningJobArn": arn_of(TUNING_JOB, record.job.name, caller.region)}

    def describe(self, given: Given, caller: Caller) -> Output:
        """DescribeHyperParameterTuningJob."""
        name = given["HyperParameterTuningJobName"]
        return described(self.service.record(name), self.service.summary(name), caller.region)

    def stop(self, given: Given, caller: Caller) -> Output:
        """StopHyperParameterTuningJob; one that has ended stays as it is."""
        del caller
        self.service.stop(given["HyperParameterTuningJobName"])
        return {}

    def list(self, given: Given, caller: Caller) -> Output:
        """ListHyperParameterTuningJobs."""
        records = [record for record in self.service.records() if _is_wanted(record, given)]
        ordered = _ordered(records, given, _TUNING_JOB_KEYS, default="Name")
        page = self.pager.page("ListHyperParameterTuningJobs", given, ordered, lambda record: record.job.name)
        return {
            "HyperParameterTuningJobSummaries": [_summary(record, caller) for record in page.items],
            "NextToken": page.next_token,
        }

    def list_training_jobs(self, given: Given, caller: Caller) -> Output:
        """ListTrainingJobsForHyperParameterTuningJob."""
        record = self.service.record(given["HyperParameterTuningJobName"])
        wanted = given.get("StatusEquals")
        jobs = [job for job in record.state.training_jobs if wanted in (None, _status(job))]
        ordered = _ordered_training_jobs(jobs, given)
        page = self.pager.page("ListTrainingJobs", given, ordered, lambda job: job.name)
        return {
            "TrainingJobSummaries": [training_job_summary(record, job, caller.region) for job in page.items],
            "NextToken": page.next_token,
        }


def _summary(record: TuningJobRecord, caller: Caller) -> dict[str, Any]:
    document = tuning_job_summary(record)
    document["HyperParameterTuningJobArn"] = arn_of(TUNING_JOB, record.job.name, caller.region)
    return document


def _is_wanted(record: TuningJobRecord, given: Given) -> bool:
    job, state = record.job, record.state
    return (
        given.get("NameContains", "").lower() in job.name.lower()
        and given.get("StatusEquals") in (None, state.status.value)
        and _is_between(given, "CreationTime", job.created_at)
        and _is_between(given, "LastModifiedTime", max(state.updated_at, job.created_at))
    )


def _is_between(given: Given, name: str, at: float) -> bool:
    """Whether a time lies between `<name>After` and `<name>Before`, as far as they are given."""
    return bool(given.get(f"{name}After", at) <= at <= given.get(f"{name}Before", at))


_TUNING_JOB_KEYS: Mapping[str, Callable[[TuningJobRecord], Any]] = {
    "Name": lambda record: record.job.name.lower(),
    "Status": lambda record: record.state.status.value,
    "CreationTime": lambda record: record.job.created_at,
}


def _ordered(
    items: Sequence[TuningJobRecord],
    given: Given,
    keys: Mapping[str, Callable[[TuningJobRecord], Any]],
    default: str,
) -> list[TuningJobRecord]:
    key = keys[given.get("SortBy", default)]
    return sorted(items, key=key, reverse=given.get("SortOrder", "Ascending") == "Descending")


def _ordered_training_jobs(jobs: Sequence[TrainingJob], given: Given) -> list[TrainingJob]:
    """By name where nothing is said; those without an objective come last whatever the order."""
    is_descending = given.get("SortOrder", "Ascending") == "Descending"
    match given.get("SortBy", "Name"):
        case "FinalObjectiveMetricValue":
            known = [job for job in jobs if job.objective is not None]
            unknown = [job for job in jobs if job.objective is None]
            return [*sorted(known, key=lambda job: job.objective or 0.0, reverse=is_descending), *unknown]
        case "Status":
            return sorted(jobs, key=lambda job: (_status(job), job.number), reverse=is_descending)
        case "CreationTime":
            return sorted(jobs, key=lambda job: (job.created_at, job.number), reverse=is_descending)
        case "Name":
            return sorted(jobs, key=lambda job: job.name, reverse=is_descending)
    raise validation("SortBy is none of Name, CreationTime, Status, FinalObjectiveMetricValue.")


def _status(job: TrainingJob) -> str:
    return "InProgress" if job.status.value == "Starting" else job.status.value
