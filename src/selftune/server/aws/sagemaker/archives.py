"""Source archives, unpacked without trust: plain files only, inside the folder, bounded in number and size.

Python's own extraction filter is not relied upon (it could be led outside in several releases); nothing but plain files
is ever made here. Nor is its reader taken at its word where it ends: to it a damaged header is the end of an archive,
and it stops before the checksum of what is compressed.
"""

from __future__ import annotations

import lzma
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from selftune.model.errors import UnreadableInput
from selftune.server.aws.sagemaker.client_names import named_by_client

MOST_MEMBERS = 20_000
MOST_BYTES = 2 << 30
LARGEST_ATTRIBUTES = 1 << 20
"""Bytes of a long name or of other attributes of one member, which are read into memory."""
_CHUNK = 1 << 20
_ATTRIBUTES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_DAMAGED = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError)


def unpack(archive: IO[bytes], folder: Path, *, title: str) -> None:
    """Unpack a tar archive (plain or compressed) into a folder that does not exist yet.

    Args:
        title: What it is, for messages: "s3://bucket/sourcedir.tar.gz".

    Raises:
        UnreadableInput: it is no tar archive, is damaged, holds a link, a device or a name that no file can have,
            leads outside, or is too large.
    """
    try:
        with tarfile.open(fileobj=archive, mode="r:*", tarinfo=_Header) as tar:
            folder.mkdir(parents=True)
            _unpack_members(tar, folder, title)
            _read_to_the_end(tar, title)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableInput(f"{title} is no tar archive: {error or 'it is empty'}.") from None


class _Header(tarfile.TarInfo):
    """The header of a member, which must be whole wherever it stands."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        try:
            header = super().frombuf(buf, encoding, errors)
        except (tarfile.EmptyHeaderError, tarfile.EOFHeaderError):  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(f"a header is damaged ({error})") from None
        if header.type in _ATTRIBUTES and header.size > LARGEST_ATTRIBUTES:
            raise tarfile.ReadError("the attributes of a member are too large")
        return header


def _read_to_the_end(tar: tarfile.TarFile, title: str) -> None:
    """What follows the last member is nothing but the checksum of it all, which is compared when it is read."""
    size = 0
    while chunk := tar.fileobj.read(_CHUNK) if tar.fileobj is not None else b"":
        size += len(chunk)
        if size > MOST_BYTES:
            raise _too_large(title)


def _unpack_members(tar: tarfile.TarFile, folder: Path, title: str) -> None:
    size = 0
    for count, member in enumerate(tar, start=1):
        size += max(member.size, 0)
        if count > MOST_MEMBERS or size > MOST_BYTES:
            raise _too_large(title)
        path = folder.joinpath(*_inside(member.name, title))
        with named_by_client(member.name, title):
            _make(tar, member, path, title)


def _too_large(title: str) -> UnreadableInput:
    return UnreadableInput(f"{title} holds more than {MOST_MEMBERS} files or {MOST_BYTES >> 20} MiB.")


def _make(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, title: str) -> None:
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif member.isreg():
        _write(tar, member, path, title)
    else:
        raise UnreadableInput(f"{title} holds '{member.name[:100]}', which is no plain file.")


def _inside(name: str, title: str) -> tuple[str, ...]:
    """The parts of a member's path; none of them leads up or to the root."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or "\\" in name:
        raise UnreadableInput(f"{title} holds '{name[:100]}', which would lie outside its folder.")
    return path.parts


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, title: str) -> None:
    if path.exists() or path.is_symlink():
        raise UnreadableInput(f"{title} holds '{member.name[:100]}' twice.")
    source = tar.extractfile(member)
    assert source is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    with source, path.open("xb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    path.chmod(0o755 if member.mode & 0o100 else 0o644)
