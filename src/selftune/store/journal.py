"""Events, metric points and learning curves as rows.

Points travel in rows of their own, so that a training job's log of metrics is stored once; an event that is read again
has them back. SQLite has no NaN: it is stored as NULL.
"""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from selftune.model.codec import dumps, loads
from selftune.model.errors import NoSuchJob
from selftune.model.events import Effect, Event, MetricsReported, ObjectiveConfirmed, StoredEvent
from selftune.model.jobs import TrainingJob, TuningState
from selftune.model.objective import MetricPoint
from selftune.store.store import TimedPoint, Transition


def append(
    connection: sqlite3.Connection, row: int, before: TuningState | None, transitions: Sequence[Transition]
) -> None:
    """Append the transitions' events to those of tuning job `row`, whose state was `before`."""
    (last,) = connection.execute("SELECT max(sequence) FROM event WHERE tuning_job = ?", (row,)).fetchone()
    for sequence, transition in enumerate(transitions, start=(last or 0) + 1):
        _append_event(connection, row, sequence, transition)
        if isinstance(transition.event, MetricsReported):
            is_counted = _was_counted(transition.event, before, transition.state)
            _append_points(connection, row, sequence, transition.event, is_counted)
            if is_counted:
                _append_curve(connection, row, sequence, transition.event)
        elif isinstance(transition.event, ObjectiveConfirmed):
            _replace_curve(connection, row, sequence, transition.event, transition.state)
        before = transition.state


def events(connection: sqlite3.Connection, row: int, after: int) -> list[StoredEvent]:
    rows = connection.execute(
        "SELECT sequence, event, effects FROM event WHERE tuning_job = ? AND sequence > ? ORDER BY sequence",
        (row, after),
    ).fetchall()
    points = _points_by_event(connection, row, after)
    return [
        StoredEvent(
            sequence=sequence,
            event=_with_points(loads(Event, event), points.get(sequence, ())),
            effects=loads(tuple[Effect, ...], effects),
        )
        for sequence, event, effects in rows
    ]


def metrics(connection: sqlite3.Connection, row: int, number: int) -> list[TimedPoint]:
    """Points of the last attempt, in the order reported.

    Raises:
        NoSuchJob: there is no training job of that number.
    """
    rows = connection.execute(
        "SELECT name, step, value, at FROM metric_point WHERE tuning_job = ? AND number = ? AND attempt = ?"
        " AND is_counted ORDER BY sequence, position",
        (row, number, _last_attempt(connection, row, number)),
    )
    return [TimedPoint(name=name, step=step, value=_number(value), at=at) for name, step, value, at in rows]


def curves(connection: sqlite3.Connection, row: int) -> dict[int, tuple[float, ...]]:
    rows = connection.execute(
        "SELECT number, value FROM objective_value JOIN training_job USING (tuning_job, number, attempt)"
        " WHERE tuning_job = ? ORDER BY number, sequence, position",
        (row,),
    )
    values: defaultdict[int, list[float]] = defaultdict(list)
    for number, value in rows:
        values[number].append(_number(value))
    return {number: tuple(curve) for number, curve in values.items()}


def _append_event(connection: sqlite3.Connection, row: int, sequence: int, transition: Transition) -> None:
    connection.execute(
        "INSERT INTO event (tuning_job, sequence, event, effects) VALUES (?, ?, ?, ?)",
        (row, sequence, dumps(_with_points(transition.event, ())), dumps(transition.effects)),
    )


def _with_points(event: Event, points: Iterable[MetricPoint]) -> Event:
    return replace(event, points=tuple(points)) if isinstance(event, MetricsReported) else event


def _append_points(
    connection: sqlite3.Connection, row: int, sequence: int, event: MetricsReported, is_counted: bool
) -> None:
    source = (event.number, event.attempt, event.at, is_counted)
    connection.executemany(
        "INSERT INTO metric_point"
        " (tuning_job, sequence, position, number, attempt, at, is_counted, name, step, value)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row, sequence, position, *source, point.name, point.step, point.value)
            for position, point in enumerate(event.points)
        ],
    )


def _was_counted(event: MetricsReported, before: TuningState | None, after: TuningState) -> bool:
    """False where the lifecycle ignored a stale or repeated report: it left the training job as it was."""
    was = _training_job(before, event.number)
    now = _training_job(after, event.number)
    return now is not None and now is not was and now != was


def _training_job(state: TuningState | None, number: int) -> TrainingJob | None:
    if state is None or not 1 <= number <= len(state.training_jobs):
        return None
    return state.training_job(number)


def _append_curve(connection: sqlite3.Connection, row: int, sequence: int, event: MetricsReported) -> None:
    _insert_curve(connection, row, (event.number, event.attempt), sequence, event.objective_values)


def _replace_curve(
    connection: sqlite3.Connection, row: int, sequence: int, event: ObjectiveConfirmed, state: TuningState
) -> None:
    """What was reported before may have been of another metric."""
    decider = _training_job(state, event.number)
    if decider is not None:
        connection.execute(
            "DELETE FROM objective_value WHERE tuning_job = ? AND number = ? AND attempt = ?",
            (row, decider.number, decider.attempt),
        )
        _insert_curve(connection, row, (decider.number, decider.attempt), sequence, event.objective_values)


def _insert_curve(
    connection: sqlite3.Connection, row: int, identity: tuple[int, int], sequence: int, values: Sequence[float]
) -> None:
    connection.executemany(
        "INSERT INTO objective_value (tuning_job, number, attempt, sequence, position, value)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(row, *identity, sequence, position, value) for position, value in enumerate(values)],
    )


def _points_by_event(connection: sqlite3.Connection, row: int, after: int) -> dict[int, list[MetricPoint]]:
    rows = connection.execute(
        "SELECT sequence, name, step, value FROM metric_point WHERE tuning_job = ? AND sequence > ?"
        " ORDER BY sequence, position",
        (row, after),
    )
    points: defaultdict[int, list[MetricPoint]] = defaultdict(list)
    for sequence, name, step, value in rows:
        points[sequence].append(MetricPoint(name=name, step=step, value=_number(value)))
    return points


def _last_attempt(connection: sqlite3.Connection, row: int, number: int) -> int:
    found = connection.execute(
        "SELECT attempt FROM training_job WHERE tuning_job = ? AND number = ?", (row, number)
    ).fetchone()
    if found is None:
        known = connection.execute("SELECT number FROM training_job WHERE tuning_job = ?", (row,))
        raise NoSuchJob(str(number), [str(other) for (other,) in known], kind="training job")
    return int(found[0])


def _number(value: float | None) -> float:
    return math.nan if value is None else value
