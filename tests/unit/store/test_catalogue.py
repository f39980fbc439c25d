"""A page of all jobs costs what its rows cost: an index leads to where the page before has ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from selftune.store import catalogue
from selftune.store.schema import bring_up_to_date
from selftune.store.store import JobOrder, JobQuery, Place


class _Asked(sqlite3.Connection):
    """Remembers what it was asked last."""

    asked: tuple[str, object] = ("", ())

    def execute(self, statement: str, values: object = ()) -> sqlite3.Cursor:  # type: ignore[override]
        self.asked = (statement, values)
        return super().execute(statement, values)  # type: ignore[arg-type]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[_Asked]:
    connection = sqlite3.connect(tmp_path / "s.db", factory=_Asked, isolation_level=None)
    bring_up_to_date(connection, tmp_path / "s.db")
    yield connection
    connection.close()


def plan_of(connection: _Asked, source: catalogue.Source, query: JobQuery) -> str:
    """How SQLite would read a page."""
    catalogue.places(connection, source, query)
    statement, values = connection.asked
    steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    return "; ".join(step[3] for step in steps)


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize(
    ("order", "index"),
    [
        (JobOrder.NAME, "any_training_job_by_name"),
        (JobOrder.CREATED, "any_training_job_by_creation"),
        (JobOrder.STATUS, "any_training_job_by_status"),
    ],
)
def test_pages_of_training_jobs_are_read_by_an_index(
    connection: _Asked, order: JobOrder, index: str, is_descending: bool
) -> None:
    query = JobQuery(order=order, is_descending=is_descending)
    for after in (None, Place(key="x", row=(3, 7))):
        plan = plan_of(connection, catalogue.TRAINING_JOBS, replace(query, after=after))
        assert index in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("order", "index"),
    [
        (JobOrder.NAME, "sqlite_autoindex_tuning_job_1"),
        (JobOrder.CREATED, "tuning_job_by_creation"),
        (JobOrder.STATUS, "tuning_job_by_status"),
    ],
)
def test_pages_of_tuning_jobs_are_read_by_an_index(connection: _Asked, order: JobOrder, index: str) -> None:
    plan = plan_of(connection, catalogue.TUNING_JOBS, JobQuery(order=order, after=Place(key="x", row=(3,))))
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_training_jobs_are_counted_without_reading_them(connection: _Asked) -> None:
    catalogue.outcomes(connection, 1)
    statement, values = connection.asked
    (step,) = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    assert "training_job_by_outcome" in step[3]
