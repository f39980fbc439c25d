"""Real training jobs of a LocalBackend in a home of their own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from selftune.backends.backend import AttemptReport, Phase
from selftune.backends.local import LocalBackend
from selftune.model.spec import TrainingJobSpec
from selftune.training.contract import AttemptFolder
from selftune.training.snapshot import SnapshotReport, take_snapshot

T = TypeVar("T")

PATIENCE_SECONDS = 30.0


def wait_for(look: Callable[[], T | None]) -> T:
    """The first answer that is not None or False."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)
    return answer


class Home:
    """Starts training jobs and waits for them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.backend = LocalBackend(gpus=())
        self.handles: list[str] = []
        self.snapshot: Path | None = None

    def take_snapshot(
        self, folder: Path, *, exclude: tuple[Path, ...] = (), command: tuple[str, ...] = ()
    ) -> SnapshotReport:
        self.snapshot = self.path / "jobs" / "t" / "snapshot"
        return take_snapshot(folder, self.snapshot, exclude=exclude, command=command)

    def spec(self, *argv: str, number: int = 1, attempt: int = 1, **more: object) -> TrainingJobSpec:
        fields: dict[str, object] = {
            "tuning_job": "t",
            "name": f"t-{number:03d}-0123abcd",
            "number": number,
            "attempt": attempt,
            "argv": argv,
            "folder": str(self.path / "jobs" / "t" / f"t-{number:03d}-0123abcd"),
            "snapshot": None if self.snapshot is None else str(self.snapshot),
            "stop_grace_seconds": 10.0,
        }
        return TrainingJobSpec(**{**fields, **more})  # type: ignore[arg-type]

    def start(self, *argv: str, **more: object) -> str:
        handle = self.backend.start(self.spec(*argv, **more))  # type: ignore[arg-type]
        self.handles.append(handle)
        return handle

    def poll(self, handle: str) -> AttemptReport:
        return self.backend.poll([handle])[handle]

    def wait(self, handle: str) -> AttemptReport:
        return wait_for(lambda: report if (report := self.poll(handle)).phase is Phase.ENDED else None)

    def run(self, *argv: str, **more: object) -> AttemptReport:
        return self.wait(self.start(*argv, **more))

    def python(self, code: str, **more: object) -> AttemptReport:
        return self.run(sys.executable, "-c", code, **more)

    def output(self, handle: str) -> str:
        return self.backend.logs(handle, 0).decode()

    def folder(self, number: int = 1, attempt: int = 1) -> AttemptFolder:
        return AttemptFolder(Path(self.spec(number=number).folder) / f"attempt-{attempt}")

    def clean_up(self) -> None:
        for handle in self.handles:
            self.backend.stop(handle)
            self.wait(handle)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.clean_up()


def processes_with(text: str) -> list[int]:
    """Living processes whose command line holds `text`."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and int(path.name) != os.getpid():
            try:
                is_zombie = ") Z" in (path / "stat").read_text()
                if text.encode() in (path / "cmdline").read_bytes() and not is_zombie:
                    found.append(int(path.name))
            except OSError:
                continue  # it has ended
    return found


@pytest.fixture
def wait() -> Callable[[Callable[[], T | None]], T]:
    return wait_for


@pytest.fixture
def living() -> Callable[[str], list[int]]:
    return processes_with
