"""From a training job to what a backend needs to run it."""

from __future__ import annotations

from pathlib import Path

from selftune.autotune import allowed_seconds
from selftune.engine.bounds import deadline, stop_grace_seconds
from selftune.model.jobs import TrainingJob, TuningJob
from selftune.model.plan import ConfigFile
from selftune.model.request import Origin
from selftune.model.spec import RewrittenFile, TrainingJobSpec
from selftune.model.values import HyperparameterValue, text_from_value
from selftune.views.aws_document import OBJECTIVE_HYPERPARAMETER

SHORTEST_RUNTIME_SECONDS = 0.1


def training_job_spec(
    job: TuningJob,
    training_job: TrainingJob,
    objective_name: str | None,
    now: float,
    job_limit_seconds: float | None = None,
) -> TrainingJobSpec:
    """The attempt that `training_job` is at, inside what is left of the bounds on it and on the tuning job.

    Args:
        job_limit_seconds: limit that was lowered since the plan was made.
    """
    program, values = job.plan.program, training_job.values
    allowed = allowed_seconds(job.plan, values, None if training_job.is_baseline else job_limit_seconds)
    left = min(deadline(job) - now, allowed - training_job.earlier_seconds)
    has_code = program.folder is not None and not program.is_in_place
    return TrainingJobSpec(
        tuning_job=job.name,
        name=training_job.name,
        number=training_job.number,
        attempt=training_job.attempt,
        argv=program.template.render(values),
        folder=str(Path(job.folder) / training_job.name),
        snapshot=str(snapshot_folder(job)) if has_code else None,
        in_place_folder=program.folder if program.is_in_place else None,
        hyperparameters=hyperparameter_texts(job, values, objective_name),
        channels=job.request.channels,
        rewritten_files=tuple(_rewritten(file, _given(job, values)) for file in program.config_files),
        environment=(*job.environment, *program.environment),
        parallel=job.plan.max_parallel.value,
        max_runtime_seconds=max(left, SHORTEST_RUNTIME_SECONDS),
        stop_grace_seconds=stop_grace_seconds(job),
        is_opt_ml_wanted=job.request.origin is Origin.SERVER,
        is_environment_bounded=job.request.origin is Origin.SERVER,
        is_too_late=now >= deadline(job),
    )


def snapshot_folder(job: TuningJob) -> Path:
    """Where the code as it was at creation lies, of each training job definition its own."""
    return Path(job.folder) / ("snapshot" if job.definition == 0 else f"snapshot-{job.definition + 1}")


def hyperparameter_texts(
    job: TuningJob, values: dict[str, HyperparameterValue], objective_name: str | None
) -> tuple[tuple[str, str], ...]:
    """All hyperparameters of a training job as its contract has them: of a command, its own values of today too."""
    tuned = {h.name: h.value for h in job.plan.tuned if h.value is not None}
    texts = {name: text_from_value(value) for name, value in {**tuned, **job.static_values, **values}.items()}
    if objective_name is not None:
        texts[OBJECTIVE_HYPERPARAMETER] = objective_name
    return tuple(texts.items())


def _given(job: TuningJob, values: dict[str, HyperparameterValue]) -> dict[str, HyperparameterValue]:
    """What a configuration file may hold otherwise than today: the job's values, and what the user gave beside it."""
    return {**dict(job.request.settings.values), **values}


def _rewritten(file: ConfigFile, values: dict[str, HyperparameterValue]) -> RewrittenFile:
    changes = tuple((key, values[name]) for name, key in file.keys if name in values)
    return RewrittenFile(path=file.path, format=file.format, values=changes)
