"""What a training job leaves, kept where the user wants it: its model and its other results, as archives.

    ATTEMPT/ml/model/        -> OUTPUT/<training job>/output/model.tar.gz, or file by file below output/model/
    ATTEMPT/ml/output/data/  -> OUTPUT/<training job>/output/output.tar.gz, where there is anything

They are put before the end of the training job is stored, so that one that is seen to have ended has its results where
it says. A crash in between repeats the put, which replaces what it finds. Packing takes as long as the model is large,
so it happens in a thread beside the loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from selftune.model.errors import SelftuneError
from selftune.model.events import EndedHow
from selftune.model.jobs import TrainingJob, TuningJob

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

MODEL_ARCHIVE = "model.tar.gz"
MODEL_FOLDER = "model/"
OUTPUT_ARCHIVE = "output.tar.gz"


def artifacts_folder(home: Path) -> Path:
    """Where the objects of a home lie."""
    return home / "artifacts"


def archive_address(output: str, training_job: str, archive: str) -> str:
    """Where an archive of a training job lies."""
    return "/".join((output.rstrip("/"), training_job, "output", archive))


def model_address(output: str, training_job: str, *, is_packed: bool) -> str:
    """Where the model of a training job lies: its archive, or the beginning of the addresses of its files."""
    return archive_address(output, training_job, MODEL_ARCHIVE if is_packed else MODEL_FOLDER)


class Results(Protocol):
    """Takes what training jobs leave."""

    def put(self, output: str, training_job: str, attempt: Path, *, has_model: bool, is_packed: bool = True) -> None:
        """Keep what lies in the folder of an attempt; doing it again replaces it.

        Args:
            output: The address below which results go.
            training_job: Its name.
            attempt: The attempt's folder.
            has_model: False: the training job has failed, so that only its other results are of use.
            is_packed: Whether the model goes into an archive.

        Raises:
            SelftuneError: it cannot be kept.
            OSError: a file cannot be read, or the disk is full.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """The results of one attempt have been dealt with."""

    failure: str | None = None
    """Why they could not be kept."""


class ResultKeeper:
    """Keeps the results of the training jobs of one tuning job, one after the other, beside its loop."""

    def __init__(self, job: TuningJob, results: Results | None) -> None:
        self._job = job
        self._results = results
        self._threads: ThreadPoolExecutor | None = None
        self._going_on: dict[tuple[int, int], Future[None]] = {}

    def kept(self, training_job: TrainingJob, how: EndedHow, exit_code: int | None) -> Kept | None:
        """What has become of the results of an attempt that has ended; None while they are being kept."""
        request = self._job.of(training_job.definition).request
        output = request.output
        if output is None or self._results is None or how is EndedHow.LOST:
            return Kept()
        identity = (training_job.number, training_job.attempt)
        if identity not in self._going_on:
            has_model = how is not EndedHow.EXITED or exit_code == 0
            self._going_on[identity] = self._begin(
                self._results, output, training_job, has_model=has_model, is_packed=request.is_model_packed
            )
        future = self._going_on[identity]
        return Kept(_failure(future, output)) if future.done() else None

    def close(self) -> None:
        """Wait for what is going on."""
        if self._threads is not None:
            self._threads.shutdown()

    def _begin(
        self, results: Results, output: str, training_job: TrainingJob, *, has_model: bool, is_packed: bool
    ) -> Future[None]:
        from concurrent.futures import ThreadPoolExecutor  # slow to import, and most loops keep nothing

        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "results")
        attempt = Path(self._job.folder) / training_job.name / f"attempt-{training_job.attempt}"
        return self._threads.submit(
            results.put, output, training_job.name, attempt, has_model=has_model, is_packed=is_packed
        )


def _failure(future: Future[None], output: str) -> str | None:
    error = future.exception()
    if error is None:
        return None
    said = error.message if isinstance(error, SelftuneError) else f"{type(error).__name__}: {error}"
    return f"What it left could not be kept below {output}: {said}"
