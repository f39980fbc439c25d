"""One SQLite file, opened once a thread, with transactions that either happen whole or not at all.

A write transaction takes the write lock at its start (`BEGIN IMMEDIATE`): one that begins as a reader and then wants to
write fails at once when another process has written in between, whatever the time-out. Readers use the write-ahead log
and never stand in a writer's way.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from selftune.store.failures import failures_in_words, in_words
from selftune.store.schema import bring_up_to_date

_BUSY_TIMEOUT_SECONDS = 30.0
_CACHE_KIBIBYTES = 16_384


class _Connection(sqlite3.Connection):
    """A connection that a `WeakSet` can hold, so that one of a dead thread is forgotten with it."""


class Database:
    """The file at `path`; it and its folder are made on first use.

    Args:
        path: the database file.
        bring_up_to_date: makes the tables, or what they lack, in the connection that it is given.
    """

    def __init__(
        self, path: Path, bring_up_to_date: Callable[[sqlite3.Connection, Path], None] = bring_up_to_date
    ) -> None:
        self.path = path
        self._bring_up_to_date = bring_up_to_date
        self._own = threading.local()
        self._all: weakref.WeakSet[_Connection] = weakref.WeakSet()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A snapshot: all that is read inside is of one moment."""
        with self._transaction("BEGIN") as connection:
            yield connection

    def row(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of one statement that reads, without a transaction around it: it is a moment of its own."""
        try:
            found: tuple[Any, ...] | None = self._connection().execute(statement, values).fetchone()
        except (sqlite3.Error, OSError) as error:
            raise in_words(error, self.path) from error
        return found

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is on the disk when this returns, or undone when it raises."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the connections of all threads; the next use opens a new one."""
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        self._own = threading.local()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with failures_in_words(self.path):
            connection = self._connection()
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    def _connection(self) -> _Connection:
        """This thread's connection; a forked child does not use its parent's, which SQLite forbids."""
        if getattr(self._own, "process", None) != os.getpid():
            self._own.connection = self._open()
            self._own.process = os.getpid()
        connection: _Connection = self._own.connection
        return connection

    def _open(self) -> _Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path,
            timeout=_BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._all.add(connection)
        return connection

    def _prepare(self, connection: _Connection) -> None:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIBIBYTES}")
        with _alone_in(self.path.parent):
            connection.execute("PRAGMA journal_mode=WAL")
            self._bring_up_to_date(connection, self.path)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        # SQLite has already rolled back where the disk is full; the error that led here is the one to report.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time set up a database: the switch to a write-ahead log does not wait for a lock."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
