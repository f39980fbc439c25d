"""Output is read from any place, also from one that no file reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.backends.local import LocalBackend
from selftune.training.contract import AttemptFolder


@pytest.mark.parametrize(("offset", "seen"), [(0, b"one\ntwo\n"), (4, b"two\n"), (8, b""), (10**15, b""), (2**70, b"")])
def test_what_is_beyond_the_end_is_nothing(tmp_path: Path, offset: int, seen: bytes) -> None:
    log = AttemptFolder(tmp_path).output_log
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"one\ntwo\n")
    assert LocalBackend().logs(str(tmp_path), offset) == seen
