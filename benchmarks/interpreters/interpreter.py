"""Other tools in interpreters of their own, where selftune need not be installed and no dependency is shared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


class Interpreter:
    """The interpreter of a peer or rival, which is started once and handed one request after the other."""

    def __init__(self, script: Path, python: str, *arguments: Path | str) -> None:
        """`script` answers each JSON line on its standard input with one on its standard output."""
        self._script, self._python = script, python
        command = [python, "-W", "ignore", str(script), *map(str, arguments)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Hand over a request and wait for what came of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # one that could not even start says so itself
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            script = self._script.name
            sys.exit(f"{self._python} {script} failed; its message is above. Does it have all that it imports?")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()


def peer_script(tool: str) -> Path:
    """The script beside this file that runs a tool: `optuna-gp` is run by `peer_optuna.py`."""
    return FOLDER / f"peer_{tool.partition('-')[0]}.py"
