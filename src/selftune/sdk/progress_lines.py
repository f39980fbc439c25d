"""Progress as plain lines: one when a tuning job begins, one for each training job that ends, one at the end."""

from __future__ import annotations

from typing import TextIO

from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.values import short_number, short_value
from selftune.views.results import best_of
from selftune.views.rows import first_line, signed, status_text
from selftune.views.summary import Summary


class ProgressLines:
    """Shows each training job once, however often it is asked to."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown: set[int] = set()
        self._has_begun = False

    def show(self, record: TuningJobRecord) -> None:
        """Write what is new in `record`."""
        if not self._has_begun:
            self._has_begun = True
            self._write(_opening(record))
        for training_job in record.state.training_jobs:
            if training_job.status.is_terminal and training_job.number not in self._shown:
                self._shown.add(training_job.number)
                self._write(_ended(training_job, record))

    def close(self, summary: Summary) -> None:
        """Write the outcome."""
        self._write(_outcome(summary))

    def _write(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


def _opening(record: TuningJobRecord) -> str:
    plan = record.job.plan
    tuned = ", ".join(planned.name for planned in plan.tuned) or "nothing"
    objective = record.state.objective
    return (
        f"Tuning job {record.job.name}: tunes {tuned}; objective {objective.name or 'not known yet'} "
        f"({objective.direction}); at most {plan.bound.jobs} training jobs, {plan.max_parallel.value} at a time."
    )


def _ended(training_job: TrainingJob, record: TuningJobRecord) -> str:
    best = best_of(record.state)
    reached = "no objective" if training_job.objective is None else f"{short_number(training_job.objective)}"
    so_far = "" if best is None or best.objective is None else f", best {short_number(best.objective)}"
    values = " ".join(f"{name}={short_value(value)}" for name, value in training_job.suggestion.values)
    reason = first_line(training_job.failure_reason or "")
    return (
        f"  {training_job.number}/{record.job.plan.bound.jobs} {status_text(training_job)}: {reached}{so_far}  {values}"
        + (f"  ({reason})" if reason else "")
    )


def _outcome(summary: Summary) -> str:
    head = f"{summary.status}: {summary.status_reason}".rstrip(": ")
    if summary.best is None:
        return head
    gain = "" if summary.gain is None else f", {signed(summary.gain.value)} over today's values"
    return f"{head}\nBest {summary.objective_name} {short_number(summary.best.objective)}{gain}: {summary.best.name}"
