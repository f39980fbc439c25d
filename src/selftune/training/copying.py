"""Copies of files and folders that share their blocks with the original where the file system can."""

from __future__ import annotations

import contextlib
import os


def copy_tree(source: str, target: str) -> None:
    """Copy what the folder `source` holds into the folder `target`; links stay links."""
    with os.scandir(source) as entries:
        for entry in entries:
            place = f"{target}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), place)
            elif entry.is_dir():
                os.mkdir(place)
                copy_tree(entry.path, place)
            else:
                copy_file(entry.path, place)


def copy_file(source: str, target: str) -> int:
    """Copy content, permissions and time of change; returns the size in bytes."""
    reader = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        state = os.fstat(reader)
        mode = (state.st_mode & 0o777) | 0o600
        writer = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            _copy_bytes(reader, writer, state.st_size)
            os.utime(writer, ns=(state.st_atime_ns, state.st_mtime_ns))
        finally:
            os.close(writer)
    finally:
        os.close(reader)
    return state.st_size


def _copy_bytes(reader: int, writer: int, size: int) -> None:
    remaining = size
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError):  # not on this pair of file systems: read and write instead
            while remaining and (moved := os.copy_file_range(reader, writer, remaining)):
                remaining -= moved
    while remaining and (data := os.read(reader, min(remaining, 1 << 20))):
        os.write(writer, data)
        remaining -= len(data)
