"""Training jobs in pages: read by an index from where the page before has ended.

A page is cut by key and number, so that its cost is that of its own rows, however many training jobs there are.
"""

from __future__ import annotations

import sqlite3

from selftune.model.codec import loads
from selftune.model.jobs import TrainingJob, TrainingJobStatus
from selftune.store.schema import NAME_OF_TRAINING_JOB, OBJECTIVE_OF_TRAINING_JOB, STATUS_OF_TRAINING_JOB
from selftune.store.store import TrainingJobOrder, TrainingJobQuery

_KEYS = {
    TrainingJobOrder.NUMBER: "number",
    TrainingJobOrder.NAME: NAME_OF_TRAINING_JOB,
    TrainingJobOrder.STATUS: STATUS_OF_TRAINING_JOB,
    TrainingJobOrder.OBJECTIVE: OBJECTIVE_OF_TRAINING_JOB,
}
_Key = str | float | None


def training_jobs(connection: sqlite3.Connection, row: int, query: TrainingJobQuery) -> list[TrainingJob]:
    """The page that is asked for, of the tuning job `row`."""
    last = None
    if query.after is not None:
        last = _key_of(connection, row, query)
        if last is None:
            return []
    is_past_those_with_key = last is not None and last[0] is None
    documents = [] if is_past_those_with_key else _with_key(connection, row, query, last)
    if query.order is TrainingJobOrder.OBJECTIVE and len(documents) < query.limit:
        left = query.limit - len(documents)
        documents += _without_key(connection, row, query, last if is_past_those_with_key else None, left)
    return [loads(TrainingJob, document) for document in documents]


def _key_of(connection: sqlite3.Connection, row: int, query: TrainingJobQuery) -> tuple[_Key, int] | None:
    found: tuple[_Key, int] | None = connection.execute(
        f"SELECT {_KEYS[query.order]}, number FROM training_job WHERE tuning_job = ? AND number = ?",
        (row, query.after),
    ).fetchone()
    return found


def _with_key(
    connection: sqlite3.Connection, row: int, query: TrainingJobQuery, last: tuple[_Key, int] | None
) -> list[str]:
    key, direction, sign = _KEYS[query.order], *(("DESC", "<") if query.is_descending else ("ASC", ">"))
    where, values = _narrowed(row, query)
    if last is not None:
        where += f" AND ({key}, number) {sign} (?, ?)"
        values += last
    return _read(
        connection,
        f"{where} AND {key} IS NOT NULL ORDER BY {key} {direction}, number {direction} LIMIT ?",
        (*values, query.limit),
    )


def _without_key(
    connection: sqlite3.Connection, row: int, query: TrainingJobQuery, last: tuple[_Key, int] | None, limit: int
) -> list[str]:
    where, values = _narrowed(row, query)
    number = 0 if last is None else last[1]
    return _read(
        connection,
        f"{where} AND {_KEYS[query.order]} IS NULL AND number > ? ORDER BY number LIMIT ?",
        (*values, number, limit),
    )


def _narrowed(row: int, query: TrainingJobQuery) -> tuple[str, tuple[object, ...]]:
    if query.status is None:
        return "tuning_job = ?", (row,)
    is_starting = query.status is TrainingJobStatus.STARTING
    status = TrainingJobStatus.IN_PROGRESS if is_starting else query.status
    return f"tuning_job = ? AND {STATUS_OF_TRAINING_JOB} = ?", (row, status.value)


def _read(connection: sqlite3.Connection, condition: str, values: tuple[object, ...]) -> list[str]:
    rows = connection.execute(f"SELECT document FROM training_job WHERE {condition}", values)
    return [document for (document,) in rows]
