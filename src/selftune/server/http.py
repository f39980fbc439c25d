"""Requests and responses as values: what the web framework hands over, and what it is to send back."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import parse_qsl, unquote_to_bytes

from selftune.server.aws.signature import ReceivedRequest

IN_MEMORY = 1 << 20
"""Bytes of a body that are kept in memory; a larger one goes to a file."""
_SMALL_DIGITS = 5
"""Digits of a Content-Length (at most 99,999) for which a file is never needed."""


_MOST_DIGITS = 18
"""Of a number of bytes: no disk is that large, and a machine word holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, its body read whole."""

    received: ReceivedRequest
    body: IO[bytes]
    """At its beginning; in memory or a file without a name."""
    size: int
    """Bytes of the body."""

    @property
    def method(self) -> str:
        return self.received.method

    @property
    def path(self) -> str:
        """Decoded. Raises UnicodeDecodeError where it is no UTF-8."""
        return unquote_to_bytes(self.received.raw_path).decode("utf-8")

    @property
    def query(self) -> Mapping[str, str]:
        """Decoded; the last of equal names counts."""
        return dict(parse_qsl(self.received.query, keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """The first header of a lower-case name."""
        return self.received.header(name)

    def read(self) -> bytes:
        """The whole body, whoever has read of it before."""
        self.body.seek(0)
        return self.body.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """A stretch of an open file, to be sent without being read whole and closed then."""

    file: IO[bytes]
    start: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is sent back."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FilePart = b""

    @property
    def size(self) -> int:
        return self.body.length if isinstance(self.body, FilePart) else len(self.body)


def whole_number(text: str, *, digits: int = _MOST_DIGITS) -> int | None:
    """A number of bytes or of things, as it stands in a header or a query; None where it is none that can be meant."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def may_need_a_file(received: ReceivedRequest) -> bool:
    """Whether the body may be too large for memory, told from what precedes it."""
    length = received.header("content-length")
    if length is None:
        return received.header("transfer-encoding") is not None
    return whole_number(length, digits=_SMALL_DIGITS) is None


def place_for(length: str | None) -> IO[bytes]:
    """A place for a body: memory where its Content-Length is small, else a file without a name once it is large."""
    if length is not None and whole_number(length, digits=_SMALL_DIGITS) is not None:
        return io.BytesIO()
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
