"""The log streams that there are: one for each training job that has started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.server.aws.errors import AwsError
from selftune.server.aws.sagemaker.finding import find_training_job
from selftune.store.store import JobOrder, JobQuery

_STREAM = re.compile(r"(?P<job>[^/]+)/algo-1-(?P<at>[0-9]{1,15})\Z")
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The output of one training job."""

    record: TuningJobRecord
    training_job: TrainingJob

    @property
    def at(self) -> int:
        """When it began, in milliseconds since the epoch; its lines have no times of their own."""
        job = self.training_job
        return round((job.started_at or job.created_at) * 1000)

    @property
    def name(self) -> str:
        return f"{self.training_job.name}/algo-1-{self.at}"

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among the others in time."""
        return (self.at, self.name)


def place_of(name: str) -> tuple[int, str] | None:
    """Where the stream of a name stands, also once it is gone; None for what names no stream."""
    match = _STREAM.match(name)
    return None if match is None else (int(match["at"]), name)


def stream_named(service: TuningService, name: str) -> Stream:
    """The stream of a name.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    match = _STREAM.match(name)
    try:
        found = None if match is None else _of_training_job(service, match["job"])
    except NoSuchJob:
        found = None
    if found is None or found.name != name:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    return found


def streams(service: TuningService, prefix: str) -> list[Stream]:
    """All streams whose name begins so, in no order; those of one training job cost no look at the others."""
    name = prefix.partition("/")[0]
    try:
        found = [_of_training_job(service, name)]
    except NoSuchJob:
        found = [] if "/" in prefix else list(_all(service, prefix))
    return [stream for stream in found if stream.training_job.started_at is not None and stream.name.startswith(prefix)]


def _of_training_job(service: TuningService, name: str) -> Stream:
    record, training_job = find_training_job(service, name)
    return Stream(record=record, training_job=training_job)


def _all(service: TuningService, prefix: str) -> Iterator[Stream]:
    query = JobQuery(order=JobOrder.NAME, name_contains=(prefix,) if prefix else (), limit=_BATCH)
    while page := service.list_training_jobs(query):
        yield from (Stream(record=listed.record, training_job=listed.training_job) for listed in page)
        query = replace(query, after=page[-1].place)
