"""A server of its own for a benchmark: started as a user starts it, and ended with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_COMMAND = [sys.executable, "-m", "selftune.cli.main"]
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    home: Path
    process: int
    environment: dict[str, str]
    """What `selftune env` prints."""


@contextmanager
def running_server(home: Path) -> Iterator[Server]:
    """`selftune serve` over a home, on a port of its own; what it says goes to HOME.log."""
    environ = {**os.environ, "SELFTUNE_HOME": str(home)}
    address = home / "server" / "address.json"
    address.unlink(missing_ok=True)
    with home.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen([*_COMMAND, "serve", "--port", "0"], env=environ, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not address.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The server did not start: {home.with_suffix('.log').read_text()}")
            time.sleep(0.05)
        printed = subprocess.run([*_COMMAND, "env", "--json", "--write"], env=environ, capture_output=True, check=True)
        yield Server(home=home, process=process.pid, environment=json.loads(printed.stdout))
    finally:
        process.terminate()
        process.wait(30)
