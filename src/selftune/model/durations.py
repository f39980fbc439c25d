"""Durations as they are typed: 90s, 30m, 2h, 1d, 1h30m; a bare number counts seconds."""

from __future__ import annotations

import math
import re

from selftune.model.errors import UsageError

_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(d|h|m|s)[a-z]*\s*", re.IGNORECASE)


def parse_duration(text: str) -> float:
    """Seconds, above zero.

    Raises:
        UsageError: the text is no duration, or none above zero.
    """
    seconds = _seconds(text.strip())
    if seconds is None or not math.isfinite(seconds) or seconds <= 0:
        raise UsageError(f"'{text}' is not a duration above zero.", hint="Write one such as 90s, 30m, 2h, 1d or 1h30m.")
    return seconds


def written_duration(seconds: float) -> str:
    """A duration that `parse_duration` reads back exactly: 5400.0 -> "1h30m"."""
    if seconds != int(seconds) or seconds <= 0:
        return f"{seconds!r}s"
    hours, rest = divmod(int(seconds), 3_600)
    minutes, whole_seconds = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (whole_seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _seconds(text: str) -> float | None:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return None
        total += float(part[1]) * _UNITS[part[2].lower()]
        position = part.end()
    return total if text else None
