"""The files by which the supervisor and a backend know of each other; a crash leaves each whole or not there.

`running.json` is the claim: it is on the disk before the command is forked, so that no second supervisor ever runs the
same attempt. `status.json` is the end; its space is reserved before the start, so that a full disk cannot swallow it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time

_STATUS_RESERVE = 4096
_BOOT_ID = "/proc/sys/kernel/random/boot_id"


def take_lock(path: str, *, patience_seconds: float = 0.0) -> int | None:
    """An open descriptor that holds the lock, or None while another process holds it.

    The kernel gives a lock up when its holder dies, however it dies, so a held lock proves life.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES) or time.monotonic() >= deadline:
                os.close(descriptor)
                if error.errno in (errno.EAGAIN, errno.EACCES):
                    return None
                raise
            time.sleep(0.005)
        else:
            return descriptor


def write_durably(path: str, data: bytes) -> None:
    """Write a file that is either there whole, also after a power cut, or not at all."""
    temporary = path + ".tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _write_all(descriptor, data)
        os.ftruncate(descriptor, len(data))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(temporary, path)
    _sync_folder(os.path.dirname(path))


def reserve_status(path: str) -> None:
    """Allocate the blocks that `write_durably(path, ...)` will need, where the file system can."""
    descriptor = os.open(path + ".tmp", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, _STATUS_RESERVE)
        else:
            _write_all(descriptor, b" " * _STATUS_RESERVE)
    finally:
        os.close(descriptor)


def claim_json(*, started_at: float) -> bytes:
    """The content of `running.json`: which process, of which boot, since when."""
    return f'{{"pid": {os.getpid()}, "boot_id": "{boot_id()}", "started_at": {started_at!r}}}\n'.encode()


def status_json(
    *, how: str, exit_code: int | None, started_at: float, ended_at: float, seconds: float, dropped: int
) -> bytes:
    """The content of `status.json`.

    Args:
        how: "exited", "stopped", "timed out" or "lost".
        exit_code: negative = the signal that ended it; None = no command ran or nobody saw its end.
        started_at: seconds since the epoch, as `ended_at`.
        seconds: duration by a clock that nobody sets.
        dropped: bytes of output that were not kept.
    """
    code = "null" if exit_code is None else str(exit_code)
    return (
        f'{{"how": "{how}", "exit_code": {code}, "started_at": {started_at!r}, "ended_at": {ended_at!r}, '
        f'"seconds": {seconds!r}, "dropped_bytes": {dropped}}}\n'
    ).encode()


def boot_id() -> str:
    """A name of this boot of the machine; empty where the system has none."""
    with contextlib.suppress(OSError), open(_BOOT_ID) as file:  # an error: not Linux
        return file.read().strip()
    return ""


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
