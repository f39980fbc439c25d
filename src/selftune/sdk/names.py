"""Names of tuning jobs: what is allowed, what a command is called after, and how a new one gets its own."""

from __future__ import annotations

import os
import re
from pathlib import PurePath

from selftune.model.errors import UsageError

MAX_LENGTH = 32
_RANDOM_BYTES = 3
_FILE = re.compile(r"[^-=][^=]*\.[A-Za-z]\w*\Z")
_MODULE_OPTION = "-m"


def checked_name(text: str, argument: str) -> str:
    """The name itself.

    Args:
        argument: in front of a better name, the way to give it: "--name " or "job_name=".

    Raises:
        UsageError: it is no name for a tuning job; the hint is a near one.
    """
    from selftune.engine.creation import NAME_PATTERN  # here, since `selftune --help` has no need of the engine

    if NAME_PATTERN.match(text):
        return text
    near = _clean(text)[:MAX_LENGTH].strip("-") or "tuning-job"
    raise UsageError(
        f"'{text}' cannot name a tuning job: letters, digits and inner hyphens are allowed, at most {MAX_LENGTH}.",
        hint=f"Did you mean {argument}{near} ?",
    )


def new_name(base: str) -> str:
    """A name that nobody has, in all likelihood: `base`, shortened to fit, and six random hexadecimal digits."""
    stem = _clean(base)[: MAX_LENGTH - 2 * _RANDOM_BYTES - 1].strip("-")
    return f"{stem or 'tuning'}-{os.urandom(_RANDOM_BYTES).hex()}"


def title_of(argv: tuple[str, ...]) -> str:
    """What a command is about, for its name: the first file or module that it runs, else its first word."""
    for position, word in enumerate(argv):
        if word == _MODULE_OPTION and position + 1 < len(argv):
            return argv[position + 1].rpartition(".")[2]
        if _FILE.match(word):
            return PurePath(word).stem
    return PurePath(argv[0]).stem


def _clean(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-")
