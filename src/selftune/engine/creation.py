"""The folders of tuning jobs: names that fit, and the snapshot of the code taken at creation."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.model.errors import NameTaken, StorageFailure, UsageError
from selftune.model.request import JobKind

if TYPE_CHECKING:
    from selftune.model.jobs import TuningJob
    from selftune.model.request import TuningJobRequest

LONGEST_NAMES = {JobKind.TUNING: 32, JobKind.TRAINING: 63}
"""The service's own limits."""


def _pattern(kind: JobKind) -> re.Pattern[str]:
    return re.compile(rf"(?=.{{1,{LONGEST_NAMES[kind]}}}\Z)[a-zA-Z0-9](-*[a-zA-Z0-9])*\Z")


NAME_PATTERN = _pattern(JobKind.TUNING)
_NAME_PATTERNS = {JobKind.TUNING: NAME_PATTERN, JobKind.TRAINING: _pattern(JobKind.TRAINING)}
KEPT_VARIABLES = ("PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
"""They decide which program a command is: a search that is resumed from another shell must run the same one."""


def environment_at_creation(environ: Mapping[str, str] = os.environ) -> tuple[tuple[str, str], ...]:
    """The variables of `KEPT_VARIABLES` that are set here and now."""
    return tuple((name, environ[name]) for name in KEPT_VARIABLES if name in environ)


@contextmanager
def storage_failures(place: Path | str) -> Iterator[None]:
    """Turn what the system says of a place that cannot be written into words."""
    try:
        yield
    except OSError as error:
        raise StorageFailure(
            f"{error.filename or place} cannot be written: {error.strerror or error}.",
            hint="Free some space or name another home: --home DIR or SELFTUNE_HOME.",
        ) from error


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
        with storage_failures(self._home):
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._jobs.mkdir(exist_ok=True)

    @property
    def are_made(self) -> bool:
        """Whether anything was ever kept in this home."""
        return self._jobs.is_dir()

    def of(self, name: str) -> Path:
        """The folder of a tuning job."""
        return self._jobs / name

    def check_name(self, request: TuningJobRequest, taken: Iterable[str]) -> None:
        """Refuse a name that does not fit or is taken (names are case-insensitive).

        Args:
            taken: Names in the store of all jobs of this kind.
        """
        name, longest = request.name, LONGEST_NAMES[request.kind]
        if not _NAME_PATTERNS[request.kind].match(name):
            raise UsageError(
                f"'{name}' cannot name a {request.kind} job.",
                hint=f"Use 1 to {longest} letters, digits and hyphens, beginning and ending with a letter or digit.",
            )
        if request.stored_name.lower() in {other.lower() for other in taken}:
            raise NameTaken(
                f"A {request.kind} job named '{name}' exists.", hint="Give another --name, or leave it out."
            )

    @contextmanager
    def one_creation_at_a_time(self) -> Iterator[None]:
        """Nobody else in this home creates meanwhile: a name that is free stays free, a folder that grows stays."""
        with storage_failures(self._jobs):
            lock = (self._jobs / ".creation.lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def made_for(self, job: TuningJob, *, is_stored: Callable[[], bool]) -> Iterator[TuningJob]:
        """Make the folder and its snapshot; cleared away again when the body did not come to store the job.

        Gives the job with what the snapshot warns of.
        """
        folder = Path(job.folder)
        try:
            with storage_failures(folder):
                if folder.exists():  # what a creation that was killed has left
                    shutil.rmtree(folder)
                folder.mkdir(parents=True)
            warnings = [text for each in (job, *job.alternatives) for text in self._snapshot(each)]
            yield replace(job, warnings=tuple(dict.fromkeys(warnings)))
        except BaseException:
            if not is_stored():
                shutil.rmtree(folder, ignore_errors=True)
            raise

    def remove(self, name: str) -> None:
        """Remove the folder of a job that is no longer stored; a rest goes with the next of its name."""
        shutil.rmtree(self.of(name), ignore_errors=True)

    def _snapshot(self, job: TuningJob) -> tuple[str, ...]:
        program = job.plan.program
        if program.folder is None or program.is_in_place:
            return ()
        from selftune.engine.spec import snapshot_folder  # here, since a plan, which takes none, is to be there at once
        from selftune.training.snapshot import take_snapshot

        place, command = snapshot_folder(job), program.template.render({})
        return take_snapshot(Path(program.folder), place, exclude=[self._home], command=command).warnings
