"""Where training jobs run: the five methods that a backend has.

A handle is a string that outlives a restart of the controller. Starting is idempotent by training-job name and attempt:
after a crash the controller simply starts again, and what already runs or has ended is found again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from selftune.model.errors import SelftuneError
from selftune.model.events import EndedHow
from selftune.model.spec import TrainingJobSpec


class Phase(StrEnum):
    """How far an attempt has come."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptReport:
    """What is known of one attempt."""

    phase: Phase
    started_at: float | None = None
    """Seconds since the epoch."""
    ended_at: float | None = None
    how: EndedHow | None = None
    """Set once it has ended."""
    exit_code: int | None = None
    """Negative: ended by that signal."""
    failure_reason: str | None = None
    log_size: int = 0
    """Bytes of output so far: tells whether there is anything new to read."""


def refuse_if_too_late(spec: TrainingJobSpec) -> None:
    """For a backend that is about to start what never ran: a loop that was away may ask only now.

    Raises:
        SelftuneError: the bound of the tuning job has been reached.
    """
    if spec.is_too_late:
        raise SelftuneError("It was not started: the run-time bound of the tuning job had been reached.")


class TrainingBackend(Protocol):
    """Runs training jobs somewhere. `testing.backend_contract` is what each implementation must pass."""

    def capacity(self) -> int:
        """How many training jobs can run at once."""
        ...

    def start(self, spec: TrainingJobSpec) -> str:
        """Start an attempt unless it was started before; returns its handle.

        Raises:
            SelftuneError: nothing could be started (no space, no such program folder, ...).
        """
        ...

    def poll(self, handles: Sequence[str]) -> Mapping[str, AttemptReport]:
        """What has become of these attempts, in one query."""
        ...

    def stop(self, handle: str) -> None:
        """Ask an attempt to end (SIGTERM, then after its grace SIGKILL); returns at once."""
        ...

    def logs(self, handle: str, offset: int, limit: int = 1 << 20) -> bytes:
        """Standard output and error, interleaved as written, from byte `offset`, at most `limit` bytes."""
        ...


@runtime_checkable
class TellsEnds(Protocol):
    """What a backend may be besides: one that says when polling is worth it. Without it ends are seen later."""

    def ends_descriptor(self) -> int | None:
        """Readable when an attempt may have ended, until the next `poll`; None while there is nothing to wait for."""
        ...
