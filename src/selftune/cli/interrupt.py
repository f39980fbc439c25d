"""Ctrl-C: once asks for a clean stop, twice leaves at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class CleanStop:
    """While entered, the first SIGINT calls `stop` in a thread of its own, the second raises KeyboardInterrupt.

    The loop is not interrupted in the middle of a transaction: it learns of the stop as any other process's wish.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._previous: Any = None
        self.is_requested = False

    def __enter__(self) -> CleanStop:
        self._previous = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._previous)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signal's signature
        if self.is_requested:
            raise KeyboardInterrupt
        self.is_requested = True
        threading.Thread(target=self._stop, name="clean stop", daemon=True).start()
