"""Objects in buckets: the values, and the protocol that each store of them follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from selftune.model.errors import SelftuneError


class NoSuchArtifact(SelftuneError):
    """No object of that key, or no such bucket."""

    def __init__(self, bucket: str, key: str | None = None) -> None:
        what = f"bucket '{bucket}'" if key is None else f"object '{key}' in bucket '{bucket}'"
        super().__init__(f"There is no {what}.")
        self.bucket, self.key = bucket, key


class PreconditionFailed(SelftuneError):
    """The object is not in the state under which alone it was to be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What is known of an object without reading it."""

    bucket: str
    key: str
    size: int
    """Bytes."""
    etag: str
    """Without quotes: MD5 of the bytes, or of its parts' with "-N" where it came in N parts."""
    modified_at: float
    """Seconds since the epoch."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the writer said of it: content-type, x-amz-meta-*, checksums. Lower-case names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCondition:
    """When an object may be written; both None: always."""

    is_absent: bool = False
    """Only where no object of that key exists."""
    etag: str | None = None
    """Only over the object with this ETag."""


ALWAYS = PutCondition()


class ArtifactStore(Protocol):
    """Objects by bucket and key. `testing.artifact_contract` is what each implementation must pass."""

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
        """Store what is read from `body`, whole or not at all; durable when this returns.

        Args:
            etag: Instead of the MD5 of the bytes.

        Raises:
            NoSuchArtifact: there is no such bucket; or no object, where `condition` asks for one.
            PreconditionFailed: `condition` does not hold.
        """
        ...

    def find(self, bucket: str, key: str) -> Artifact:
        """What is known of an object.

        Raises:
            NoSuchArtifact: no such object, or no such bucket.
        """
        ...

    def get(self, artifact: Artifact, destination: Path) -> None:
        """Write the bytes of an object to a file.

        Raises:
            NoSuchArtifact: it has been deleted or overwritten since.
        """
        ...

    def list(self, bucket: str, prefix: str = "", after: str = "") -> Iterator[Artifact]:
        """Objects whose key begins with `prefix` and comes after `after`, in the order of their UTF-8 keys.

        Raises:
            NoSuchArtifact: there is no such bucket.
        """
        ...

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object; that there is none is no error."""
        ...
