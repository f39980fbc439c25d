"""The one source of time: real, or simulated in tests and replays."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def wait(self, seconds: float, *readable: int | None) -> None:
        """Wait at most so long; come back earlier when one of the file descriptors has something to read."""
        ...


class RealClock:
    """The machine's own time. It never runs backwards: a clock that is set back stands still until it has caught up."""

    def __init__(self) -> None:
        self._latest = 0.0

    def now(self) -> float:
        self._latest = max(self._latest, time.time())
        return self._latest

    def wait(self, seconds: float, *readable: int | None) -> None:
        import select

        poll = select.poll()
        for descriptor in readable:
            if descriptor is not None:
                poll.register(descriptor, select.POLLIN)
        poll.poll(seconds * 1000)
