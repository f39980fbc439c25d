"""The body of a put as it is to be stored: out of its chunks, and checked against every checksum that came with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from selftune.server.aws.signature import UNSIGNED_TRAILER
from selftune.server.http import Request, place_for, whole_number
from selftune.server.s3 import checksums, chunked
from selftune.server.s3.errors import s3_error
from selftune.server.s3.signed_chunks import SIGNED, SIGNED_TRAILER

_IN_CHUNKS = (UNSIGNED_TRAILER, SIGNED, SIGNED_TRAILER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectBody:
    """Bytes to store, and the checksums that they were found to have."""

    file: IO[bytes]
    """At its beginning."""
    checksums: Mapping[str, str]
    """By header name."""

    @classmethod
    @contextlib.contextmanager
    def of(cls, request: Request) -> Iterator[ObjectBody]:
        """The body of a request.

        Raises:
            AwsError: it is incomplete, or a checksum does not fit.
        """
        payload_hash = request.header("x-amz-content-sha256") or ""
        if payload_hash.startswith("STREAMING-") and payload_hash not in _IN_CHUNKS:
            raise s3_error("NotImplemented", f"Bodies of the kind {payload_hash} are not accepted.")
        headers = dict(request.received.headers)
        if payload_hash not in _IN_CHUNKS:
            request.body.seek(0)
            yield cls(file=request.body, checksums=checksums.check(request.body, headers))
            return
        with place_for(None) as plain:
            trailers = chunked.decode(request.body, plain, expected_size=_decoded_length(headers))
            yield cls(file=plain, checksums=checksums.check(plain, {**headers, **trailers}))


def _decoded_length(headers: Mapping[str, str]) -> int | None:
    return whole_number(headers.get("x-amz-decoded-content-length", ""))
