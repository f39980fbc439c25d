"""The store on one SQLite file: tuning jobs, their events, metric points and the inbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from selftune.model.codec import dumps, loads
from selftune.model.errors import LeaseLost, NameTaken, NoSuchJob
from selftune.model.events import Event, StoredEvent
from selftune.model.jobs import TrainingJob, TuningJob, TuningJobRecord, TuningState
from selftune.model.request import STORED_TRAINING_PREFIX, JobKind
from selftune.store import catalogue, journal, listing
from selftune.store.database import Database
from selftune.store.failures import failures_in_words
from selftune.store.file_system import network_file_system
from selftune.store.lease import FileLease, is_locked, lock_file
from selftune.store.recent import Recent
from selftune.store.store import (
    JobQuery,
    Lease,
    ListedTrainingJob,
    ListedTuningJob,
    TimedPoint,
    TrainingJobQuery,
    Transition,
)

_TABLES_OF_A_JOB = ("training_job", "event", "metric_point", "objective_value", "posted_event")


_RECORDS_KEPT = 8
_JOBS_KEPT = 64


_IDENTITY = "SELECT id, created_at, version, name FROM tuning_job"


class _Identity(NamedTuple):
    """What makes a record one and the same: a row may be used again by another tuning job."""

    row: int
    created_at: float
    version: int
    name: str


class SqliteStore:
    """Implements `JobStore`, `Inbox` and `Journal`; one object serves all threads of a process.

    Args:
        path: the database file; it and its folder are made on first use. Locks lie beside it, one a tuning job, as
            `jobs/<tuning job>/loop.lock`.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._jobs_folder = path.parent / "jobs"
        self._records: Recent[_Identity, TuningJobRecord] = Recent(_RECORDS_KEPT)
        self._jobs: Recent[_Identity, TuningJob] = Recent(_JOBS_KEPT)

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a user should know of the place where the database lies."""
        kind = network_file_system(self.path.absolute().parent)
        if kind is None:
            return ()
        warning = (
            f"{self.path} lies on a network file system ({kind}), whose locks can fail: use it from one machine only,"
            " or choose a home on a local disk with --home or SELFTUNE_HOME."
        )
        return (warning,)

    def close(self) -> None:
        """Close the database; the next call opens it again."""
        self._database.close()

    # --- tuning jobs

    def create(self, job: TuningJob, transition: Transition) -> None:
        with self._database.writing() as connection:
            taken = connection.execute("SELECT name FROM tuning_job WHERE name = ?", (job.name,)).fetchone()
            if taken is not None:
                raise NameTaken(
                    f"A tuning job named '{taken[0]}' exists (names are case-insensitive).",
                    hint="Choose another name, or leave it out to have one made.",
                )
            connection.execute(
                "INSERT INTO tuning_job (name, created_at, job, state) VALUES (?, ?, ?, ?)",
                (job.name, job.created_at, dumps(job), _head(transition.state)),
            )
            row = _find(connection, job.name)
            _write_training_jobs(connection, row, (), transition.state.training_jobs)
            journal.append(connection, row, None, [transition])

    def load(self, name: str) -> TuningJobRecord:
        known = self._known(name)
        return self._read(name) if known is None else known

    def _known(self, name: str) -> TuningJobRecord | None:
        """The record as it was read last, where nothing has changed since: one statement."""
        found = self._database.row(f"{_IDENTITY} WHERE name = ?", name)
        return None if found is None else self._records.get(_Identity(*found))

    def _read(self, name: str) -> TuningJobRecord:
        with self._database.reading() as connection:
            row = _find(connection, name)
            key = _identity(connection, row)
            read = TuningJobRecord(
                job=self._job(connection, row, key), state=_read_state(connection, row), version=key.version
            )
        self._records.put(key, read)
        return read

    def names(self, kind: JobKind = JobKind.TUNING) -> list[str]:
        with self._database.reading() as connection:
            return _names(connection, kind)

    def delete(self, name: str) -> None:
        with self._database.writing() as connection:
            row = _find(connection, name)
            for table in _TABLES_OF_A_JOB:
                connection.execute(f"DELETE FROM {table} WHERE tuning_job = ?", (row,))
            connection.execute("DELETE FROM tuning_job WHERE id = ?", (row,))

    def commit(self, name: str, lease: Lease, transitions: Sequence[Transition], taken: Iterable[int] = ()) -> None:
        with self._database.writing() as connection:
            row = _find(connection, name)
            held = _checked(lease, name, connection, row)
            before = held.last_state or _read_state(connection, row)
            after = transitions[-1].state if transitions else before
            _write_training_jobs(connection, row, before.training_jobs, after.training_jobs)
            journal.append(connection, row, before, transitions)
            connection.execute(
                "UPDATE tuning_job SET state = ?, version = version + 1 WHERE id = ?", (_head(after), row)
            )
            connection.executemany(
                "DELETE FROM posted_event WHERE id = ? AND tuning_job = ?", [(number, row) for number in taken]
            )
        held.last_state = after

    def lease(self, name: str) -> FileLease | None:
        row, path = self._lock_of(name)
        with failures_in_words(path):
            descriptor = lock_file(path)
        if descriptor is None:
            return None
        lease = FileLease(row, descriptor)
        try:
            lease.epoch = self._next_epoch(row)
        except BaseException:
            lease.release()
            raise
        return lease

    def is_leased(self, name: str) -> bool:
        """Whether some process holds the loop of this tuning job now; asking takes nothing from it."""
        _, path = self._lock_of(name)
        with failures_in_words(path):
            return is_locked(path)

    def _lock_of(self, name: str) -> tuple[int, Path]:
        with self._database.reading() as connection:
            row = _find(connection, name)
            (own_name,) = connection.execute("SELECT name FROM tuning_job WHERE id = ?", (row,)).fetchone()
        return row, self._jobs_folder / own_name / "loop.lock"

    def _next_epoch(self, row: int) -> int:
        with self._database.writing() as connection:
            connection.execute("UPDATE tuning_job SET lease_epoch = lease_epoch + 1 WHERE id = ?", (row,))
            (epoch,) = connection.execute("SELECT lease_epoch FROM tuning_job WHERE id = ?", (row,)).fetchone()
        return int(epoch)

    # --- inbox

    def post(self, name: str, event: Event) -> None:
        with self._database.writing() as connection:
            row = _find(connection, name)
            connection.execute("INSERT INTO posted_event (tuning_job, event) VALUES (?, ?)", (row, dumps(event)))

    def posted(self, name: str) -> list[tuple[int, Event]]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, event FROM posted_event WHERE tuning_job = ? ORDER BY id", (_find(connection, name),)
            ).fetchall()
        return [(number, loads(Event, text)) for number, text in rows]

    # --- listing

    def head(self, name: str) -> TuningJobRecord:
        with self._database.reading() as connection:
            return self._head_of(connection, _find(connection, name))

    def training_jobs(self, name: str, query: TrainingJobQuery) -> list[TrainingJob]:
        with self._database.reading() as connection:
            return listing.training_jobs(connection, _find(connection, name), query)

    def list_tuning_jobs(self, query: JobQuery) -> list[ListedTuningJob]:
        with self._database.reading() as connection:
            return [
                ListedTuningJob(
                    place=place,
                    record=self._head_of(connection, place.row[0]),
                    outcomes=catalogue.outcomes(connection, place.row[0]),
                )
                for place in catalogue.places(connection, catalogue.TUNING_JOBS, query)
            ]

    def list_training_jobs(self, query: JobQuery) -> list[ListedTrainingJob]:
        with self._database.reading() as connection:
            found = catalogue.places(connection, catalogue.TRAINING_JOBS, query)
            heads = {row: self._head_of(connection, row) for row in {place.row[0] for place in found}}
            return [
                ListedTrainingJob(
                    place=place, record=heads[place.row[0]], training_job=_read_training_job(connection, *place.row)
                )
                for place in found
            ]

    def count_jobs(self, kind: JobKind, query: JobQuery) -> int:
        source = catalogue.TUNING_JOBS if kind is JobKind.TUNING else catalogue.TRAINING_JOBS
        with self._database.reading() as connection:
            return catalogue.how_many(connection, source, query)

    def _head_of(self, connection: sqlite3.Connection, row: int) -> TuningJobRecord:
        key = _identity(connection, row)
        return TuningJobRecord(
            job=self._job(connection, row, key), state=_read_head(connection, row), version=key.version
        )

    def _job(self, connection: sqlite3.Connection, row: int, key: _Identity) -> TuningJob:
        """The tuning job as created, which never changes."""
        created = key._replace(version=0)
        known = self._jobs.get(created)
        if known is None:
            (document,) = connection.execute("SELECT job FROM tuning_job WHERE id = ?", (row,)).fetchone()
            known = loads(TuningJob, document)
            self._jobs.put(created, known)
        return known

    # --- journal

    def events(self, name: str, after: int = 0) -> list[StoredEvent]:
        with self._database.reading() as connection:
            return journal.events(connection, _find(connection, name), after)

    def metrics(self, name: str, number: int) -> list[TimedPoint]:
        with self._database.reading() as connection:
            return journal.metrics(connection, _find(connection, name), number)

    def curves(self, name: str) -> dict[int, tuple[float, ...]]:
        with self._database.reading() as connection:
            return journal.curves(connection, _find(connection, name))


def _find(connection: sqlite3.Connection, name: str) -> int:
    found = connection.execute("SELECT id FROM tuning_job WHERE name = ?", (name,)).fetchone()
    if found is None:
        raise NoSuchJob(name, _names(connection, JobKind.TUNING))
    return int(found[0])


def _names(connection: sqlite3.Connection, kind: JobKind) -> list[str]:
    """Newest first."""
    is_training = kind is JobKind.TRAINING
    rows = connection.execute(
        "SELECT name FROM tuning_job WHERE (substr(name, 1, ?) = ?) = ? ORDER BY created_at DESC, id DESC",
        (len(STORED_TRAINING_PREFIX), STORED_TRAINING_PREFIX, is_training),
    )
    return [name for (name,) in rows]


def _checked(lease: Lease, name: str, connection: sqlite3.Connection, row: int) -> FileLease:
    (epoch,) = connection.execute("SELECT lease_epoch FROM tuning_job WHERE id = ?", (row,)).fetchone()
    if not isinstance(lease, FileLease) or not lease.is_held or (lease.row, lease.epoch) != (row, epoch):
        raise LeaseLost(
            f"Another process has taken over the loop of tuning job '{name}'.",
            hint=f"This one stops here. Follow the other with `selftune watch {name}`.",
        )
    return lease


def _head(state: TuningState) -> str:
    """The state without its training jobs, which have rows of their own."""
    return dumps(replace(state, training_jobs=()))


def _identity(connection: sqlite3.Connection, row: int) -> _Identity:
    found = connection.execute(f"{_IDENTITY} WHERE id = ?", (row,)).fetchone()
    return _Identity(*found)


def _read_head(connection: sqlite3.Connection, row: int) -> TuningState:
    (head,) = connection.execute("SELECT state FROM tuning_job WHERE id = ?", (row,)).fetchone()
    state: TuningState = loads(TuningState, head)
    return state


def _read_state(connection: sqlite3.Connection, row: int) -> TuningState:
    documents = connection.execute("SELECT document FROM training_job WHERE tuning_job = ? ORDER BY number", (row,))
    training_jobs = tuple(loads(TrainingJob, document) for (document,) in documents)
    return replace(_read_head(connection, row), training_jobs=training_jobs)


def _read_training_job(connection: sqlite3.Connection, row: int, number: int) -> TrainingJob:
    (document,) = connection.execute(
        "SELECT document FROM training_job WHERE tuning_job = ? AND number = ?", (row, number)
    ).fetchone()
    training_job: TrainingJob = loads(TrainingJob, document)
    return training_job


def _write_training_jobs(
    connection: sqlite3.Connection, row: int, before: tuple[TrainingJob, ...], after: tuple[TrainingJob, ...]
) -> None:
    """Write the training jobs that are new or changed; most are the very objects of the last commit."""
    unchanged = {job.number: job for job in before}
    changed = [job for job in after if unchanged.get(job.number) is not job and unchanged.get(job.number) != job]
    connection.executemany(
        "INSERT OR REPLACE INTO training_job (tuning_job, number, attempt, document) VALUES (?, ?, ?, ?)",
        [(row, job.number, job.attempt, dumps(job)) for job in changed],
    )
