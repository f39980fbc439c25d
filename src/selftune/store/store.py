"""What is remembered: intent-sized methods, each one transaction.

`commit` is guarded by a lease: only the process that holds a tuning job's loop may change it. Everybody else posts
events (a request to stop) that the holder takes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from selftune.model.events import Effect, Event, StoredEvent
from selftune.model.jobs import TuningJob, TuningJobRecord, TuningState


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

    def names(self) -> list[str]:
        """All tuning jobs, newest first."""
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


class Store(JobStore, Leases, Inbox, Journal, Protocol):
    """All that a controller remembers by."""
