"""What a program prints of its own settings: their numbers are no metrics."""

from __future__ import annotations

import re

_SETTINGS = re.compile(
    r"(?:param(?:eter)?s?|hparams|config(?:uration)?|arg(?:ument)?s|kwargs|settings|options|namespace|flags)\W*\Z",
    re.IGNORECASE,
)


def are_settings(words: str) -> bool:
    """Whether the words in front of a record call it settings: `Best params: {...}`."""
    return _SETTINGS.search(words) is not None
