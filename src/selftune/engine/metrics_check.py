"""One run of a program, to see which metrics its output holds: in a folder of its own, as a training job has it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.autotune import confirm_objective
from selftune.backends.backend import AttemptReport, Phase, TrainingBackend
from selftune.engine.bounds import training_job_name
from selftune.engine.clock import Clock
from selftune.engine.lifecycle import initial_state
from selftune.engine.result_files import files_written
from selftune.engine.spec import training_job_spec
from selftune.model.history import BASELINE, Suggestion
from selftune.model.jobs import TrainingJob, TuningJob
from selftune.model.objective import Objective
from selftune.training.metrics import LineReading, MetricReader, complete_lines, same_metric

if TYPE_CHECKING:
    from selftune.training.metrics.result_files import FoundFiles

_LOOK_SECONDS = 0.05
_CHUNK_BYTES = 1 << 20
_LAST_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """A line of output, and what is read in it."""

    number: int
    """1, 2, 3, ...; each state of a progress bar is a line."""
    line: str
    reading: LineReading | None


Watcher = Callable[[LineSeen], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsSeen:
    """What one run has shown."""

    planned: Objective
    """The objective as it would be planned from the source."""
    observed: dict[str, list[float]]
    """Values by name, in the order in which the names appeared; those of files behind what was printed."""
    objective: Objective | None
    """The objective that a tuning job would go on with; None where nothing can be compared."""
    reason: str
    files: FoundFiles
    end: AttemptReport
    line_count: int
    last_lines: tuple[str, ...]
    was_stopped: bool


@dataclass(slots=True)
class _Output:
    """The output as far as it was read."""

    reader: MetricReader
    offset: int = 0
    line_count: int = 0
    last_lines: list[str] = field(default_factory=list)
    observed: dict[str, list[float]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """In which file a metric was found that was not printed."""

    def take(self, text: str) -> Iterator[LineSeen]:
        for line, reading in self.reader.read_lines(text):
            self.line_count += 1
            self.last_lines = [*self.last_lines[1 - _LAST_LINES :], line.rstrip()[:200]]
            for name, value in reading.points if reading else ():
                self.observed.setdefault(name, []).append(value)
            yield LineSeen(number=self.line_count, line=line, reading=reading)

    def take_files(self, files: FoundFiles) -> None:
        """What was printed counts, not what a file says of the same metric."""
        printed = list(self.observed)
        for reading in files.readings:
            for point in reading.points:
                if not any(same_metric(point.name, other) for other in printed):
                    self.observed.setdefault(point.name, []).append(point.value)
                    self.files[point.name] = reading.path


def check_metrics(
    job: TuningJob, *, backend: TrainingBackend, clock: Clock, watcher: Watcher, is_stopping: Callable[[], bool]
) -> MetricsSeen:
    """Run the program with today's values once, and tell the watcher of each line; its folder is cleared away.

    Args:
        job: A tuning job whose folder and snapshot are made, and which nobody has stored.
        is_stopping: Whether the user wants it to end.
    """
    training_job = _training_job(job, clock.now())
    planned = initial_state(job).objective
    output = _Output(MetricReader(name=planned.name, regex=planned.regex))
    handle = backend.start(training_job_spec(job, training_job, planned.name, clock.now()))
    try:
        end, was_stopped = _follow(handle, output, backend, clock, watcher, is_stopping)
    except BaseException:
        backend.stop(handle)
        raise
    files = files_written(job, training_job, end.started_at or job.created_at)
    output.take_files(files)
    shutil.rmtree(job.folder, ignore_errors=True)
    objective, reason = confirm_objective(planned, output.observed, output.files) or (None, "")
    return MetricsSeen(
        planned=planned,
        observed=output.observed,
        objective=objective if objective and _is_seen(objective, output) else None,
        reason=reason,
        files=files,
        end=end,
        line_count=output.line_count,
        last_lines=tuple(output.last_lines),
        was_stopped=was_stopped,
    )


def _follow(
    handle: str,
    output: _Output,
    backend: TrainingBackend,
    clock: Clock,
    watcher: Watcher,
    is_stopping: Callable[[], bool],
) -> tuple[AttemptReport, bool]:
    """Read what is printed until the program has ended; returns how, and whether it was asked to."""
    was_stopped = False
    while True:
        if is_stopping() and not was_stopped:
            was_stopped = True
            backend.stop(handle)
        report = backend.poll([handle])[handle]
        has_ended = report.phase is Phase.ENDED
        while output.offset < report.log_size:
            data = backend.logs(handle, output.offset, _CHUNK_BYTES)
            text, consumed = complete_lines(data, has_ended and output.offset + len(data) >= report.log_size)
            if not consumed:
                break
            output.offset += consumed
            for seen in output.take(text):
                watcher(seen)
        if has_ended:
            return report, was_stopped
        clock.wait(_LOOK_SECONDS)


def _training_job(job: TuningJob, now: float) -> TrainingJob:
    values = job.plan.baseline or ()
    suggestion = Suggestion(values=values, strategy=BASELINE, reason="Today's values.")
    return TrainingJob(number=1, name=training_job_name(job, 1), suggestion=suggestion, created_at=now)


def _is_seen(objective: Objective, output: _Output) -> bool:
    return any(objective.name is not None and same_metric(name, objective.name) for name in output.observed)


def in_folder(job: TuningJob, folder: Path) -> TuningJob:
    """The tuning job with another folder than that in which it would be kept."""
    return replace(job, folder=str(folder))
