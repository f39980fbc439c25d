"""Training jobs by their own name, whichever tuning job they belong to, or to none."""

from __future__ import annotations

import re

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.request import JobKind, stored_name
from selftune.store.store import TrainingJobQuery

_LARGEST_NUMBER = 10**9
_NAME = re.compile(r"(.+)-(\d{3,10})-[0-9a-f]{8}\Z")


def find_training_job(service: TuningService, name: str) -> tuple[TuningJobRecord, TrainingJob]:
    """A training job and the head of what it belongs to: a tuning job, or itself as a tuning job of one.

    Raises:
        NoSuchJob: there is none of that name.
    """
    found = _numbered(service, stored_name(name, JobKind.TRAINING), 1)
    if found is not None:
        return found
    match = _NAME.match(name)
    found = None if match is None else _numbered(service, match[1], int(match[2]))
    if found is not None and found[1].name.lower() == name.lower():
        return found
    raise NoSuchJob(name, service.names(JobKind.TRAINING), kind="training job")


def _numbered(service: TuningService, owner: str, number: int) -> tuple[TuningJobRecord, TrainingJob] | None:
    """The training job of this number, read without the others."""
    if not 1 <= number <= _LARGEST_NUMBER:
        return None
    query = TrainingJobQuery(after=number - 1 if number > 1 else None, limit=1)
    try:
        head, jobs = service.head(owner), service.training_jobs(owner, query)
    except NoSuchJob:
        return None
    return (head, jobs[0]) if jobs and jobs[0].number == number else None


def parents_of(service: TuningService, record: TuningJobRecord) -> list[TuningJobRecord]:
    """The parents of a warm start with the same data and algorithm, as far as they have not been deleted since."""
    wanted = record.job.request.warm_start
    names = wanted.parents if wanted is not None and wanted.is_identical else ()
    found = [_record(service, name) for name in names]
    return [parent for parent in found if parent is not None]


def _record(service: TuningService, name: str) -> TuningJobRecord | None:
    try:
        return service.record(name)
    except NoSuchJob:
        return None
