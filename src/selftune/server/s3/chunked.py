"""`aws-chunked`: a body in chunks of its own, with trailers behind it, inside the HTTP body.

4;chunk-signature=...\\r\\n        (the signature only where chunks are signed)
data\\r\\n
0\\r\\n
x-amz-checksum-crc32:...\\r\\n
\\r\\n
"""

from __future__ import annotations

from typing import IO

from selftune.server.s3.errors import s3_error

LONGEST_LINE = 4096
_COPY = 1 << 20
MOST_TRAILERS = 16


def decode(source: IO[bytes], target: IO[bytes], *, expected_size: int | None) -> dict[str, str]:
    """Write the decoded body to `target`, left at its beginning, and return the trailers, names in lower case.

    Args:
        expected_size: `x-amz-decoded-content-length`.

    Raises:
        AwsError: IncompleteBody where it breaks off, is malformed or has another size.
    """
    source.seek(0)
    while size := chunk_size(read_line(source)):
        _copy(source, target, size)
        if source.read(2) != b"\r\n":
            raise _incomplete("a chunk does not end where it should")
    if expected_size is not None and target.tell() != expected_size:
        raise _incomplete(f"{target.tell()} bytes arrived, {expected_size} were announced")
    target.seek(0)
    return read_trailers(source)


def read_line(source: IO[bytes]) -> bytes:
    """A line without its end."""
    line = source.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise _incomplete("a line is missing or too long")
    return line.rstrip(b"\r\n")


def chunk_size(line: bytes) -> int:
    """The size that the line before a chunk tells."""
    digits = line.split(b";", 1)[0].strip()
    try:
        size = int(digits, 16) if digits.isalnum() and len(digits) <= 16 else -1
    except ValueError:
        size = -1
    if size < 0:
        raise _incomplete(f"'{digits[:32].decode('latin-1')}' is no size of a chunk")
    return size


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    while size > 0:
        block = source.read(min(size, _COPY))
        if not block:
            raise _incomplete("a chunk breaks off")
        target.write(block)
        size -= len(block)


def read_trailers(source: IO[bytes]) -> dict[str, str]:
    """What follows the last chunk, by name in lower case."""
    found: dict[str, str] = {}
    while (line := source.readline(LONGEST_LINE).strip()) and len(found) < MOST_TRAILERS:
        name, _, value = line.decode("latin-1").partition(":")
        found[name.strip().lower()] = value.strip()
    return found


def _incomplete(why: str) -> Exception:
    return s3_error("IncompleteBody", f"The body in chunks is not complete: {why}.")
