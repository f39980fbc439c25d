"""Holding a tuning job's loop in the foreground: progress, Ctrl-C, and what is printed at the end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from selftune.cli.console import give, give_json, is_live, say, width
from selftune.cli.exit_codes import INTERRUPTED, TERMINAL_CLOSED, TUNING_FAILED
from selftune.cli.interrupt import CleanStop, TerminalClosed
from selftune.cli.outcome import outcome_document
from selftune.cli.progress import progress_view
from selftune.cli.receipt import receipt_lines
from selftune.model.jobs import TuningJobRecord
from selftune.views.summary import Summary

if TYPE_CHECKING:
    from selftune.engine.service import TuningService

_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.05


class Left(Enum):
    """How this process parted from the loop."""

    AT_THE_END = auto()
    STOPPED = auto()
    """Ctrl-C once: the tuning job was stopped cleanly."""
    STOPPING = auto()
    """Ctrl-C twice: another process finishes the stop."""
    TERMINAL_CLOSED = auto()
    """Another process goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a tuning job's loop ended in this process."""

    record: TuningJobRecord
    left: Left = Left.AT_THE_END

    def exit_code(self, summary: Summary) -> int:
        """The command line's; `summary` is that of `record`."""
        match self.left:
            case Left.STOPPED | Left.STOPPING:
                return INTERRUPTED
            case Left.TERMINAL_CLOSED:
                return TERMINAL_CLOSED
        return TUNING_FAILED if summary.status.is_terminal and summary.best is None else 0


def hold_loop(service: TuningService, name: str, *, is_silent: bool) -> Ending:
    """Hold the loop until the tuning job has ended, showing how far it is.

    Ctrl-C once stops it cleanly; twice leaves at once, and a process of its own finishes the stop. Where the terminal
    is closed, a process of its own goes on.
    """

    def stop() -> None:
        if not is_silent and not is_live():
            say("Stopping: running training jobs are asked to end. Ctrl-C again leaves at once.")
        service.stop(name)

    with CleanStop(stop) as clean_stop:
        try:
            record = _run_shown(service, name, is_silent=is_silent)
        except KeyboardInterrupt as interrupt:
            service.run_detached(name)
            is_closed = isinstance(interrupt, TerminalClosed)
            return Ending(record=service.record(name), left=Left.TERMINAL_CLOSED if is_closed else Left.STOPPING)
    return Ending(record=record, left=Left.STOPPED if clean_stop.is_requested else Left.AT_THE_END)


def _run_shown(service: TuningService, name: str, *, is_silent: bool) -> TuningJobRecord:
    with progress_view(service, service.record(name), is_silent=is_silent) as view:
        try:
            return service.run(name, lambda progress: view.show(progress.record))
        except TerminalClosed:  # told before the live screen is cleared, which a terminal that has gone would refuse
            say(f"The terminal was closed; {name} goes on by itself. Follow it: selftune watch {name}")
            raise


def let_go(service: TuningService, name: str) -> None:
    """Let a process of its own hold the loop, and return once it does, so that whoever looks next finds it running."""
    service.run_detached(name)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not service.is_held(name) and not service.record(name).state.status.is_terminal:
        if time.monotonic() > deadline:
            return
        time.sleep(_POLL_SECONDS)


def conclude(service: TuningService, ending: Ending, *, as_json: bool) -> int:
    """Print the receipt, or the one JSON object; returns the exit code."""
    record, name = ending.record, ending.record.job.name
    summary = service.summary(name)
    if as_json:
        give_json(outcome_document(record, summary))
        return ending.exit_code(summary)
    if ending.left is Left.TERMINAL_CLOSED:
        return ending.exit_code(summary)
    for line in receipt_lines(record, summary, width=width()):
        say(line)
    if ending.left is Left.STOPPING:
        say(f"A process in the background finishes the stop. See: selftune describe {name}")
    if summary.best is not None:
        give(summary.best.command)
    return ending.exit_code(summary)
