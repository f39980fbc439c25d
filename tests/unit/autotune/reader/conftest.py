"""A folder of small programs to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from selftune.autotune.reader.command import read_command
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading


class Programs:
    """Writes files into a folder and reads commands that are started there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def read(self, *argv: str, **values: bool | int | float | str) -> ProgramReading:
        return read_command(argv, self.folder, values)

    def script(self, text: str, *arguments: str) -> ProgramReading:
        """The reading of `python train.py ARGUMENTS` where train.py holds `text`."""
        self.write("train.py", text)
        return self.read("python", "train.py", *arguments)


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


@pytest.fixture
def found() -> Callable[[ProgramReading, str], FoundHyperparameter]:
    """The hyperparameter of a name in a reading."""

    def find(reading: ProgramReading, name: str) -> FoundHyperparameter:
        known = {h.name: h for h in reading.hyperparameters}
        assert name in known, f"{name} is not among {sorted(known)}"
        return known[name]

    return find
