"""Other tools in interpreters of their own, where selftune need not be installed and no dependency is shared."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from searches import FOLDER, Row, Search


class Interpreter:
    """The interpreter of a peer or rival, which is started once and handed one search after the other."""

    def __init__(self, script: str, python: str, data: Path) -> None:
        """`script` lies in this folder; `data` is the folder of data sets."""
        self._script, self._python = script, python
        command = [python, "-W", "ignore", str(FOLDER / script), str(data)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def carry_out(self, search: Search) -> Row:
        """Let it search, and wait for what it found."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # one that could not even start says so itself
            self._process.stdin.write(json.dumps(asdict(search)) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{self._python} {self._script} failed; its message is above. Does it have all that it imports?")
        row: Row = json.loads(line)
        return row

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
