"""One descriptor that tells of the ends of processes, so that nobody need look for them again and again."""

from __future__ import annotations

import os
import select
import sys
import weakref
from contextlib import suppress


class ProcessEnds:
    """Readable when one of the watched processes has ended (Linux; elsewhere it never is).

    An end is told once: `take_note` is to be called before looking what has ended. The processes need not be children.
    """

    def __init__(self) -> None:
        self._descriptors: dict[int, int] = {}
        """Of the processes that are watched, by process id."""
        self._epoll: select.epoll | None = None
        weakref.finalize(self, _close_all, self._descriptors)

    def watch(self, pid: int) -> None:
        """From now on, tell of the end of this process. One that is gone already is not told of."""
        if sys.platform != "linux" or pid in self._descriptors:
            return
        with suppress(OSError):  # it is gone, the kernel is old, or there are no descriptors left
            descriptor = os.pidfd_open(pid)
            self._descriptors[pid] = descriptor
            self._epoll = self._epoll or select.epoll()
            self._epoll.register(descriptor, select.EPOLLIN | select.EPOLLONESHOT)

    def forget(self, pid: int) -> None:
        """Let go of a process; does nothing where it is not watched."""
        descriptor = self._descriptors.pop(pid, None)
        if descriptor is not None:
            os.close(descriptor)

    def take_note(self) -> None:
        """What has ended until now has been heard of: the descriptor is no longer readable because of it."""
        if self._epoll is not None:
            self._epoll.poll(0)

    def fileno(self) -> int | None:
        """The descriptor; None while nothing was ever watched."""
        return None if self._epoll is None else self._epoll.fileno()


def _close_all(descriptors: dict[int, int]) -> None:
    for descriptor in descriptors.values():
        os.close(descriptor)
    descriptors.clear()
