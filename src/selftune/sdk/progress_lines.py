"""Progress as plain lines: when a tuning job begins, a training job ends, a range moves, and at the end."""

from __future__ import annotations

from typing import TextIO

from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.values import counted, short_number, short_value
from selftune.sdk.words import TUNER_WORDS, Words
from selftune.views.expectation import expectation_after_the_first, expectation_text
from selftune.views.range_moves import move_text
from selftune.views.results import best_of
from selftune.views.rows import first_line, signed, status_text
from selftune.views.summary import Summary


class ProgressLines:
    """Shows each training job once, however often it is asked to; goes silent where the stream cannot be written."""

    def __init__(self, stream: TextIO, words: Words = TUNER_WORDS) -> None:
        self._stream = stream
        self._words = words
        self._is_silent = False
        self._shown: set[int] = set()
        self._moves_shown = 0
        self._has_begun = False
        self._has_said_length = False

    def show(self, record: TuningJobRecord) -> None:
        """Write what is new in `record`."""
        if not self._has_begun:
            self._has_begun = True
            self._write(_opening(record))
        for training_job in record.state.training_jobs:
            if training_job.status.is_terminal and training_job.number not in self._shown:
                self._shown.add(training_job.number)
                expected = "" if self._has_said_length else _expected(record)
                self._has_said_length = self._has_said_length or bool(expected)
                self._write(_ended(training_job, record) + expected)
        for move in record.state.range_moves[self._moves_shown :]:
            self._write(f"  Range: {move_text(move)}")
        self._moves_shown = len(record.state.range_moves)

    def close(self, record: TuningJobRecord, summary: Summary) -> None:
        """Write the outcome; `summary` is that of `record`."""
        self._write(_outcome(record, summary))

    def _write(self, line: str) -> None:
        if self._is_silent:
            return
        try:
            print(self._words.of(line), file=self._stream, flush=True)
        except OSError:
            self._is_silent = True


def _opening(record: TuningJobRecord) -> str:
    plan = record.job.plan
    tuned = ", ".join(planned.name for planned in plan.tuned) or "nothing"
    objective, at_most = record.state.objective, counted(plan.bound.jobs, "training job")
    return (
        f"Tuning job {record.job.name}: tunes {tuned}; objective {objective.name or 'not known yet'} "
        f"({objective.direction}); at most {at_most}, {plan.max_parallel.value} at a time."
    )


def _ended(training_job: TrainingJob, record: TuningJobRecord) -> str:
    best = best_of(record.state)
    reached = "no objective" if training_job.objective is None else f"{short_number(training_job.objective)}"
    so_far = "" if best is None or best.objective is None else f", best {short_number(best.objective)}"
    values = " ".join(f"{name}={short_value(value)}" for name, value in training_job.suggestion.values)
    reason = first_line(training_job.failure_reason or training_job.stop_reason or "")
    return (
        f"  {training_job.number}/{record.job.plan.bound.jobs} {status_text(training_job)}: {reached}{so_far}  {values}"
        + (f"  ({reason})" if reason else "")
    )


def _expected(record: TuningJobRecord) -> str:
    expectation = expectation_after_the_first(record)
    return "" if expectation is None else f"  (expected {expectation_text(expectation)} in all)"


def _outcome(record: TuningJobRecord, summary: Summary) -> str:
    head = f"{summary.status}: {summary.status_reason}".rstrip(": ")
    if summary.best is None:
        return head
    title = record.job.plan.baseline_title
    gain = "" if summary.gain is None else f", {signed(summary.gain.value)} over {title}"
    return f"{head}\nBest {summary.objective_name} {short_number(summary.best.objective)}{gain}: {summary.best.name}"
