"""Programs that were written for AWS, each with its client in a virtual environment of its own, and a server for them.

The environments are made on first use, in a folder that stays: `SELFTUNE_TEST_CLIENTS`, or `~/.cache/selftune-clients`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "clients"
CLIENTS = {
    "v2": ("sagemaker>=2.250,<3",),
    "v3": ("sagemaker-train>=1",),
    "cli": ("awscli",),
    "boto3": ("boto3",),
}
"""What a user of each client installs; of version 3 the part that trains and tunes, without the one that serves."""
_SERVER = (sys.executable, "-m", "selftune.cli.main")
_PATIENCE_SECONDS = 60.0
_LONGEST_SECONDS = 600.0
_FROM_THIS_PROCESS = ("PATH", "HOME", "LANG", "TMPDIR")


def _cache() -> Path:
    return Path(os.environ.get("SELFTUNE_TEST_CLIENTS") or Path.home() / ".cache" / "selftune-clients")


def client_folder(name: str) -> Path:
    """The virtual environment of a client, made where it is missing; whoever comes second waits."""
    words = CLIENTS[name]
    digest = hashlib.sha256(repr((sys.version, words)).encode()).hexdigest()[:12]
    folder = _cache() / f"{name}-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".ready").exists():
            shutil.rmtree(folder, ignore_errors=True)  # one that was stopped half-way
            venv.create(folder, with_pip=True, symlinks=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *words], check=True)
            (folder / ".ready").touch()
    return folder


@dataclass(frozen=True)
class Account:
    """What a user has of AWS: variables in the shell, a role, a folder to work in."""

    variables: dict[str, str]
    work: Path

    def environment(self, client: str) -> dict[str, str]:
        """The shell in which a client's programs run."""
        binaries = str(client_folder(client) / "bin")
        own = {name: os.environ[name] for name in _FROM_THIS_PROCESS if name in os.environ}
        return {
            **own,
            **self.variables,
            "PATH": f"{binaries}{os.pathsep}{own['PATH']}",
            "SAGEMAKER_ROLE": "arn:aws:iam::000000000000:role/service-role/training",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def run(self, client: str, program: str, *words: str) -> dict[str, Any]:
        """What a program of `clients/` printed as its last line, read as JSON."""
        command = [str(client_folder(client) / "bin" / "python"), str(PROGRAMS / program), *words]
        return json.loads(self.output(client, command).splitlines()[-1])

    def output(self, client: str, command: list[str]) -> str:
        """What a command prints, in a client's shell."""
        done = subprocess.run(
            command,
            env=self.environment(client),
            cwd=self.work,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """A server with an empty home, and the shell that `selftune env` makes."""
    folder = tmp_path_factory.mktemp("account")
    home, log, work = folder / "home", folder / "serve.log", folder / "work"
    work.mkdir()
    environ = {**os.environ, "SELFTUNE_HOME": str(home)}
    with log.open("wb") as output:
        process = subprocess.Popen([*_SERVER, "serve", "--port", "0"], env=environ, stdout=output, stderr=output)
    try:
        _wait_for(lambda: (home / "server" / "address.json").exists(), process, log)
        printed = subprocess.run([*_SERVER, "env", "--write", "--json"], env=environ, capture_output=True, check=True)
        yield Account(variables=json.loads(printed.stdout), work=work)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_PATIENCE_SECONDS)
    assert "Traceback" not in log.read_text(), log.read_text()[-4000:]


def _wait_for(is_there: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not is_there():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.02)
