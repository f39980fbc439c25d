"""Tags of tuning jobs and training jobs: words that people hang on them, to be changed at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from selftune.model.errors import UsageError
from selftune.store.database import Database

MOST_TAGS = 50
_TABLE = """CREATE TABLE IF NOT EXISTS tag (
    resource TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (resource, key)
) WITHOUT ROWID"""


class SqliteTags:
    """Tags in one SQLite file; one object serves all threads.

    Args:
        path: the database file; it and its folder are made on first use.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _make_table)

    def of(self, resource: str) -> dict[str, str]:
        """The tags of a resource, by key."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT key, value FROM tag WHERE resource = ? ORDER BY key", (resource,))
            return dict(rows.fetchall())

    def add(self, resource: str, tags: Mapping[str, str]) -> dict[str, str]:
        """Hang tags on a resource, in place of those of the same keys; returns all that it has now.

        Raises:
            UsageError: it would have more than 50.
        """
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO tag VALUES (?, ?, ?)", [(resource, key, tags[key]) for key in tags]
            )
            rows = connection.execute("SELECT key, value FROM tag WHERE resource = ? ORDER BY key", (resource,))
            found = dict(rows.fetchall())
            if len(found) > MOST_TAGS:
                raise UsageError(f"{resource} would have {len(found)} tags, but at most {MOST_TAGS} are possible.")
        return found

    def remove(self, resource: str, keys: Iterable[str]) -> None:
        """Take tags off; that one is not there is no error."""
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM tag WHERE resource = ? AND key = ?", [(resource, key) for key in keys])

    def remove_all(self, resource: str) -> None:
        """Take all tags off a resource that is deleted."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM tag WHERE resource = ?", (resource,))


def _make_table(connection: sqlite3.Connection, _: Path) -> None:
    connection.execute(_TABLE)
