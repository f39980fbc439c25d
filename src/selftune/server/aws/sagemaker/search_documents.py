"""Jobs as the documents that a search looks into; what costs a read of its own is there only if it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.model.request import JobKind
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, TUNING_JOB
from selftune.server.aws.sagemaker.finding import parents_of
from selftune.server.aws.sagemaker.tagging import resource_of
from selftune.server.aws.sagemaker.training_documents import training_job_described
from selftune.server.aws.sagemaker.tuning_documents import described
from selftune.store.store import JobQuery, ListedTrainingJob, ListedTuningJob, Place
from selftune.store.tags import SqliteTags

Document = Mapping[str, Any]
ALL: frozenset[str] = frozenset({"Tags", "Metrics", "FinalMetricDataList"})
"""Properties that cost a read of their own."""
_BATCH = 500


class Listed(Protocol):
    """A job in a list."""

    @property
    def place(self) -> Place: ...


L = TypeVar("L", bound=Listed)


class Documents(Protocol[L]):
    """The jobs of one kind."""

    @property
    def kind(self) -> JobKind: ...

    def read(self, query: JobQuery) -> Sequence[L]:
        """One page of them."""
        ...

    def document(self, listed: L, needed: frozenset[str]) -> Iterator[Document]:
        """The document of one, with what of `ALL` is needed; nothing where it was deleted meanwhile."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobDocuments:
    """All training jobs, as DescribeTrainingJob shows them."""

    service: TuningService
    tags: SqliteTags
    region: str
    kind: JobKind = JobKind.TRAINING

    def read(self, query: JobQuery) -> Sequence[ListedTrainingJob]:
        return self.service.list_training_jobs(query)

    def document(self, listed: ListedTrainingJob, needed: frozenset[str]) -> Iterator[Document]:
        record, training_job = listed.record, listed.training_job
        with suppress(NoSuchJob):
            is_measured = not needed.isdisjoint(("Metrics", "FinalMetricDataList"))
            points = self.service.metrics(record.job.name, training_job.number) if is_measured else ()
            document = training_job_described(record, training_job, points, self.region)
            yield {**document, **_tagged(self.tags, TRAINING_JOB, training_job.name, needed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobDocuments:
    """All tuning jobs, as DescribeHyperParameterTuningJob shows them."""

    service: TuningService
    tags: SqliteTags
    region: str
    kind: JobKind = JobKind.TUNING

    def read(self, query: JobQuery) -> Sequence[ListedTuningJob]:
        return self.service.list_tuning_jobs(query)

    def document(self, listed: ListedTuningJob, needed: frozenset[str]) -> Iterator[Document]:
        with suppress(NoSuchJob):
            record = self.service.record(listed.record.job.name)
            document = described(record, self.service.totals(record), self.region, parents_of(self.service, record))
            yield {**document, **_tagged(self.tags, TUNING_JOB, record.job.name, needed)}


def all_listed(documents: Documents[L], query: JobQuery) -> Iterator[L]:
    """All jobs of a query, page after page."""
    after = query.after
    while page := documents.read(replace(query, after=after, limit=_BATCH)):
        yield from page
        after = page[-1].place


def _tagged(tags: SqliteTags, kind: str, name: str, needed: frozenset[str]) -> Document:
    if "Tags" not in needed:
        return {}
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.of(resource_of(kind, name)).items()]}
