"""Training jobs and tuning jobs as table rows: text only, numbers with at most five significant digits."""

from __future__ import annotations

from dataclasses import dataclass

from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.values import short_number, short_value
from selftune.views.durations import duration_text, rough
from selftune.views.results import best_of
from selftune.views.spent import run_seconds, was_stopped_early
from selftune.views.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobRow:
    """One training job in a table."""

    number: int
    name: str
    status: str
    objective: str
    """Empty until it has reported one."""
    duration: str
    values: tuple[tuple[str, str], ...]
    """Of the tuned hyperparameters, in the plan's order."""
    made_by: str
    """What suggested its values."""
    note: str
    """Why it was stopped or failed, in one line; empty otherwise."""
    is_best: bool
    is_baseline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobRow:
    """One tuning job in the list of all."""

    name: str
    status: str
    program: str
    objective: str
    """The metric's name; empty while it is unknown."""
    best: str
    """Empty until a training job has given the objective."""
    gain: str
    """Over today's values, with its sign; empty where it is not known."""
    jobs: str
    """Ended training jobs of the bound, "12/20"."""
    time: str
    """Spent of the bound, "0:21 of 48 h"."""
    created_at: float


def training_job_rows(record: TuningJobRecord, *, now: float) -> tuple[TrainingJobRow, ...]:
    """One row for each training job, in the order of creation."""
    best = best_of(record.state)
    return tuple(
        TrainingJobRow(
            number=job.number,
            name=job.name,
            status=status_text(job),
            objective="" if job.objective is None else short_number(job.objective),
            duration="" if job.started_at is None else duration_text(run_seconds(job, now)),
            values=tuple((name, short_value(value)) for name, value in job.suggestion.values),
            made_by=job.suggestion.strategy,
            note=first_line(job.failure_reason or job.stop_reason or ""),
            is_best=best is not None and job.number == best.number,
            is_baseline=job.is_baseline,
        )
        for job in record.state.training_jobs
    )


def tuning_job_row(record: TuningJobRecord, summary: Summary) -> TuningJobRow:
    """The row of one tuning job; `summary` is that of `record`."""
    counters = summary.counters
    ended = counters.completed + counters.stopped + counters.failed
    return TuningJobRow(
        name=summary.tuning_job,
        status=summary.status.value,
        program=record.job.plan.program.title,
        objective=summary.objective_name or "",
        best="" if summary.best is None else short_number(summary.best.objective),
        gain="" if summary.gain is None else signed(summary.gain.value),
        jobs=f"{ended}/{summary.bound.jobs}",
        time=f"{duration_text(summary.spent.seconds)} of {rough(summary.bound.seconds)}",
        created_at=record.job.created_at,
    )


def status_text(job: TrainingJob) -> str:
    """The status for people: tells a training job that was stopped early from one that a person stopped."""
    return "Stopped early" if was_stopped_early(job) else job.status.value


def signed(value: float) -> str:
    """A difference with its sign; plain "0" for none."""
    return short_number(value) if value <= 0 else f"+{short_number(value)}"


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
