"""The split of the data that a whole line is about, and names with it."""

from __future__ import annotations

import re

from selftune.training.metrics.names import is_counter, split_of

SPLIT_WORD = r"\b((?:train|valid|test|evalu)(?:ing|ation)?|val|eval|dev)"
_LEADING = re.compile(
    r"[^A-Za-z]*(?:(?:DEBUG|INFO|WARNING)\b\W*)?"
    + SPLIT_WORD
    + r"(?![A-Za-z])[\s_\-:|]*(?=\[|(?:epoch|step|iter(?:ation)?|round|batch|fold)s?\b)",
    re.IGNORECASE,
)


def leading_split(line: str) -> str | None:
    """The split that a line is about as a whole, as its first word before a count says: `eval epoch 3 accuracy 0.7`."""
    match = _LEADING.match(line)
    return match.group(1) if match else None


def in_split(split: str | None, name: str) -> str:
    """The name of a metric measured on this split, unless it names one itself."""
    return name if split is None or split_of(name) or is_counter(name) else f"{split} {name}"
