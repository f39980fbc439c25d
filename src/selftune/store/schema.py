"""The tables of the database, and how an older one is brought up to date.

tuning_job        one row a tuning job: as created, and the head of its state
training_job      one row a training job; a commit writes those that changed
event             what happened, append-only, with the effects that followed
metric_point      the points of `MetricsReported` events, kept out of the event's own text
objective_value   the learning curves: the objective's values in the order reported
posted_event      events from processes that do not hold the loop
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from selftune.model.errors import StorageFailure

NAME_OF_TRAINING_JOB = "json_extract(document, '$.name')"
STATUS_OF_TRAINING_JOB = "replace(json_extract(document, '$.status'), 'Starting', 'InProgress')"
OBJECTIVE_OF_TRAINING_JOB = (
    "CASE WHEN json_type(document, '$.objective') IN ('integer', 'real') THEN json_extract(document, '$.objective') END"
)
LOWER_NAME_OF_TRAINING_JOB = f"lower({NAME_OF_TRAINING_JOB})"
CREATION_OF_TRAINING_JOB = "json_extract(document, '$.created_at')"
HAS_OBJECTIVE = f"({OBJECTIVE_OF_TRAINING_JOB}) IS NOT NULL"
STATUS_OF_TUNING_JOB = "json_extract(state, '$.status')"
"""Expressions by which jobs are put in order; a query that uses them word for word finds the index."""

_FIRST_VERSION = """
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (0);
CREATE TABLE tuning_job (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at REAL NOT NULL,
    job TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    lease_epoch INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE training_job (
    tuning_job INTEGER NOT NULL REFERENCES tuning_job (id),
    number INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tuning_job, number)
) WITHOUT ROWID;
CREATE TABLE event (
    tuning_job INTEGER NOT NULL REFERENCES tuning_job (id),
    sequence INTEGER NOT NULL,
    event TEXT NOT NULL,
    effects TEXT NOT NULL,
    PRIMARY KEY (tuning_job, sequence)
) WITHOUT ROWID;
CREATE TABLE metric_point (
    tuning_job INTEGER NOT NULL REFERENCES tuning_job (id),
    sequence INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    name TEXT NOT NULL,
    step INTEGER NOT NULL,
    value REAL,
    at REAL NOT NULL,
    is_counted INTEGER NOT NULL,
    PRIMARY KEY (tuning_job, sequence, position)
) WITHOUT ROWID;
CREATE INDEX metric_point_by_training_job ON metric_point (tuning_job, number, attempt);
CREATE TABLE objective_value (
    tuning_job INTEGER NOT NULL REFERENCES tuning_job (id),
    number INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    position INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (tuning_job, number, attempt, sequence, position)
) WITHOUT ROWID;
CREATE TABLE posted_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tuning_job INTEGER NOT NULL REFERENCES tuning_job (id),
    event TEXT NOT NULL
);
CREATE INDEX posted_event_by_tuning_job ON posted_event (tuning_job);
"""

_TRAINING_JOBS_IN_ORDER = f"""
CREATE INDEX training_job_by_name ON training_job (tuning_job, {NAME_OF_TRAINING_JOB}, number);
CREATE INDEX training_job_by_status ON training_job (tuning_job, {STATUS_OF_TRAINING_JOB}, number);
CREATE INDEX training_job_by_objective ON training_job (tuning_job, {OBJECTIVE_OF_TRAINING_JOB}, number);
"""

_ALL_JOBS_IN_ORDER = f"""
CREATE INDEX tuning_job_by_creation ON tuning_job (created_at, id);
CREATE INDEX tuning_job_by_status ON tuning_job ({STATUS_OF_TUNING_JOB}, id);
CREATE INDEX any_training_job_by_name ON training_job ({LOWER_NAME_OF_TRAINING_JOB}, tuning_job, number);
CREATE INDEX any_training_job_by_creation ON training_job ({CREATION_OF_TRAINING_JOB}, tuning_job, number);
CREATE INDEX any_training_job_by_status ON training_job ({STATUS_OF_TRAINING_JOB}, tuning_job, number);
CREATE INDEX training_job_by_outcome ON training_job (tuning_job, {STATUS_OF_TRAINING_JOB}, {HAS_OBJECTIVE});
"""

_MIGRATIONS: tuple[str, ...] = (_FIRST_VERSION, _TRAINING_JOBS_IN_ORDER, _ALL_JOBS_IN_ORDER)
"""Script n brings version n to version n + 1; never edited once released."""

SCHEMA_VERSION = len(_MIGRATIONS)


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables, or run the migrations that are missing, in one transaction.

    Raises:
        StorageFailure: the file belongs to a newer selftune, or to another program.
    """
    version = schema_version(connection, path)
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in _MIGRATIONS[schema_version(connection, path) :]:
            for statement in script.split(";\n"):
                connection.execute(statement)
        connection.execute("UPDATE schema_version SET version = ?", (SCHEMA_VERSION,))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables in this database; 0 for an empty one.

    Raises:
        StorageFailure: the file belongs to a newer selftune, or to another program.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return 0
    if "schema_version" not in tables or "tuning_job" not in tables:
        raise StorageFailure(
            f"{path} is a database of another program.", hint="Choose another home with --home or SELFTUNE_HOME."
        )
    (version,) = connection.execute("SELECT version FROM schema_version").fetchone()
    if version > SCHEMA_VERSION:
        raise StorageFailure(
            f"{path} was written by a newer selftune: its schema is version {version},"
            f" this selftune knows versions up to {SCHEMA_VERSION}.",
            hint="Upgrade selftune, or choose another home with --home or SELFTUNE_HOME.",
        )
    return int(version)
