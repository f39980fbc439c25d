"""Tuning jobs that are not over and that no process runs: what a crash has left, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftune.model.jobs import TuningJobRecord

if TYPE_CHECKING:
    from selftune.engine.service import TuningService


def nobody_runs(service: TuningService, record: TuningJobRecord) -> str | None:
    """What to tell of a tuning job whose loop nobody holds; None where it is over or somebody does."""
    name = record.job.name
    if record.state.status.is_terminal or service.is_held(name):
        return None
    latest = service.record(name)  # it may have come to its end, and its process gone, since `record` was read
    return None if latest.state.status.is_terminal else f"Nobody runs it: selftune resume {name}"
