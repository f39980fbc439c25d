"""What a command line ends with, beside 0 (done) and what an error says by itself (1, 2, 3)."""

from __future__ import annotations

TUNING_FAILED = 1
INTERRUPTED = 130
"""Stopped by Ctrl-C, or by SIGTERM, which means the same: 128 + SIGINT."""
TERMINAL_CLOSED = 129
"""The terminal was closed, and the tuning job goes on without it: 128 + SIGHUP."""
READER_GONE = 141
"""What was to be read went into a closed pipe: 128 + SIGPIPE."""
