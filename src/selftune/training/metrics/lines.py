"""From the bytes of an output log to plain lines of text.

A carriage return ends a line as well as a newline does (progress bars), and so does a run of backspaces (older Keras
bars). What only colours or moves the cursor is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LINE_LIMIT = 64 * 1024
"""Characters of a line that are read; the rest of a longer line is skipped."""

_ENDS = re.compile(r"[\r\n]+|\x08+")
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")


def complete_lines(data: bytes, at_end: bool) -> tuple[str, int]:
    """The text of the complete lines in `data`, and how many bytes they take.

    Args:
        data: Output from the byte up to which it was read before.
        at_end: True when no more output will come, so that the last line is complete whatever it ends with.

    Returns:
        (text, bytes consumed). Bytes that are no UTF-8 become replacement characters. A line longer than
        `LINE_LIMIT` bytes without an end is given in pieces, so that reading never comes to a stand.
    """
    if at_end:
        size = len(data)
    else:
        size = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if size == 0 and len(data) > LINE_LIMIT:
            size = _character_boundary(data)
    return data[:size].decode("utf-8", errors="replace"), size


def plain_lines(text: str) -> Iterator[str]:
    """The lines of `text` without terminal control sequences, each at most `LINE_LIMIT` characters, no empty ones."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    for line in _ENDS.split(text):
        if line and not line.isspace():
            yield line[:LINE_LIMIT]


def _character_boundary(data: bytes) -> int:
    """The largest size at which `data` can be cut without splitting a UTF-8 character."""
    size = len(data)
    while size > len(data) - 4 and data[size - 1] & 0xC0 == 0x80:
        size -= 1
    return size - 1 if data[size - 1] >= 0xC0 else len(data)
