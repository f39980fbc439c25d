"""Times for people."""

from __future__ import annotations


def duration_text(seconds: float) -> str:
    """Seconds as "0:21", "10:00", "1:02:03" or, from two days on, "3 d 4 h"; the nearest whole second."""
    whole = round(max(seconds, 0.0))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days > 2:
        return f"{days} d {hour} h" if hour else f"{days} d"
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def rough(seconds: float) -> str:
    """A duration in words of at most two parts, as limits read: 0.8 s, 42 s, 5 min, 1 h 30 min, 48 h."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"


def used_and_limit(used: float, limit: float) -> tuple[str, str]:
    """A time used up and its limit, rounded alike: what is kept reads as kept. ("5.7 s", "6 s"), ("1:38", "10 min")."""
    if limit < 10:
        return rough(used), rough(limit)
    words = rough(limit)
    is_exact = limit < 90 or (round(limit) % 60 == 0 and (limit < 36_000 or round(limit) % 3600 == 0))
    return duration_text(used), words if is_exact else duration_text(limit)


def rough_span(low: float, high: float) -> str:
    """Two durations as limits read, in one unit where that is short: 30-45 s, 1.3-3 min, 50 min-1 h 30 min."""
    (first, *unit), (second, *other) = rough(low).split(" "), rough(high).split(" ")
    if unit == ["s"] and other == ["min"]:
        first, unit = f"{low / 60:.2g}", other
    return f"{first}-{second} {other[0]}" if unit == other and len(other) == 1 else f"{rough(low)}-{rough(high)}"
