"""A server as a user starts it: `selftune serve`, and what `selftune env` says of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

_PATIENCE_SECONDS = 60.0
_COMMAND = [sys.executable, "-m", "selftune.cli.main"]
SECRETS = {
    "DB_PASSWORD": "of-the-server-1",
    "GITHUB_PAT": "of-the-server-2",
    "AWS_SESSION_TOKEN": "of-the-server-3",
    "AWS_SECRET_ACCESS_KEY": "of-the-server-4",
    "OMP_API_KEY": "of-the-server-5",
}
"""What the shell of a server may hold, and no job may see."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    home: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    """What `selftune env` prints."""
    log: Path

    def client(self, service: str, **others: Any) -> Any:
        """A client of boto3 that knows nothing but what `selftune env` prints."""
        return boto3.client(
            service,
            **{
                "endpoint_url": self.environment["AWS_ENDPOINT_URL"],
                "aws_access_key_id": self.environment["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": self.environment["AWS_SECRET_ACCESS_KEY"],
                "region_name": self.environment["AWS_DEFAULT_REGION"],
                **others,
            },
        )


def start_server(home: Path, *options: str, verify: str | None = None) -> Server:
    """Start a server over a home, and wait until it answers (`verify`: its certificate, where it speaks TLS)."""
    environ = {**os.environ, **SECRETS, "SELFTUNE_HOME": str(home)}
    log = home.with_suffix(".log")
    address = home / "server" / "address.json"
    address.unlink(missing_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_COMMAND, "serve", "--port", "0", *options], env=environ, stderr=output, stdout=output
        )
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not address.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"The server did not start: {log.read_text()}")
        time.sleep(0.02)
    printed = subprocess.run([*_COMMAND, "env", "--write", "--json"], env=environ, capture_output=True, check=True)
    server = Server(home=home, process=process, environment=json.loads(printed.stdout), log=log)
    _wait_until_it_answers(server, deadline, {} if verify is None else {"verify": verify})
    return server


def _wait_until_it_answers(server: Server, deadline: float, others: dict[str, str]) -> None:
    while True:
        try:
            server.client("sts", **others).get_caller_identity()
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers; ends them with the test."""
    started: list[Server] = []

    def start(*options: str, home: Path | None = None, verify: str | None = None) -> Server:
        server = start_server(home or tmp_path / "home", *options, verify=verify)
        started.append(server)
        return server

    yield start
    for server in started:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGINT)
            server.process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a file."""
    running = start_server(tmp_path_factory.mktemp("served") / "home")
    yield running
    running.process.send_signal(signal.SIGINT)
    running.process.wait(30)
