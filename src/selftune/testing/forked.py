"""A second process for tests of what processes do to each other."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def process_that(does: Callable[[], object]) -> Iterator[tuple[int, bool]]:
    """A forked process that does something, keeps what it got, and says whether it was anything.

    Yields its process id and the answer; it is killed at the end.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _answer_and_wait(does, writing)
    os.close(writing)
    try:
        answer = os.read(reading, 1)
        assert answer in (b"+", b"-"), "the forked process ended without an answer"
        yield pid, answer == b"+"
    finally:
        os.close(reading)
        with suppress(ProcessLookupError, ChildProcessError):  # the test may have ended it itself
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _answer_and_wait(does: Callable[[], object], writing: int) -> None:
    try:
        kept = does()
        os.write(writing, b"-" if kept is None else b"+")
        signal.pause()
    finally:
        os._exit(1)
