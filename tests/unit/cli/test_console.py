from __future__ import annotations

import os
import subprocess
import sys


def test_words_that_nobody_can_read_any_more_end_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    code = "from selftune.cli.console import say\nfor _ in range(3): say('words')\nprint('went on')"
    result = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=write, text=True, check=False)
    os.close(write)
    assert (result.returncode, result.stdout) == (0, "went on\n")
