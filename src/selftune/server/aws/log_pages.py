"""What a training job printed, in whole lines, forward from a byte or backward from one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_BYTES = 1 << 20
"""As much as one answer of the service holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines with their ends, and the bytes between which they lie."""

    lines: tuple[bytes, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The output of one training job.

    Args:
        read: Bytes from an offset on, at most so many.
        size: Bytes that there are.
        is_over: Whether it has ended; before, a last line without its end waits.
    """

    read: Callable[[int, int], bytes]
    size: int
    is_over: bool

    def forward(self, start: int, most: int) -> Lines:
        """At most so many lines from a byte on."""
        start = min(start, self.size)
        data = self.read(start, MOST_BYTES)
        found = _whole(data, is_end=self.is_over and start + len(data) >= self.size)[:most]
        return Lines(lines=tuple(found), start=start, end=start + sum(map(len, found)))

    def backward(self, end: int, most: int) -> Lines:
        """The last lines before a byte, at most so many."""
        end = min(end, self.size)
        start = max(end - MOST_BYTES, 0)
        data = self.read(start, end - start)
        is_inside = start > 0 and b"\n" in data[:-1]
        whole = data[data.find(b"\n") + 1 :] if is_inside else data
        found = whole.splitlines(keepends=True)[-most:]
        return Lines(lines=tuple(found), start=end - sum(map(len, found)), end=end)

    def latest(self, most: int) -> Lines:
        """The last lines that are whole, at most so many."""
        start = max(self.size - MOST_BYTES, 0)
        data = self.read(start, self.size - start)
        return self.backward(start + sum(map(len, _whole(data, is_end=self.is_over))), most)


def _whole(data: bytes, *, is_end: bool) -> list[bytes]:
    """The lines whose end is there; one that is longer than an answer comes in pieces."""
    end = len(data) if is_end else data.rfind(b"\n") + 1
    return data[: end or (len(data) if len(data) >= MOST_BYTES else 0)].splitlines(keepends=True)
