"""Training jobs by their own name, whichever tuning job they belong to."""

from __future__ import annotations

import re

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.model.jobs import TrainingJob, TuningJobRecord

_NAME = re.compile(r"(.+)-(\d{3,})-[0-9a-f]{8}\Z")


def find_training_job(service: TuningService, name: str) -> tuple[TuningJobRecord, TrainingJob]:
    """A training job and what it belongs to.

    Raises:
        NoSuchJob: there is none of that name.
    """
    match = _NAME.match(name)
    if match is not None:
        record = _record(service, match[1])
        number = int(match[2])
        jobs = record.state.training_jobs if record is not None else ()
        if record is not None and number <= len(jobs) and jobs[number - 1].name.lower() == name.lower():
            return record, jobs[number - 1]
    raise NoSuchJob(name, [], kind="training job")


def _record(service: TuningService, tuning_job: str) -> TuningJobRecord | None:
    try:
        return service.record(tuning_job)
    except NoSuchJob:
        return None
