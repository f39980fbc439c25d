"""Tuning jobs whose loop has died are taken up while the server runs, and those that cannot be held are ended.

A loop is a process of its own, which anything can kill. One that was created a moment ago has none yet, and one that
dies again and again without getting any further will not get further the next time either.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob, SelftuneError
from selftune.server.records import LOGGER

LOOK_SECONDS = 3.0
PATIENCE_SECONDS = 5.0
"""How long nobody holds a loop before that is a death; doubled with each try."""
MOST_TRIES = 5
_log = logging.getLogger(LOGGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Orphan:
    version: int
    """Of its record: as long as it is the same, nothing has been got further."""
    since: float
    tries: int = 0

    def is_due(self, now: float) -> bool:
        return now - self.since >= PATIENCE_SECONDS * (1 << self.tries)


class Caretaker:
    """Looks after the loops of one home.

    Args:
        service: The use-cases of the home.
    """

    def __init__(self, service: TuningService) -> None:
        self._service = service
        self._orphans: dict[str, _Orphan] = {}
        self._is_over = threading.Event()

    def start(self) -> None:
        """Look every few seconds, in a thread, until `stop`."""
        threading.Thread(target=self._go_round, name="caretaker", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()

    def look(self, now: float) -> None:
        """Take up, or end, what nobody has held for a while.

        Args:
            now: Seconds of a clock that never goes back.
        """
        seen = {name: self._seen(name, now) for name in self._service.resumable()}
        self._orphans = {name: orphan for name, orphan in seen.items() if orphan is not None}

    def _seen(self, name: str, now: float) -> _Orphan | None:
        try:
            version = self._service.head(name).version
        except NoSuchJob:
            return None
        known = self._orphans.get(name)
        if known is None or known.version != version:
            return _Orphan(version=version, since=now)
        return self._cared_for(name, known, now) if known.is_due(now) else known

    def _cared_for(self, name: str, orphan: _Orphan, now: float) -> _Orphan | None:
        if orphan.tries >= MOST_TRIES:
            self._service.give_up(name, f"Its loop ended {MOST_TRIES} times without having got any further.")
            _log.warning("%s was given up: its loop ended %d times.", name, MOST_TRIES)
            return None
        self._service.run_detached(name)
        _log.warning("The loop of %s had ended; it was taken up.", name)
        return _Orphan(version=orphan.version, since=now, tries=orphan.tries + 1)

    def _go_round(self) -> None:
        while not self._is_over.wait(LOOK_SECONDS):
            try:
                self.look(time.monotonic())
            except SelftuneError as error:  # such as a full disk, which may be over the next time
                _log.warning("Tuning jobs could not be looked after: %s", " ".join(str(error).split("\n")))
            except Exception:
                _log.exception("Tuning jobs could not be looked after.")
