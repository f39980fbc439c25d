"""The end of a tuning job whose loop cannot be held: on the record, with what runs of it told to stop."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from selftune.backends.backend import TrainingBackend
from selftune.engine import lifecycle
from selftune.engine.clock import Clock
from selftune.model.events import LoopFailed
from selftune.model.jobs import TuningJobRecord
from selftune.store.store import Store, Transition


def give_up(name: str, reason: str, *, store: Store, backend: TrainingBackend, clock: Clock) -> None:
    """Let a tuning job fail, unless another process holds its loop.

    Args:
        name: In the store.
        reason: For people; what no text can hold is replaced in it.
    """
    lease = store.lease(name)
    if lease is None:
        return
    try:
        record = store.load(name)
        if record.state.status.is_terminal:
            return
        _stop_what_runs(record, backend)
        event = LoopFailed(at=clock.now(), reason=reason.encode("utf-8", "replace").decode("utf-8"))
        state, effects = lifecycle.step(record.job, record.state, event)
        store.commit(name, lease, [Transition(event=event, state=state, effects=effects)])
    finally:
        lease.release()


def _stop_what_runs(record: TuningJobRecord, backend: TrainingBackend) -> None:
    """As far as that goes: the way to the processes may be what is broken."""
    for training_job in record.state.running:
        handle = Path(record.job.folder) / training_job.name / f"attempt-{training_job.attempt}"
        with suppress(Exception):
            backend.stop(str(handle))
