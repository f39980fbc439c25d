"""The checksums that clients send beside or behind a body, verified; those that the standard library can compute."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import IO, Protocol

from selftune.server.s3.errors import s3_error

PREFIX = "x-amz-checksum-"
_CHUNK = 1 << 20


class Digest(Protocol):
    """What hashlib's objects and ours have in common."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, chunk: bytes) -> None:
        self._value = zlib.crc32(chunk, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


class _Table:
    """A reflected CRC of which the standard library knows nothing, a byte at a time."""

    def __init__(self, polynomial: int, bits: int) -> None:
        self._bytes = bits // 8
        self._mask = (1 << bits) - 1
        self._table = [_remainder(byte, polynomial) for byte in range(256)]
        self._value = self._mask

    def update(self, chunk: bytes) -> None:
        value, table = self._value, self._table
        for byte in chunk:
            value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
        self._value = value

    def digest(self) -> bytes:
        return (self._value ^ self._mask).to_bytes(self._bytes, "big")


def _remainder(byte: int, polynomial: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (polynomial if byte & 1 else 0)
    return byte


ALGORITHMS: Mapping[str, Callable[[], Digest]] = {
    "crc32": _Crc32,
    "crc32c": lambda: _Table(0x82F63B78, 32),
    "crc64nvme": lambda: _Table(0x9A6C9329AC4BC9B5, 64),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}


def check(body: IO[bytes], headers: Mapping[str, str]) -> dict[str, str]:
    """Verify Content-MD5 and every `x-amz-checksum-*` of a body; leaves it at its beginning.

    Args:
        headers: Of the request and its trailers, lower-case names.

    Returns:
        The checksums by header name, to be kept with the object.

    Raises:
        AwsError: BadDigest where one does not fit, InvalidRequest where it is none that S3 knows.
    """
    claimed = {name.removeprefix(PREFIX): text for name, text in headers.items() if _is_checksum(name)}
    digests: dict[str, Digest] = {name: _algorithm(name) for name in claimed}
    expected_md5 = headers.get("content-md5")
    if expected_md5 is not None:
        digests["md5"], claimed["md5"] = hashlib.md5(usedforsecurity=False), expected_md5
    if digests:
        _feed(body, digests)
    for name, digest in digests.items():
        if base64.b64encode(digest.digest()).decode() != claimed[name].strip():
            raise s3_error("BadDigest", f"The {name.upper()} that you specified is not that of the body.")
    return {f"{PREFIX}{name}": text for name, text in claimed.items() if name != "md5"}


def _is_checksum(name: str) -> bool:
    return name.startswith(PREFIX) and name not in (f"{PREFIX}type", f"{PREFIX}algorithm", f"{PREFIX}mode")


def _algorithm(name: str) -> Digest:
    if name not in ALGORITHMS:
        raise s3_error("InvalidRequest", f"The checksum '{name}' is none of {', '.join(ALGORITHMS)}.")
    return ALGORITHMS[name]()


def _feed(body: IO[bytes], digests: Mapping[str, Digest]) -> None:
    body.seek(0)
    while chunk := body.read(_CHUNK):
        for digest in digests.values():
            digest.update(chunk)
    body.seek(0)
