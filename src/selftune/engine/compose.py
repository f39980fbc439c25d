"""The one place where concrete store, backend, suggester and clock meet."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.engine.clock import RealClock
from selftune.engine.service import Parts, TuningService

if TYPE_CHECKING:
    from selftune.backends.backend import TrainingBackend
    from selftune.engine.results import Results
    from selftune.engine.suggester import Suggester
    from selftune.store.store import Store

HOME_VARIABLE = "SELFTUNE_HOME"


def default_home() -> Path:
    """`SELFTUNE_HOME` where it is set, otherwise `.selftune` in the user's home folder."""
    return Path(os.environ.get(HOME_VARIABLE) or Path.home() / ".selftune").expanduser().absolute()


def tuning_service(home: Path | None = None) -> TuningService:
    """The service over a home: SQLite for what is remembered, this machine for what runs."""
    home = (home or default_home()).expanduser().absolute()
    parts = Parts(
        store=lambda: _open_store(home),
        backend=_local_backend,
        suggester=_start_suggester,
        clock=RealClock(),
        results=lambda: _results(home),
        capacity=_local_capacity,
    )
    return TuningService(home, parts)


def _open_store(home: Path) -> Store:
    from selftune.store.sqlite import SqliteStore

    return SqliteStore(home / "selftune.db")


@functools.cache
def _local_backend() -> TrainingBackend:
    from selftune.backends.local import LocalBackend

    return LocalBackend()


def _results(home: Path) -> Results:
    from selftune.engine.archives import results_of

    return results_of(home)


def _local_capacity() -> int:
    from selftune.backends.slots import capacity, visible_gpus

    return capacity(len(visible_gpus(os.environ)))


def _start_suggester() -> Suggester:
    from selftune.search.worker import SuggestionWorker

    return SuggestionWorker()
