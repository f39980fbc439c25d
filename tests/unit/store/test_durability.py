"""What holds when the power fails, or when somebody clears away a lock file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from selftune.store.database import Database
from selftune.store.lease import lock_file

FULL = 2
"""SQLite's number for `synchronous=FULL`: each commit is on the disk when it returns."""


def test_a_commit_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    database = Database(tmp_path / "selftune.db")
    with database.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (FULL,)
    database.close()


def test_a_lock_on_a_file_that_was_replaced_meanwhile_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, lock = tmp_path / "loop.lock", fcntl.flock
    replaced: list[int] = []

    def replace_then_lock(descriptor: int, kind: int) -> None:
        if not replaced:
            path.unlink()
            path.touch()
            replaced.append(descriptor)
        lock(descriptor, kind)

    monkeypatch.setattr(fcntl, "flock", replace_then_lock)
    descriptor = lock_file(path)
    assert descriptor is not None
    assert replaced
    assert os.path.samestat(os.fstat(descriptor), path.stat())
    os.close(descriptor)
