"""Why a training job failed, in a few words taken from what it left behind."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Sequence

from selftune.training.contract import AttemptFolder

_OWN_WORDS = 1_024
"""Characters of `output/failure` that count, as the contract has it."""
_TAIL_BYTES = 16 << 10
_SHOWN_LINES = 5
_LONGEST_LINE = 300

_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'\s+File "(?P<file>.+?)", line (?P<line>\d+)')
_ERROR = re.compile(r"[\w.]+(?:Error|Exception|Interrupt|Exit|Warning|Failure)?(?:: .*)?\Z")


def failure_reason(folder: AttemptFolder, *, exit_code: int | None, dropped_bytes: int = 0) -> str:
    """The program's own words, otherwise the error of a Python traceback, otherwise its last lines."""
    own = _own_words(folder)
    if own:
        return own
    lines = [line.rstrip() for line in _tail(folder).replace("\r", "\n").split("\n") if line.strip()]
    error, ending = _traceback_error(lines), _ending(exit_code)
    last_lines = "" if error else "\n".join(line[:_LONGEST_LINE] for line in lines[-_SHOWN_LINES:])
    dropped = f"{dropped_bytes:,} bytes of output were dropped (limit reached or disk full)." if dropped_bytes else ""
    return "\n".join(part for part in (error, ending, dropped, last_lines) if part)


def _own_words(folder: AttemptFolder) -> str:
    try:
        with folder.failure.open(encoding="utf-8", errors="replace") as file:
            return file.read(_OWN_WORDS).strip()
    except OSError:
        return ""


def _tail(folder: AttemptFolder) -> str:
    try:
        with folder.output_log.open("rb") as file:
            file.seek(max(folder.output_log.stat().st_size - _TAIL_BYTES, 0))
            text = file.read().decode("utf-8", "replace")
            for own in (folder.work, folder.outside):  # the same failure reads the same in each folder
                text = text.replace(f"{own}{os.sep}", "")
            return text
    except OSError:
        return ""


def _traceback_error(lines: Sequence[str]) -> str:
    """The last error of the last traceback and where it arose; empty where there is no traceback at the end."""
    starts = [index for index, line in enumerate(lines) if line.strip() == _TRACEBACK]
    if not starts:
        return ""
    body = lines[starts[-1] + 1 :]
    errors = [index for index, line in enumerate(body) if not line.startswith(" ") and _ERROR.match(line)]
    if not errors:
        return ""
    frames = [match for line in body[: errors[0]] if (match := _FRAME.match(line))]
    message = " ".join(line.strip() for line in body[errors[0] : errors[0] + 3])[:_LONGEST_LINE]
    return f"{message} ({frames[-1]['file']}, line {frames[-1]['line']})" if frames else message


def _ending(exit_code: int | None) -> str:
    if exit_code is None or exit_code == 0:
        return ""
    if exit_code > 0:
        return f"Exit code {exit_code}."
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"Killed by {name}" + (": out of memory?" if -exit_code == signal.SIGKILL else ".")
