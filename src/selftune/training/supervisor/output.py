"""The output of the command: taken from a pipe without end, kept in a file as long as there is room."""

from __future__ import annotations

import errno
import os

_CHUNK = 1 << 16
_MOST_CHUNKS = 64
"""More than a pipe holds."""


class OutputLog:
    """Appends what comes out of a pipe to a file; never blocks the writer.

    A full disk or a reached limit does not stop the draining: what cannot be kept is counted in `dropped`, and
    `is_torn` tells whether the disk was the reason.
    """

    def __init__(self, path: str, *, limit: int) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._room = limit - os.fstat(self._descriptor).st_size
        self.dropped = 0
        self.is_torn = False

    def drain(self, pipe: int) -> bool:
        """Take what the pipe holds now; False once all its writers have closed it.

        At most a few megabytes, so that a flood of output keeps nobody from looking at the clock.
        """
        for _ in range(_MOST_CHUNKS):
            try:
                data = os.read(pipe, _CHUNK)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._keep(data)
        return True

    def say(self, text: str) -> None:
        """Add a line of our own."""
        self._write(f"[selftune] {text}\n".encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """End the log, with a note where it is incomplete."""
        if self.dropped:
            self.say(f"{self.dropped:,} bytes of output were dropped: the limit was reached or the disk was full.")
        os.close(self._descriptor)

    def _keep(self, data: bytes) -> None:
        kept = data[: max(self._room, 0)]
        written = self._write(kept)
        self._room -= written
        self.is_torn = self.is_torn or written < len(kept)
        self.dropped += len(data) - written

    def _write(self, data: bytes) -> int:
        """How many bytes of `data` found a place."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
                raise
        return len(data) - len(view)
