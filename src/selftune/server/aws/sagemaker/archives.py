"""Source archives, unpacked without trust: plain files only, inside the folder, bounded in number and size.

Python's own extraction filter is not relied upon (it could be led outside in several releases); nothing but plain files
is ever made here.
"""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath
from typing import IO

from selftune.model.errors import UnreadableInput

MOST_MEMBERS = 20_000
MOST_BYTES = 2 << 30
_CHUNK = 1 << 20


def unpack(archive: IO[bytes], folder: Path, *, title: str) -> None:
    """Unpack a tar archive (plain or compressed) into a folder that does not exist yet.

    Args:
        title: What it is, for messages: "s3://bucket/sourcedir.tar.gz".

    Raises:
        UnreadableInput: it is no tar archive, holds a link or a device, leads outside, or is too large.
    """
    try:
        with tarfile.open(fileobj=archive, mode="r:*") as tar:
            folder.mkdir(parents=True)
            _unpack_members(tar, folder, title)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableInput(f"{title} is no tar archive: {error or 'it is empty'}.") from None


def _unpack_members(tar: tarfile.TarFile, folder: Path, title: str) -> None:
    size = 0
    for count, member in enumerate(tar, start=1):
        size += max(member.size, 0)
        if count > MOST_MEMBERS or size > MOST_BYTES:
            raise UnreadableInput(f"{title} holds more than {MOST_MEMBERS} files or {MOST_BYTES >> 20} MiB.")
        path = folder.joinpath(*_inside(member.name, title))
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
