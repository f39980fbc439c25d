"""Whether the server of a home answers: asked before its address is given to code that would go to AWS without it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from selftune.model.errors import UsageError
from selftune.server.address import read_address

_CONNECT_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 0.1
_USUAL_PORTS = {"http": 80, "https": 443}


def await_server(home: Path, *, patience_seconds: float, told: Callable[[], None] = lambda: None) -> None:
    """Wait until the server of a home takes connections; one that was started a moment ago is given its time.

    Args:
        patience_seconds: How long to wait for it.
        told: Called once if there is anything to wait for.

    Raises:
        UsageError: none was started, or it does not answer.
    """
    deadline = time.monotonic() + patience_seconds
    problem = _problem(home)
    if problem is not None and patience_seconds > 0:
        told()
    while problem is not None:
        if time.monotonic() >= deadline:
            raise problem
        time.sleep(_LOOK_AGAIN_SECONDS)
        problem = _problem(home)


def _problem(home: Path) -> UsageError | None:
    try:
        url = str(read_address(home)["url"])
    except UsageError as error:
        return error
    place = urlsplit(url)
    try:
        port = place.port or _USUAL_PORTS[place.scheme]
        with socket.create_connection((place.hostname or "", port), timeout=_CONNECT_SECONDS):
            return None
    except (OSError, ValueError, KeyError):
        return UsageError(
            f"The server of {home} does not answer at {url}: it has ended, or has not begun.",
            hint="Start it: selftune serve",
        )
