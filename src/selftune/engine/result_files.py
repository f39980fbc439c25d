"""What training jobs write into files instead of printing it: read while they run, beside the loop, and at the end."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.model.jobs import TrainingJob, TuningJob
from selftune.training.contract import AttemptFolder

if TYPE_CHECKING:
    from selftune.training.metrics.result_files import FoundFiles, ResultFiles

FIRST_LOOK_SECONDS = 2.0
"""A training job that has run for less has nothing that its end would not show soon."""
LOOK_SECONDS = 1.0
SHARE_OF_TIME = 0.03
"""Looking takes no more than this share of one core: what takes longer is looked at less often."""


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


class FileWatch:
    """Looks at the files of one attempt again and again, in a thread of its own for each look: nobody waits for it.

    Args:
        folders: Of the attempt.
        since: When it started, in seconds since the epoch.
    """

    def __init__(self, folders: Sequence[Path], since: float) -> None:
        self._folders = folders
        self._since = since
        self._files: ResultFiles | None = None
        self._found: FoundFiles | None = None
        self._due = since + FIRST_LOOK_SECONDS
        self._took = 0.0
        self._look: threading.Thread | None = None

    def news(self, now: float) -> FoundFiles | None:
        """What the last look has found, once; begins another where it is time."""
        if self._look is None:
            if now >= self._due and not any(folder.is_dir() for folder in self._folders):
                self._due = math.inf  # it runs where this machine does not see its files
            elif now >= self._due:
                self._look = threading.Thread(target=self._read, name="result files", daemon=True)
                self._look.start()
            return None
        if self._look.is_alive():
            return None
        found, self._found, self._look = self._found, None, None
        self._due = now + max(LOOK_SECONDS, self._took / SHARE_OF_TIME)
        return found

    def _read(self) -> None:
        from selftune.training.metrics.result_files import ResultFiles  # slow to import, and most jobs need none

        began = time.thread_time()
        self._files = self._files or ResultFiles(self._folders, self._since)
        self._found = self._files.read(is_growing=True)
        self._took = time.thread_time() - began
