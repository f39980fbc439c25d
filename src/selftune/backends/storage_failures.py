"""Errors of the file system in words that say where and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selftune.model.errors import StorageFailure


@contextmanager
def storage_failures(what: str, path: Path) -> Iterator[None]:
    """Turn an OSError into a StorageFailure that says what could not be done, why, and with which file.

    Args:
        what: "The folder of t-001 cannot be made".
        path: named where the error names no file.
    """
    try:
        yield
    except OSError as error:
        raise StorageFailure(
            f"{what}: {error.strerror or error}: '{error.filename or path}'.",
            hint="Free some space, or name another home with --home DIR.",
        ) from error
