"""What the database or the disk says when it cannot go on, in words that name a remedy."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selftune.model.errors import StorageFailure

_HOME_HINT = "Choose a home that can be written with --home or SELFTUNE_HOME."
_SPACE_HINT = "Free some space; `selftune resume` then goes on where it stopped."

_BY_CODE: dict[str, tuple[str, str]] = {
    "SQLITE_FULL": ("The disk is full: {path} cannot grow.", _SPACE_HINT),
    "SQLITE_READONLY": ("{path} cannot be written.", _HOME_HINT),
    "SQLITE_CANTOPEN": ("{path} cannot be opened.", _HOME_HINT),
    "SQLITE_PERM": ("{path} may not be opened by this user.", _HOME_HINT),
    "SQLITE_NOTADB": (
        "{path} is not a selftune database: it is damaged, or a file of another program.",
        "Move the file away, or choose another home with --home or SELFTUNE_HOME.",
    ),
    "SQLITE_CORRUPT": (
        "{path} is damaged.",
        "Move the file away (`sqlite3 FILE .recover` may save its content), or choose another home with --home.",
    ),
    "SQLITE_BUSY": (
        "{path} stayed locked by another process.",
        "Another program holds the file open for writing; end it, then try again.",
    ),
    "SQLITE_IOERR": ("Reading or writing {path} failed.", "Look at the disk (`dmesg`), or choose another home."),
}
"""SQLite's primary result codes; an extended code such as SQLITE_READONLY_DIRECTORY falls back to its primary one."""

_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def failures_in_words(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the operating system about `path` into `StorageFailure`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise in_words(error, path) from error


def in_words(error: sqlite3.Error | OSError, path: Path) -> StorageFailure:
    """What an error about `path` means, and what to do."""
    return _from_system(error, path) if isinstance(error, OSError) else _from_sqlite(error, path)


def _from_sqlite(error: sqlite3.Error, path: Path) -> StorageFailure:
    code = getattr(error, "sqlite_errorname", None) or ""
    for known, (message, hint) in _BY_CODE.items():
        if code == known or code.startswith(known + "_"):
            return StorageFailure(f"{message.format(path=path)} (SQLite: {error})", hint=hint)
    return StorageFailure(f"{path} cannot be used. (SQLite: {error})", hint=_HOME_HINT)


def _from_system(error: OSError, path: Path) -> StorageFailure:
    if error.errno in _FULL_DISK:
        return StorageFailure(f"The disk is full: {error.filename or path} cannot grow.", hint=_SPACE_HINT)
    if error.errno in _NOT_WRITABLE:
        return StorageFailure(f"{error.filename or path} cannot be written: {error.strerror}.", hint=_HOME_HINT)
    return StorageFailure(f"{error.filename or path} cannot be used: {error.strerror or error}.", hint=_HOME_HINT)
