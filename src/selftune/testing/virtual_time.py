"""The real lifecycle, controller and store, in virtual time: a whole tuning job in milliseconds."""

from __future__ import annotations

from pathlib import Path

from selftune.backends.simulated import Program, SimulatedBackend, VirtualClock
from selftune.engine.controller import Controller, Listener
from selftune.engine.lifecycle import initial_state, step
from selftune.engine.suggester import Suggester
from selftune.model.events import TuningJobCreated
from selftune.model.jobs import TuningJob, TuningJobRecord
from selftune.search.worker import DirectSuggester
from selftune.store.sqlite import SqliteStore
from selftune.store.store import Transition


class SimulatedClock:
    """Virtual time that waits by jumping to the next thing that happens on a simulated backend."""

    def __init__(self, time: VirtualClock, backend: SimulatedBackend) -> None:
        self._time = time
        self._backend = backend

    def now(self) -> float:
        return self._time.now()

    def wait(self, seconds: float, *readable: int | None) -> None:  # noqa: ARG002
        next_change = self._backend.next_change()
        self._time.advance_to(self._time.now() + seconds if next_change is None else next_change)


def store_job(store: SqliteStore, job: TuningJob) -> None:
    """Create a tuning job in a store as the service does, without reading a program or taking a snapshot."""
    event = TuningJobCreated(at=job.created_at)
    state, effects = step(job, initial_state(job), event)
    store.create(job, Transition(event=event, state=state, effects=effects))


def run_in_virtual_time(
    job: TuningJob,
    program: Program,
    store_path: Path,
    *,
    listener: Listener | None = None,
    suggester: Suggester | None = None,
) -> TuningJobRecord:
    """Run a tuning job to its end with a function in place of its program.

    Args:
        job: its plan is what runs.
        program: what a training job prints and when, from its spec (`selftune.backends.simulated.Program`).
        store_path: where the database goes.
        suggester: in place of one that answers at once; it is closed at the end.
    """
    time = VirtualClock(job.created_at)
    backend = SimulatedBackend(program, time, slots=job.plan.max_parallel.value)
    store = SqliteStore(store_path)
    store_job(store, job)
    lease = store.lease(job.name)
    if lease is None:
        raise RuntimeError("a store that was just made is held by nobody")
    suggester = suggester or DirectSuggester()
    try:
        return Controller(
            store.load(job.name),
            store=store,
            lease=lease,
            backend=backend,
            suggester=suggester,
            clock=SimulatedClock(time, backend),
            listener=listener,
        ).run()
    finally:
        suggester.close()
        lease.release()
        store.close()
