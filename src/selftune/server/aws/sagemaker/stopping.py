"""A job that was told to stop is Stopping as soon as the answer is sent, as at the service.

The word reaches the process that holds the job's loop within a moment; who asks right after it must not
read InProgress.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_PATIENCE_SECONDS = 3.0
"""A loop that takes longer is being started anew; the stop is stored and holds all the same."""
_LOOK_SECONDS = 0.02


def wait_until(is_taken_up: Callable[[], bool]) -> None:
    """Return once a stop was taken up, or when waiting longer would keep the client from going on."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not is_taken_up() and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
