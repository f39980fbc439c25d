"""What is remembered: intent-sized methods, each one transaction.

`commit` is guarded by a lease: only the process that holds a tuning job's loop may change it. Everybody else posts
events (a request to stop) that the holder takes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from selftune.model.events import Effect, Event, StoredEvent
from selftune.model.jobs import OutcomeCount, TrainingJob, TrainingJobStatus, TuningJob, TuningJobRecord, TuningState
from selftune.model.request import JobKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step of the lifecycle, to be stored whole."""

    event: Event
    state: TuningState
    """The state after the event."""
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPoint:
    """A metric point as stored."""

    name: str
    step: int
    value: float
    at: float


class Lease(Protocol):
    """The right to run a tuning job's loop; given up by `release` or by the end of the process."""

    def release(self) -> None: ...


class JobStore(Protocol):
    """Tuning jobs and their state. `testing.store_contract` is what each implementation must pass."""

    def create(self, job: TuningJob, transition: Transition) -> None:
        """Store a new tuning job with its first event.

        Raises:
            NameTaken: a tuning job of that name exists (names are case-insensitive).
        """
        ...

    def load(self, name: str) -> TuningJobRecord:
        """The tuning job and its state.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        ...

    def names(self, kind: JobKind = JobKind.TUNING) -> list[str]:
        """All tuning jobs, or all training jobs of their own, by the name in the store; newest first."""
        ...

    def delete(self, name: str) -> None:
        """Forget a tuning job with all its events and points, in one transaction.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        ...

    def commit(self, name: str, lease: Lease, transitions: Sequence[Transition], taken: Iterable[int] = ()) -> None:
        """Append events and move the state, in one transaction; `taken` are posted events that are now dealt with.

        Raises:
            LeaseLost: another process has taken over.
        """
        ...


class Leases(Protocol):
    """Who holds which tuning job's loop."""

    def lease(self, name: str) -> Lease | None:
        """Become the holder of the tuning job's loop; None while another process is."""
        ...

    def is_leased(self, name: str) -> bool:
        """Whether some process holds the loop of this tuning job now."""
        ...


class Inbox(Protocol):
    """Events from processes that do not hold the loop."""

    def post(self, name: str, event: Event) -> None:
        """Leave an event for the holder."""
        ...

    def posted(self, name: str) -> list[tuple[int, Event]]:
        """Events not yet taken, oldest first, each with the number that `commit(taken=)` wants."""
        ...


class Journal(Protocol):
    """What happened, for readers."""

    def events(self, name: str, after: int = 0) -> list[StoredEvent]:
        """Events with a sequence number above `after`, in order."""
        ...

    def metrics(self, name: str, number: int) -> list[TimedPoint]:
        """Metric points of one training job, in the order reported (of its last attempt)."""
        ...

    def curves(self, name: str) -> dict[int, tuple[float, ...]]:
        """The objective's values in the order reported, by training-job number (of the last attempt)."""
        ...


class TrainingJobOrder(StrEnum):
    """What training jobs are put in order by; those that are equal in it, by number."""

    NUMBER = "number"
    NAME = "name"
    STATUS = "status"
    OBJECTIVE = "objective"
    """Those without a finite one come last, whatever the direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobQuery:
    """Which training jobs of a tuning job, in which order."""

    order: TrainingJobOrder = TrainingJobOrder.NUMBER
    is_descending: bool = False
    status: TrainingJobStatus | None = None
    """None: of any; those that are about to start count as in progress."""
    after: int | None = None
    """Only those that come behind the training job of this number."""
    limit: int = 100


class JobOrder(StrEnum):
    """What the jobs of a store are put in order by; those that are equal in it, by their rows."""

    NAME = "name"
    """Whatever the case."""
    CREATED = "created"
    MODIFIED = "modified"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a job stands in an order; it holds when the job is gone."""

    key: str | float
    row: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """Which jobs of a store, in which order. Times are seconds since the epoch, bounds included."""

    order: JobOrder = JobOrder.CREATED
    is_descending: bool = False
    name_contains: tuple[str, ...] = ()
    """All of these, whatever their case."""
    status: str | None = None
    """As it is shown: a training job that is about to start is InProgress."""
    created_from: float | None = None
    created_until: float | None = None
    modified_from: float | None = None
    modified_until: float | None = None
    after: Place | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTuningJob:
    """A tuning job in a list: its head, and its training jobs counted."""

    place: Place
    record: TuningJobRecord
    outcomes: tuple[OutcomeCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTrainingJob:
    """A training job in a list, with the head of what it belongs to."""

    place: Place
    record: TuningJobRecord
    training_job: TrainingJob


class Listing(Protocol):
    """Parts of tuning jobs, at a cost that does not grow with what is not asked for."""

    def head(self, name: str) -> TuningJobRecord:
        """The tuning job and its state, without its training jobs.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        ...

    def training_jobs(self, name: str, query: TrainingJobQuery) -> list[TrainingJob]:
        """The training jobs that are asked for, in order; where that of `after` is not there, none.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        ...

    def list_tuning_jobs(self, query: JobQuery) -> list[ListedTuningJob]:
        """One page of all tuning jobs."""
        ...

    def list_training_jobs(self, query: JobQuery) -> list[ListedTrainingJob]:
        """One page of all training jobs, of tuning jobs and of their own."""
        ...

    def count_jobs(self, kind: JobKind, query: JobQuery) -> int:
        """How many tuning jobs, or training jobs of either kind, there are on all pages of a query."""
        ...


class Store(JobStore, Leases, Inbox, Journal, Listing, Protocol):
    """All that a controller remembers by."""

    def close(self) -> None:
        """Let go of what is open; the next call opens it again."""
        ...
