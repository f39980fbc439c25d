"""Uploads in parts: each part is durable when its put returns; the object appears whole when they are put together."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from selftune.model.errors import SelftuneError
from selftune.store.artifacts.artifacts import ALWAYS, Artifact, PutCondition
from selftune.store.artifacts.folder import ArtifactFolder
from selftune.store.database import Database

PARTS_BUCKET = ".parts"
"""No bucket of a user's can have this name."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    headers TEXT NOT NULL,
    created_at REAL NOT NULL
) WITHOUT ROWID""",
)


class NoSuchUpload(SelftuneError):
    """No upload of that id for that object: it was completed, aborted or never begun."""


class InvalidPart(SelftuneError):
    """A part that is to be put together was never uploaded, or is another one than that named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload that has begun."""

    id: str
    bucket: str
    key: str
    headers: Mapping[str, str]
    created_at: float


class MultipartUploads:
    """The uploads in parts of one artifact folder. Parts are objects of a bucket that nobody else sees.

    Args:
        folder: Where objects go.
        index: The database file of uploads that have begun.
    """

    def __init__(self, folder: ArtifactFolder, index: Path) -> None:
        self._folder = folder
        self._index = Database(index, _make_tables)

    def begin(self, bucket: str, key: str, headers: Mapping[str, str]) -> Upload:
        """Begin an upload.

        Raises:
            NoSuchArtifact: there is no such bucket.
        """
        self._folder.check_bucket(bucket)
        upload = Upload(id=uuid.uuid4().hex, bucket=bucket, key=key, headers=headers, created_at=time.time())
        with self._index.writing() as connection:
            connection.execute(
                "INSERT INTO upload VALUES (?, ?, ?, ?, ?)",
                (upload.id, bucket, key, json.dumps(dict(headers)), upload.created_at),
            )
        return upload

    def find(self, bucket: str, key: str, upload_id: str) -> Upload:
        """An upload that has begun and has not ended.

        Raises:
            NoSuchUpload: there is none of that id for that object.
        """
        return next((u for u in self.of(bucket) if (u.key, u.id) == (key, upload_id)), None) or _missing(upload_id)

    def of(self, bucket: str) -> list[Upload]:
        """All uploads to a bucket that have begun and not ended, by key."""
        with self._index.reading() as connection:
            rows = connection.execute(
                "SELECT id, bucket, key, headers, created_at FROM upload WHERE bucket = ? ORDER BY key, created_at",
                (bucket,),
            ).fetchall()
        return [
            Upload(id=id_, bucket=of, key=key, headers=json.loads(headers), created_at=created_at)
            for id_, of, key, headers, created_at in rows
        ]

    def put_part(self, upload: Upload, number: int, body: IO[bytes], size: int | None = None) -> Artifact:
        """Store one part; a part of the same number is replaced.

        Args:
            size: Bytes to take of `body`; None: all that there are.
        """
        self._folder.ensure_bucket(PARTS_BUCKET)
        taken = body if size is None else cast(IO[bytes], _Stretch(body, size))
        return self._folder.put(PARTS_BUCKET, _part_key(upload, number), taken)

    def parts(self, upload: Upload) -> dict[int, Artifact]:
        """The parts that are there, by number, in order."""
        self._folder.ensure_bucket(PARTS_BUCKET)
        listed = self._folder.list(PARTS_BUCKET, prefix=f"{upload.id}/")
        return {int(artifact.key.rpartition("/")[2]): artifact for artifact in listed}

    def complete(self, upload: Upload, wanted: Sequence[tuple[int, str]], condition: PutCondition = ALWAYS) -> Artifact:
        """Put parts together into the object.

        Args:
            wanted: (number, ETag) of each part, in rising order.

        Raises:
            InvalidPart: one of them is not there, or is another.
            PreconditionFailed: `condition` does not hold.
        """
        present = self.parts(upload)
        for number, etag in wanted:
            if number not in present or present[number].etag != etag:
                raise InvalidPart(f"Part {number} is not there, or its ETag is not '{etag}'.")
        chosen = [present[number] for number, _ in wanted]
        body = cast(IO[bytes], _Joined(self._folder.open(part) for part in chosen))
        digest = hashlib.md5(b"".join(bytes.fromhex(part.etag) for part in chosen), usedforsecurity=False)
        etag = f"{digest.hexdigest()}-{len(chosen)}"
        made = self._folder.put(upload.bucket, upload.key, body, upload.headers, etag=etag, condition=condition)
        self.abort(upload)
        return made

    def abort(self, upload: Upload) -> None:
        """Forget an upload and its parts."""
        with self._index.writing() as connection:
            connection.execute("DELETE FROM upload WHERE id = ?", (upload.id,))
        for part in self.parts(upload).values():
            self._folder.delete(PARTS_BUCKET, part.key)


class _Joined(io.RawIOBase):
    """Several files read one after the other, each closed when it has been read."""

    def __init__(self, files: Iterator[IO[bytes]]) -> None:
        self._files = files
        self._current: IO[bytes] | None = next(files, None)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self._current is not None:
            chunk = self._current.read(size)
            if chunk:
                return chunk
            self._current.close()
            self._current = next(self._files, None)
        return b""


class _Stretch(io.RawIOBase):
    """So many bytes of a file from where it stands."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk


def _part_key(upload: Upload, number: int) -> str:
    return f"{upload.id}/{number:05d}"


def _missing(upload_id: str) -> Upload:
    raise NoSuchUpload(f"There is no upload '{upload_id[:64]}': it was completed, aborted or never begun.")


def _make_tables(connection: sqlite3.Connection, _: Path) -> None:
    for statement in _TABLES:
        connection.execute(statement)
