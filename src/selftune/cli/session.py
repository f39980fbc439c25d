"""Holding a tuning job's loop in the foreground: progress, Ctrl-C, and what is printed at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftune.cli.console import give, give_json, is_live, say, width
from selftune.cli.exit_codes import INTERRUPTED, TUNING_FAILED
from selftune.cli.interrupt import CleanStop
from selftune.cli.progress import progress_view
from selftune.cli.receipt import receipt_lines
from selftune.model.jobs import TuningJobRecord, TuningJobStatus
from selftune.views.run_document import run_document

if TYPE_CHECKING:
    from selftune.engine.service import TuningService


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a tuning job's loop ended in this process."""

    record: TuningJobRecord
    is_interrupted: bool = False
    """By Ctrl-C."""

    @property
    def exit_code(self) -> int:
        if self.is_interrupted:
            return INTERRUPTED
        return TUNING_FAILED if self.record.state.status is TuningJobStatus.FAILED else 0


def hold_loop(service: TuningService, name: str, *, is_silent: bool) -> Ending:
    """Hold the loop until the tuning job has ended, showing how far it is.

    Ctrl-C once stops it cleanly; twice leaves at once, and a process of its own finishes the stop.
    """

    def stop() -> None:
        if not is_silent and not is_live():
            say("Stopping: running training jobs are asked to end. Ctrl-C again leaves at once.")
        service.stop(name)

    record = service.record(name)
    with progress_view(service, record, is_silent=is_silent) as view, CleanStop(stop) as clean_stop:
        try:
            record = service.run(name, lambda progress: view.show(progress.record))
        except KeyboardInterrupt:
            service.run_detached(name)
            return Ending(record=service.record(name), is_interrupted=True)
    return Ending(record=record, is_interrupted=clean_stop.is_requested)


def conclude(service: TuningService, ending: Ending, *, as_json: bool) -> int:
    """Print the receipt, or the one JSON object; returns the exit code."""
    record, summary = ending.record, service.summary(ending.record.job.name)
    if as_json:
        give_json(run_document(record, summary))
        return ending.exit_code
    for line in receipt_lines(record, summary, width=width()):
        say(line)
    if summary.best is not None:
        give(summary.best.command)
    return ending.exit_code
