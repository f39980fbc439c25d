"""What a command line ends with, beside 0 (done) and what an error says by itself (1, 2, 3)."""

from __future__ import annotations

TUNING_FAILED = 1
INTERRUPTED = 130
"""Stopped by Ctrl-C: 128 + SIGINT."""
READER_GONE = 141
"""What was to be read went into a closed pipe: 128 + SIGPIPE."""
