"""One training job's result: its objective, its values, and how to run it again by hand."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJob, TuningState
from selftune.model.objective import Direction
from selftune.model.values import HyperparameterValue, text_from_value

_TUNED_ONCE = ("--max-jobs", "1")
"""Makes the line of a built-in algorithm run its values, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """A value that the program reads from a configuration file, not from its command line."""

    path: str
    """Relative to the program's folder."""
    key: str
    """Dotted key."""
    value: HyperparameterValue


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What a training job reached, and with what."""

    number: int
    name: str
    objective: float
    values: tuple[tuple[str, HyperparameterValue], ...]
    """Of the tuned hyperparameters."""
    command: str
    """Ready to paste into a shell, in the folder in which the program runs today."""
    file_edits: tuple[FileEdit, ...]
    """What to change in configuration files before the command gives this result."""
    model: str
    """Absolute path of the folder for its model (`SM_MODEL_DIR`)."""
    work: str
    """Absolute path of the folder in which it ran."""


def result_of(job: TuningJob, training_job: TrainingJob) -> JobResult:
    """The result of a training job that reported the objective."""
    if training_job.objective is None:
        raise ValueError(f"training job {training_job.number} has no objective")
    attempt = attempt_folder(job, training_job)
    return JobResult(
        number=training_job.number,
        name=training_job.name,
        objective=training_job.objective,
        values=training_job.suggestion.values,
        command=command_of(job, training_job.values),
        file_edits=_file_edits(job, training_job.values),
        model=f"{attempt}/ml/model",
        work=job.plan.program.folder or attempt if job.plan.program.is_in_place else f"{attempt}/work",
    )


def attempt_folder(job: TuningJob, training_job: TrainingJob) -> str:
    """The folder of a training job's last attempt."""
    return f"{job.folder}/{training_job.name}/attempt-{training_job.attempt}"


def command_of(job: TuningJob, values: dict[str, HyperparameterValue]) -> str:
    """The command line that trains once with these values, quoted for a POSIX shell."""
    program = job.plan.program
    tokens = program.template.render(values) if program.algorithm is None else _algorithm_line(job, values)
    return shlex.join(tokens)


def is_usable(training_job: TrainingJob) -> bool:
    """True where it has ended with an objective that can be compared: completed, or stopped before its end."""
    has_value = training_job.objective is not None and math.isfinite(training_job.objective)
    return has_value and training_job.status in (TrainingJobStatus.COMPLETED, TrainingJobStatus.STOPPED)


def best_of(state: TuningState) -> TrainingJob | None:
    """The best training job so far.

    One that ran to its end goes before one that was stopped, whose command would give another result; among equals the
    earliest counts, so that nothing is recommended over the user's own values without a gain.
    """
    usable = [job for job in state.training_jobs if is_usable(job)]
    completed = [job for job in usable if job.status is TrainingJobStatus.COMPLETED]
    return min(completed or usable, key=lambda job: (loss_of(job, state.objective.direction), job.number), default=None)


def loss_of(training_job: TrainingJob, direction: Direction) -> float:
    """The objective as a loss; infinite where there is none."""
    return math.inf if training_job.objective is None else direction.loss(training_job.objective)


def _algorithm_line(job: TuningJob, values: dict[str, HyperparameterValue]) -> tuple[str, ...]:
    program, request = job.plan.program, job.request
    merged = {**dict(program.static_values), **values}
    tokens = ["selftune", "run", program.algorithm or ""]
    for channel in request.channels:
        tokens += ["--data", f"{channel.name}={channel.path}"]
    if request.settings.target_column is not None:
        tokens += ["--target", request.settings.target_column]
    for name, value in merged.items():
        if not name.startswith("_"):
            tokens += ["--hp", f"{name}={text_from_value(value)}"]
    return (*tokens, *_TUNED_ONCE)


def _file_edits(job: TuningJob, values: dict[str, HyperparameterValue]) -> tuple[FileEdit, ...]:
    return tuple(
        FileEdit(path=file.path, key=key, value=values[name])
        for file in job.plan.program.config_files
        for name, key in file.keys
        if name in values
    )
