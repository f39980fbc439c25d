"""Training jobs by their own name, whichever tuning job they belong to, or to none."""

from __future__ import annotations

import re

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.request import JobKind, stored_name

_NAME = re.compile(r"(.+)-(\d{3,})-[0-9a-f]{8}\Z")


def find_training_job(service: TuningService, name: str) -> tuple[TuningJobRecord, TrainingJob]:
    """A training job and what it belongs to: a tuning job, or itself as a tuning job of one.

    Raises:
        NoSuchJob: there is none of that name.
    """
    own = _record(service, stored_name(name, JobKind.TRAINING))
    if own is not None:
        return own, own.state.training_job(1)
    match = _NAME.match(name)
    if match is not None:
        record = _record(service, match[1])
        number = int(match[2])
        jobs = record.state.training_jobs if record is not None else ()
        if record is not None and 1 <= number <= len(jobs) and jobs[number - 1].name.lower() == name.lower():
            return record, jobs[number - 1]
    raise NoSuchJob(name, service.names(JobKind.TRAINING), kind="training job")


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
