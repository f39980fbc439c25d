"""Which bucket and which object a request speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from selftune.server.http import Request
from selftune.server.s3.errors import s3_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A place in S3; both None: all buckets."""

    bucket: str | None
    key: str | None

    @classmethod
    def of(cls, request: Request) -> Target:
        """The target of a request.

        Raises:
            AwsError: the path is no UTF-8.
        """
        bucket, _, key = _text(request.received.raw_path.removeprefix("/")).partition("/")
        return cls(bucket=bucket or None, key=key or None)

    @classmethod
    def of_copy_source(cls, text: str) -> Target:
        """What `x-amz-copy-source` names: `/bucket/key`, percent-encoded.

        Raises:
            AwsError: it names no object.
        """
        plain, _, version = text.partition("?versionId=")
        bucket, _, key = _text(plain.removeprefix("/")).partition("/")
        if version:
            raise s3_error("NotImplemented", "Versions of objects are a part of S3 that is not here.")
        if not bucket or not key:
            raise s3_error("InvalidArgument", "x-amz-copy-source must be /BUCKET/KEY.")
        return cls(bucket=bucket, key=key)


def _text(encoded: str) -> str:
    try:
        return unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        raise s3_error("InvalidArgument", "The key is not UTF-8.") from None
