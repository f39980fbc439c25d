"""What the terminal or the system says while a loop is held here: stop cleanly, leave at once, or let go."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class TerminalClosed(KeyboardInterrupt):
    """The terminal has gone (SIGHUP): nobody asked for a stop."""


class CleanStop:
    """While entered, the first SIGINT or SIGTERM calls `stop` in a thread of its own, the second leaves at once.

    The loop is not interrupted in the middle of a transaction: it learns of the stop as any other process's wish. To
    leave at once is to raise KeyboardInterrupt, at SIGHUP its subclass TerminalClosed; both are survived like a crash.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._previous: dict[int, Any] = {}
        self.is_requested = False

    def __enter__(self) -> CleanStop:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._previous[number] = signal.signal(number, self._stopped)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: it has been dealt with
            self._previous[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._closed)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _stopped(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signal's signature
        if self.is_requested:
            raise KeyboardInterrupt
        self.is_requested = True
        threading.Thread(target=self._stop, name="clean stop", daemon=True).start()

    def _closed(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signal's signature
        raise TerminalClosed
