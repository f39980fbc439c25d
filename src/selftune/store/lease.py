"""Who holds a tuning job's loop: a lock on a file, which the kernel frees when its process dies.

The lock keeps others out; the epoch, counted up in the database by each new holder and checked by each commit, keeps
out a holder that lost its lock without noticing (the file was removed, the machine's file system went away).
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from selftune.model.jobs import TuningState

_TRIES = 4
_SECONDS_BETWEEN_TRIES = 0.005
"""One who asks whether the lock is taken (`is_locked`) holds a share of it for some microseconds."""


class FileLease:
    """The right to run one tuning job's loop; `SqliteStore.lease` hands it out."""

    def __init__(self, row: int, descriptor: int) -> None:
        self.row = row
        """Of the tuning job in the database."""
        self.epoch = 0
        self.last_state: TuningState | None = None
        """What the holder committed last: the next commit writes what differs from it."""
        self._descriptor: int | None = descriptor

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def release(self) -> None:
        """Let go; a second call changes nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def lock_file(path: Path) -> int | None:
    """Take the lock on the file at `path` (made where it is not there); None while anybody else has it.

    Exclusive between processes and within one: each call opens the file anew.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_TRIES):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if _locks(descriptor, fcntl.LOCK_EX) and _is_the_file_at(path, descriptor):
            return descriptor
        os.close(descriptor)
        time.sleep(_SECONDS_BETWEEN_TRIES)
    return None


def is_locked(path: Path) -> bool:
    """Whether anybody has the lock on the file at `path`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _locks(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _locks(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_the_file_at(path: Path, descriptor: int) -> bool:
    """False when the file was replaced between opening and locking it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
