"""Objects in a folder: bytes in files with names of our own, everything else in one SQLite index.

A key never becomes a path, so that nothing in it can lead out of the folder. A put writes a new file, brings it to the
disk and then lets the index point to it; a reader sees the old object or the new one. A file that the index does not
know, left by a crash, is cleared away once it is a day old.

    ROOT/index.db
    ROOT/blobs/ab/abcdef0123...
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from selftune.model.errors import NameTaken, UsageError
from selftune.store.artifacts.artifacts import ALWAYS, Artifact, NoSuchArtifact, PreconditionFailed, PutCondition
from selftune.store.database import Database
from selftune.store.failures import failures_in_words

BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
LONGEST_KEY = 1024
"""Bytes of UTF-8."""
_PAGE = 1000
_CHUNK = 1 << 20
_LEFT_OVER_SECONDS = 86_400.0
_TABLES = (
    "CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, created_at REAL NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS object (
    bucket TEXT NOT NULL REFERENCES bucket (name),
    key BLOB NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified_at REAL NOT NULL,
    headers TEXT NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (bucket, key)
) WITHOUT ROWID""",
)
_COLUMNS = "bucket, key, size, etag, modified_at, headers"


class BucketNotEmpty(UsageError):
    """A bucket that still holds objects is not deleted."""


class KeyTooLong(UsageError):
    """A key that is longer than keys may be, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket's name and age."""

    name: str
    created_at: float


class ArtifactFolder:
    """Implements `ArtifactStore`; one object serves all threads.

    Args:
        root: The folder; made on first use.
    """

    def __init__(self, root: Path) -> None:
        self._blobs = root / "blobs"
        self._index = Database(root / "index.db", _make_tables)

    # --- buckets

    def buckets(self) -> list[Bucket]:
        """All buckets by name."""
        with self._index.reading() as connection:
            rows = connection.execute("SELECT name, created_at FROM bucket ORDER BY name").fetchall()
        return [Bucket(name=name, created_at=created_at) for name, created_at in rows]

    def create_bucket(self, name: str) -> None:
        """Make a bucket.

        Raises:
            UsageError: the name is none that a bucket can have.
            NameTaken: it exists.
        """
        if not BUCKET_NAME.match(name):
            raise UsageError(
                f"'{name}' cannot name a bucket.",
                hint="Use 3 to 63 lower-case letters, digits, hyphens and dots; begin and end with a letter or digit.",
            )
        if not self._made_bucket(name):
            raise NameTaken(f"The bucket '{name}' exists.")

    def ensure_bucket(self, name: str) -> None:
        """Make a bucket where there is none of that name; the name may be one that users cannot give."""
        if all(bucket.name != name for bucket in self.buckets()):
            self._made_bucket(name)

    def _made_bucket(self, name: str) -> bool:
        with self._index.writing() as connection:
            cursor = connection.execute("INSERT OR IGNORE INTO bucket VALUES (?, ?)", (name, time.time()))
            return cursor.rowcount == 1

    def delete_bucket(self, name: str) -> None:
        """Delete an empty bucket.

        Raises:
            NoSuchArtifact: there is none of that name.
            BucketNotEmpty: it holds objects.
        """
        with self._index.writing() as connection:
            _check_bucket(connection, name)
            if connection.execute("SELECT 1 FROM object WHERE bucket = ? LIMIT 1", (name,)).fetchone():
                raise BucketNotEmpty(f"The bucket '{name}' still holds objects.", hint="Delete them first.")
            connection.execute("DELETE FROM bucket WHERE name = ?", (name,))

    def check_bucket(self, name: str) -> None:
        """Raises NoSuchArtifact where there is no such bucket."""
        with self._index.reading() as connection:
            _check_bucket(connection, name)

    # --- objects

    def put(
        self,
        bucket: str,
        key: str,
        body: IO[bytes],
        headers: Mapping[str, str] | None = None,
        *,
        etag: str | None = None,
        condition: PutCondition = ALWAYS,
    ) -> Artifact:
        encoded = _encoded(key)
        self.check_bucket(bucket)
        blob, size, digest = self._written(body)
        try:
            with self._index.writing() as connection:
                _check_bucket(connection, bucket)
                _check_condition(connection, bucket, encoded, condition)
                old = _blob(connection, bucket, encoded)
                row = (bucket, encoded, size, etag or digest, time.time(), json.dumps(dict(headers or {})), blob)
                connection.execute("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except BaseException:
            self._remove(blob)
            raise
        if old is not None:
            self._remove(old)
        return _artifact(row[:6])

    def find(self, bucket: str, key: str) -> Artifact:
        encoded = _encoded(key)
        with self._index.reading() as connection:
            _check_bucket(connection, bucket)
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM object WHERE bucket = ? AND key = ?", (bucket, encoded)
            ).fetchone()
        if row is None:
            raise NoSuchArtifact(bucket, key)
        return _artifact(row)

    def get(self, artifact: Artifact, destination: Path) -> None:
        with self.open(artifact) as source, destination.open("wb") as target:
            shutil.copyfileobj(source, target, _CHUNK)

    def open(self, artifact: Artifact) -> IO[bytes]:
        """The bytes of an object; an open one can be read on when it is deleted.

        Raises:
            NoSuchArtifact: it has been deleted or overwritten since.
        """
        with self._index.reading() as connection:
            row = connection.execute(
                "SELECT blob FROM object WHERE bucket = ? AND key = ? AND etag = ? AND modified_at = ?",
                (artifact.bucket, _encoded(artifact.key), artifact.etag, artifact.modified_at),
            ).fetchone()
        if row is not None:
            with contextlib.suppress(FileNotFoundError):
                return self._path(row[0]).open("rb")
        raise NoSuchArtifact(artifact.bucket, artifact.key)

    def list(self, bucket: str, prefix: str = "", after: str = "") -> Iterator[Artifact]:
        self.check_bucket(bucket)
        return self._listed(bucket, prefix.encode("utf-8", "surrogatepass"), after.encode("utf-8", "surrogatepass"))

    def _listed(self, bucket: str, prefix: bytes, after: bytes) -> Iterator[Artifact]:
        """In pages, so that no transaction stays open while a caller thinks."""
        query = f"SELECT {_COLUMNS} FROM object WHERE bucket = ? AND key >= ? AND key > ? ORDER BY key LIMIT ?"
        while True:
            with self._index.reading() as connection:
                rows = connection.execute(query, (bucket, prefix, after, _PAGE)).fetchall()
            for row in rows:
                if not row[1].startswith(prefix):
                    return
                yield _artifact(row)
            if len(rows) < _PAGE:
                return
            after = rows[-1][1]

    def delete(self, bucket: str, key: str) -> None:
        encoded = _encoded(key)
        with self._index.writing() as connection:
            _check_bucket(connection, bucket)
            blob = _blob(connection, bucket, encoded)
            connection.execute("DELETE FROM object WHERE bucket = ? AND key = ?", (bucket, encoded))
        if blob is not None:
            self._remove(blob)

    def clear_left_overs(self) -> int:
        """Remove files that no object points to and that are a day old; returns how many."""
        with self._index.reading() as connection:
            known = {blob for (blob,) in connection.execute("SELECT blob FROM object")}
        oldest = time.time() - _LEFT_OVER_SECONDS
        left = [p for p in self._blobs.glob("*/*") if p.name not in known and p.stat().st_mtime < oldest]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    # --- files

    def _written(self, body: IO[bytes]) -> tuple[str, int, str]:
        """(name of the new file, its size, the MD5 of its bytes); on the disk when this returns."""
        name = uuid.uuid4().hex
        path = self._path(name)
        digest, size = hashlib.md5(usedforsecurity=False), 0
        with failures_in_words(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("xb") as file:
                    while chunk := body.read(_CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                _sync_folder(path.parent)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return name, size, digest.hexdigest()

    def _path(self, blob: str) -> Path:
        return self._blobs / blob[:2] / blob

    def _remove(self, blob: str) -> None:
        self._path(blob).unlink(missing_ok=True)


def _make_tables(connection: sqlite3.Connection, _: Path) -> None:
    for statement in _TABLES:
        connection.execute(statement)


def _encoded(key: str) -> bytes:
    try:
        encoded = key.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("The key is not valid text.") from None
    if not 1 <= len(encoded) <= LONGEST_KEY:
        raise KeyTooLong(f"The key has {len(encoded)} bytes, but it must have 1 to {LONGEST_KEY}.")
    return encoded


def _check_bucket(connection: sqlite3.Connection, name: str) -> None:
    if connection.execute("SELECT 1 FROM bucket WHERE name = ?", (name,)).fetchone() is None:
        raise NoSuchArtifact(name)


def _check_condition(connection: sqlite3.Connection, bucket: str, key: bytes, condition: PutCondition) -> None:
    if condition == ALWAYS:
        return
    row = connection.execute("SELECT etag FROM object WHERE bucket = ? AND key = ?", (bucket, key)).fetchone()
    if condition.is_absent and row is not None:
        raise PreconditionFailed("An object of that key exists.")
    if condition.etag is not None and row is None:
        raise NoSuchArtifact(bucket, key.decode())
    if condition.etag is not None and row[0] != condition.etag:
        raise PreconditionFailed("The object is not the one with that ETag.")


def _blob(connection: sqlite3.Connection, bucket: str, key: bytes) -> str | None:
    row = connection.execute("SELECT blob FROM object WHERE bucket = ? AND key = ?", (bucket, key)).fetchone()
    return None if row is None else str(row[0])


def _artifact(row: tuple[str, bytes, int, str, float, str]) -> Artifact:
    bucket, key, size, etag, modified_at, headers = row
    return Artifact(
        bucket=bucket, key=key.decode(), size=size, etag=etag, modified_at=modified_at, headers=json.loads(headers)
    )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
