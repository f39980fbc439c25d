"""Progress while a tuning job runs: a live screen on a terminal, otherwise one plain line for each training job."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from selftune.cli.console import is_live, say, width
from selftune.cli.screen import screen_lines
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.values import short_number, short_value
from selftune.views.expectation import expectation_after_the_first, expectation_text
from selftune.views.range_moves import move_text
from selftune.views.rows import first_line, status_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from selftune.engine.service import TuningService

_FRAMES_PER_SECOND = 4
_LONGEST_REASON = 180


class View(Protocol):
    """Is shown each new state of one tuning job."""

    def show(self, record: TuningJobRecord) -> None: ...


class Silence:
    """Shows nothing: with `--json` nobody watches."""

    def show(self, record: TuningJobRecord) -> None:
        """Nothing to show."""


class PlainLines:
    """One line for each training job that ends and for each range that moves while we look."""

    def __init__(self, record: TuningJobRecord) -> None:
        self._told = {job.number for job in record.state.training_jobs if job.status.is_terminal}
        self._moves = len(record.state.range_moves)
        self._has_said_length = bool(self._told)

    def show(self, record: TuningJobRecord) -> None:
        ended = [job for job in record.state.training_jobs if job.status.is_terminal and job.number not in self._told]
        for job in sorted(ended, key=lambda job: job.ended_at or 0.0):
            self._told.add(job.number)
            expected = "" if self._has_said_length else expected_text(record)
            self._has_said_length = self._has_said_length or bool(expected)
            say(ended_line(record, job, len(self._told)) + expected)
        for move in record.state.range_moves[self._moves :]:
            say(f"Range: {move_text(move)}")
        self._moves = len(record.state.range_moves)


class LiveScreen:
    """The latest state, drawn anew a few times a second by rich."""

    def __init__(self, service: TuningService, record: TuningJobRecord) -> None:
        self._service = service
        self._record = record

    def show(self, record: TuningJobRecord) -> None:
        self._record = record

    def __rich__(self) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        record, now = self._record, time.time()
        summary, curves = self._service.summary_of(record)
        lines = screen_lines(record, summary, curves, now=now, width=width())
        return Group(*(Text.from_ansi(line, no_wrap=True, overflow="ellipsis") for line in lines))


@contextmanager
def progress_view(service: TuningService, record: TuningJobRecord, *, is_silent: bool) -> Iterator[View]:
    """The view that fits where standard error goes."""
    if is_silent:
        yield Silence()
    elif is_live():
        from rich.console import Console
        from rich.live import Live

        screen = LiveScreen(service, record)
        console = Console(stderr=True)
        with Live(screen, console=console, refresh_per_second=_FRAMES_PER_SECOND, transient=True):
            yield screen
    else:
        yield PlainLines(record)


def expected_text(record: TuningJobRecord) -> str:
    """What the whole is expected to take, to be said behind the first training job that ended well."""
    expectation = expectation_after_the_first(record)
    return "" if expectation is None else f"  (expected {expectation_text(expectation)} in all)"


def ended_line(record: TuningJobRecord, job: TrainingJob, ended: int) -> str:
    """What became of a training job, in one line; `ended` counts those that have ended with it."""
    state, limit = record.state, record.job.plan.bound.jobs
    words = [f"[{ended}/{limit}] job {job.number}", status_text(job)]
    if job.objective is not None:
        words.append(f"{state.objective.name or 'objective'} {short_number(job.objective)}")
    words += [f"{name} {short_value(value)}" for name, value in job.suggestion.values]
    if job.is_baseline:
        words.append(f"({record.job.plan.baseline_title})")
    reason = first_line(job.failure_reason or job.stop_reason or "")
    if reason:
        words.append(textwrap.shorten(reason, _LONGEST_REASON, placeholder=" ..."))
    return "  ".join(words)
