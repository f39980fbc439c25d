"""What a training job wrote into files instead of printing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.model.jobs import TrainingJob, TuningJob
from selftune.training.contract import AttemptFolder

if TYPE_CHECKING:
    from selftune.training.metrics.result_files import FoundFiles


def files_written(job: TuningJob, training_job: TrainingJob, since: float) -> FoundFiles:
    """The files of results in the folders of an attempt that has ended.

    Args:
        since: When it started, in seconds since the epoch.
    """
    from selftune.training.metrics.result_files import read_result_files  # slow to import, and a plan needs none

    return read_result_files(result_folders(job, training_job), since)


def result_folders(job: TuningJob, training_job: TrainingJob) -> Sequence[Path]:
    """Where the command ran, and where the contract lets it leave its results."""
    attempt = AttemptFolder(Path(job.folder) / training_job.name / f"attempt-{training_job.attempt}")
    program = job.plan.program
    work = Path(program.folder) if program.is_in_place and program.folder else attempt.work
    return (work, attempt.model, attempt.output_data)
