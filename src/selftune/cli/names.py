"""Names of tuning jobs: what is allowed, and how a new one gets its own."""

from __future__ import annotations

import re
import secrets
from pathlib import PurePath

from selftune.model.errors import UsageError

MAX_LENGTH = 32
_ALLOWED = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*\Z")
_FILE = re.compile(r"[^-=][^=]*\.[A-Za-z]\w*\Z")
_MODULE_OPTION = "-m"


def checked_name(text: str) -> str:
    """The name itself.

    Raises:
        UsageError: it is no name for a tuning job; the hint is a near one.
    """
    if _ALLOWED.match(text) and len(text) <= MAX_LENGTH:
        return text
    near = _clean(text)[:MAX_LENGTH].strip("-") or "tuning-job"
    raise UsageError(
        f"'{text}' cannot name a tuning job: letters, digits and inner hyphens are allowed, at most {MAX_LENGTH}.",
        hint=f"Did you mean --name {near} ?",
    )


def new_name(title: str) -> str:
    """A name that nobody has: the title and four random hexadecimal digits, such as `train-1a2b`."""
    stem = _clean(title)[: MAX_LENGTH - 5].strip("-") or "job"
    return f"{stem}-{secrets.token_hex(2)}"


def title_of(argv: tuple[str, ...]) -> str:
    """What a command is about, for its name: the first file or module that it runs, else its first word."""
    for position, word in enumerate(argv):
        if word == _MODULE_OPTION and position + 1 < len(argv):
            return argv[position + 1].rpartition(".")[2]
        if _FILE.match(word):
            return PurePath(word).stem
    return PurePath(argv[0]).stem


def _clean(text: str) -> str:
    return re.sub(r"-+", "-", re.sub(r"[^a-zA-Z0-9]", "-", text)).strip("-")
