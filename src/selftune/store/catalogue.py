"""All jobs of a home in pages: read in order from where the page before has ended.

A place is the key by which jobs are put in order and the number of the row, so that it holds when the job that it came
from is deleted meanwhile. By name, time of creation and status an index leads there; filters are tried on the way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selftune.model.jobs import OutcomeCount
from selftune.model.request import STORED_TRAINING_PREFIX
from selftune.store.schema import (
    CREATION_OF_TRAINING_JOB,
    HAS_OBJECTIVE,
    LOWER_NAME_OF_TRAINING_JOB,
    STATUS_OF_TRAINING_JOB,
    STATUS_OF_TUNING_JOB,
)
from selftune.store.store import JobOrder, JobQuery, Place

_UPDATED = "max(coalesce(json_extract(state, '$.updated_at'), 0), {created})"
_IS_TRAINING = f"substr(tuning_job.name, 1, {len(STORED_TRAINING_PREFIX)}) = '{STORED_TRAINING_PREFIX}'"
_HAS_ENDED = f"{STATUS_OF_TUNING_JOB} IN ('Completed', 'Failed', 'Stopped')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where jobs of one kind stand, and what is asked of them in SQL."""

    table: str
    joined: str
    """The same with what the time of a change may depend on."""
    condition: str
    row: tuple[str, ...]
    """What tells a row from the others."""
    keys: Mapping[JobOrder, str]
    name: str


TUNING_JOBS = Source(
    table="tuning_job",
    joined="tuning_job",
    condition=f"NOT {_IS_TRAINING}",
    row=("id",),
    keys={
        JobOrder.NAME: "name",
        JobOrder.CREATED: "created_at",
        JobOrder.MODIFIED: _UPDATED.format(created="created_at"),
        JobOrder.STATUS: STATUS_OF_TUNING_JOB,
    },
    name="lower(name)",
)
TRAINING_JOBS = Source(
    table="training_job",
    joined="training_job CROSS JOIN tuning_job ON tuning_job.id = training_job.tuning_job",
    condition="1",
    row=("training_job.tuning_job", "number"),
    keys={
        JobOrder.NAME: LOWER_NAME_OF_TRAINING_JOB,
        JobOrder.CREATED: CREATION_OF_TRAINING_JOB,
        JobOrder.MODIFIED: (
            f"CASE WHEN {_IS_TRAINING} AND NOT {_HAS_ENDED}"
            f" THEN {_UPDATED.format(created=CREATION_OF_TRAINING_JOB)}"
            " ELSE coalesce(json_extract(document, '$.ended_at'), json_extract(document, '$.started_at'),"
            f" {CREATION_OF_TRAINING_JOB}) END"
        ),
        JobOrder.STATUS: STATUS_OF_TRAINING_JOB,
    },
    name=LOWER_NAME_OF_TRAINING_JOB,
)


def places(connection: sqlite3.Connection, source: Source, query: JobQuery) -> list[Place]:
    """Where the jobs that are asked for stand, in order."""
    key, direction, sign = source.keys[query.order], *(("DESC", "<") if query.is_descending else ("ASC", ">"))
    where, values = _narrowed(source, query)
    columns = (key, *source.row)
    if query.after is not None:
        where += f" AND ({', '.join(columns)}) {sign} ({', '.join('?' * len(columns))})"
        values += (query.after.key, *query.after.row)
    ordered = ", ".join(f"{column} {direction}" for column in columns)
    found = connection.execute(
        f"SELECT {', '.join(columns)} FROM {_table(source, query)} WHERE {where} ORDER BY {ordered} LIMIT ?",
        (*values, query.limit),
    )
    return [Place(key=key, row=tuple(row)) for key, *row in found]


def how_many(connection: sqlite3.Connection, source: Source, query: JobQuery) -> int:
    """How many jobs there are on all pages."""
    where, values = _narrowed(source, query)
    counted = replace(query, order=JobOrder.CREATED)
    (number,) = connection.execute(f"SELECT count(*) FROM {_table(source, counted)} WHERE {where}", values).fetchone()
    return int(number)


def outcomes(connection: sqlite3.Connection, row: int) -> tuple[OutcomeCount, ...]:
    """The training jobs of a tuning job, counted by status and by whether they have an objective."""
    found = connection.execute(
        f"SELECT {STATUS_OF_TRAINING_JOB}, {HAS_OBJECTIVE}, count(*) FROM training_job WHERE tuning_job = ?"
        f" GROUP BY {STATUS_OF_TRAINING_JOB}, {HAS_OBJECTIVE}",
        (row,),
    )
    return tuple(OutcomeCount(status=s, has_objective=bool(has), number=number) for s, has, number in found)


def _table(source: Source, query: JobQuery) -> str:
    is_bounded = query.modified_from is not None or query.modified_until is not None
    return source.joined if is_bounded or query.order is JobOrder.MODIFIED else source.table


def _narrowed(source: Source, query: JobQuery) -> tuple[str, tuple[Any, ...]]:
    conditions, values = [source.condition], list[Any]()
    for text in query.name_contains:
        conditions.append(f"instr({source.name}, ?) > 0")
        values.append(text.lower())
    if query.status is not None:
        conditions.append(f"{source.keys[JobOrder.STATUS]} = ?")
        values.append(query.status)
    bounds: Sequence[tuple[JobOrder, str, float | None]] = (
        (JobOrder.CREATED, ">=", query.created_from),
        (JobOrder.CREATED, "<=", query.created_until),
        (JobOrder.MODIFIED, ">=", query.modified_from),
        (JobOrder.MODIFIED, "<=", query.modified_until),
    )
    for order, sign, bound in bounds:
        if bound is not None:
            conditions.append(f"{source.keys[order]} {sign} ?")
            values.append(bound)
    return " AND ".join(f"({condition})" for condition in conditions), tuple(values)
