"""Jobs that have not ended, found at a cost that does not grow with those that have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from selftune.model.jobs import TuningJobStatus
from selftune.store.store import JobOrder, JobQuery, ListedTrainingJob, ListedTuningJob, Listing

_PAGE = 100
T = TypeVar("T", ListedTuningJob, ListedTrainingJob)


def unfinished_jobs(store: Listing) -> list[str]:
    """Names in the store of all tuning jobs, and of training jobs of their own, that have not ended; newest first."""
    found: dict[str, float] = {}
    for status in (TuningJobStatus.IN_PROGRESS, TuningJobStatus.STOPPING):
        query = JobQuery(order=JobOrder.CREATED, is_descending=True, status=status, limit=_PAGE)
        tuning_jobs = [listed.record.job for listed in _all(store.list_tuning_jobs, query)]
        training_jobs = [listed.record.job for listed in _all(store.list_training_jobs, query)]
        of_their_own = [job for job in training_jobs if job.is_training_job]
        found |= {job.name: job.created_at for job in (*tuning_jobs, *of_their_own)}
    return sorted(found, key=found.__getitem__, reverse=True)


def _all(page_of: Callable[[JobQuery], list[T]], query: JobQuery) -> Iterator[T]:
    while True:
        page = page_of(query)
        yield from page
        if len(page) < query.limit:
            return
        query = replace(query, after=page[-1].place)
