"""Names of new tuning jobs."""

from __future__ import annotations

import re
import secrets

_LONGEST = 32
_RANDOM_BYTES = 3


def new_name(base: str) -> str:
    """A name that is free in all likelihood: `base`, shortened to fit, and six random hexadecimal digits."""
    stem = re.sub(r"[^a-zA-Z0-9]+", "-", base)[: _LONGEST - 2 * _RANDOM_BYTES - 1].strip("-")
    return f"{stem or 'tuning'}-{secrets.token_hex(_RANDOM_BYTES)}"
