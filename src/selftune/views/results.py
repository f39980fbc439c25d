"""One training job's result: its objective, its values, and how to run it again by hand."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import normpath

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
    format: str
    """"json", "yaml" or "toml"."""
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
    """Ready to paste into a shell, in the folder in which the program runs today.

    Where values lie in a configuration file, it names the copy with which the training job ran.
    """
    file_edits: tuple[FileEdit, ...]
    """What to change in the program's own configuration files so that today's command gives this result."""
    model: str
    """Absolute path of the folder for its model (`SM_MODEL_DIR`)."""
    work: str
    """Absolute path of the folder in which it ran."""
    definition: int = 0
    """Which of several training job definitions it ran."""


def result_of(job: TuningJob, training_job: TrainingJob) -> JobResult:
    """The result of a training job that reported the objective."""
    job = job.of(training_job.definition)
    if training_job.objective is None:
        raise ValueError(f"training job {training_job.number} has no objective")
    attempt = attempt_folder(job, training_job)
    work = job.plan.program.folder or attempt if job.plan.program.is_in_place else f"{attempt}/work"
    edits = _file_edits(job, training_job.values)
    copies = {} if job.plan.program.is_in_place else {edit.path: normpath(f"{work}/{edit.path}") for edit in edits}
    return JobResult(
        number=training_job.number,
        name=training_job.name,
        objective=training_job.objective,
        values=training_job.suggestion.values,
        command=command_of(job, training_job.values, copies),
        file_edits=edits,
        model=f"{attempt}/ml/model",
        work=work,
        definition=training_job.definition,
    )


def attempt_folder(job: TuningJob, training_job: TrainingJob) -> str:
    """The folder of a training job's last attempt."""
    return f"{job.folder}/{training_job.name}/attempt-{training_job.attempt}"


def command_of(job: TuningJob, values: dict[str, HyperparameterValue], copies: Mapping[str, str] | None = None) -> str:
    """The command line that trains once with these values, quoted for a POSIX shell.

    Args:
        copies: files that the command names, and what it shall name instead.
    """
    program = job.plan.program
    if program.algorithm is not None:
        return shlex.join(_algorithm_line(job, values))
    return shlex.join(_naming(token, copies or {}) for token in program.template.render(values))


def _naming(token: str, copies: Mapping[str, str]) -> str:
    """A file stands on a command line alone or behind '=', '@' or both: `c.yaml`, `--config=c.yaml`, `@c.json`."""
    for lead in ("", token[: token.rfind("=") + 1]):
        at = "@" if token.startswith("@", len(lead)) else ""
        name = token[len(lead + at) :]
        if name in copies:
            return lead + at + copies[name]
    return token


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
    given = {**dict(job.request.settings.values), **values}
    return tuple(
        FileEdit(path=file.path, format=file.format, key=key, value=given[name])
        for file in job.plan.program.config_files
        for name, key in file.keys
        if name in given
    )
