"""The folders of tuning jobs: names that fit, and the snapshot of the code taken at creation."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from selftune.engine.spec import snapshot_folder
from selftune.model.errors import NameTaken, StorageFailure, UsageError
from selftune.model.jobs import TuningJob
from selftune.training.snapshot import take_snapshot

NAME_PATTERN = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}\Z")


class TuningJobFolders:
    """`HOME/jobs/<tuning job>`: made whole, or not at all."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._jobs = home / "jobs"

    def make_home(self) -> None:
        """Create the home, readable by its owner only.

        Raises:
            StorageFailure: it cannot be written.
        """
        try:
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._jobs.mkdir(exist_ok=True)
        except OSError as error:
            raise StorageFailure(
                f"The home {self._home} cannot be written: {error.strerror or error}.",
                hint="Name another folder: --home DIR or SELFTUNE_HOME.",
            ) from error

    def of(self, name: str) -> Path:
        """The folder of a tuning job."""
        return self._jobs / name

    def check_name(self, name: str, taken: Iterable[str]) -> None:
        """Refuse a name that does not fit or is taken (names are case-insensitive)."""
        if not NAME_PATTERN.match(name):
            raise UsageError(
                f"'{name}' cannot name a tuning job.",
                hint="Use 1 to 32 letters, digits and hyphens, beginning and ending with a letter or digit.",
            )
        if name.lower() in {other.lower() for other in taken}:
            raise NameTaken(f"A tuning job named '{name}' exists.", hint="Give another --name, or leave it out.")

    @contextmanager
    def one_creation_at_a_time(self) -> Iterator[None]:
        """Nobody else in this home creates meanwhile: a name that is free stays free, a folder that grows stays."""
        with (self._jobs / ".creation.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def made_for(self, job: TuningJob) -> Iterator[TuningJob]:
        """Make the folder and its snapshot; cleared away again when the body, which stores the job, fails.

        Gives the job with what the snapshot warns of.
        """
        folder = Path(job.folder)
        try:
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True)
            yield replace(job, warnings=self._snapshot(job))
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageFailure(
                f"The folder of tuning job '{job.name}' cannot be made: {error.strerror or error} "
                f"({error.filename or folder}).",
                hint="Free some space or name another folder: --home DIR or SELFTUNE_HOME.",
            ) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _snapshot(self, job: TuningJob) -> tuple[str, ...]:
        program = job.plan.program
        if program.folder is None or program.is_in_place:
            return ()
        return take_snapshot(Path(program.folder), snapshot_folder(job.folder), exclude=[self._home]).warnings
