"""The server's own log: one record a line, whatever is in it, and nothing that a client has sent but names.

A traceback is told by the places that it went through and the kind of error; an error's own words may hold a value of
the request, such as a secret in the environment of a training job.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from types import TracebackType

LOGGER = "selftune.server"
LONGEST = 4000
_PLACES = 12


class OneLine(logging.Formatter):
    """`2026-11-28T12:00:00Z WARNING text`, without line ends, control characters and colours."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}: {record.exc_info[0].__name__} at {_places(record.exc_info[2])}"
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return f"{at} {record.levelname} {printable(text)}"


def printable(text: str) -> str:
    """A text in which nothing can end the line, move the cursor or change the direction of writing."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in cut)


def start_logging() -> None:
    """Send the server's records, and those of the web server below it, to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    for name in (LOGGER, "uvicorn", "uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.error" else []
        logger.propagate = name == "uvicorn.error"
        logger.setLevel(logging.WARNING)


def _places(passed: TracebackType | None) -> str:
    frames = traceback.extract_tb(passed)[-_PLACES:]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
