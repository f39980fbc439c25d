from __future__ import annotations

from pathlib import Path

import pytest

from selftune.cli.interpreter import interpreter_for
from selftune.model.errors import UnreadableInput


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    (folder / "pyvenv.cfg").write_text("")
    return python


def test_the_active_environment_goes_before_a_neighbouring_one(tmp_path: Path) -> None:
    active, neighbour = _environment(tmp_path / "active"), _environment(tmp_path / "code" / ".venv")
    script = tmp_path / "code" / "train.py"
    assert interpreter_for(script, environment={"VIRTUAL_ENV": str(tmp_path / "active")}) == str(active)
    assert interpreter_for(script, environment={}) == str(neighbour)


def test_without_any_environment_our_own_interpreter_runs_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert interpreter_for(tmp_path / "train.py", environment={}, own="/opt/python") == "/opt/python"


def test_a_given_interpreter_wins_and_must_be_there(tmp_path: Path) -> None:
    given_one = _environment(tmp_path / "given")
    assert interpreter_for(tmp_path / "train.py", str(given_one), environment={}) == str(given_one)
    with pytest.raises(UnreadableInput, match="--python"):
        interpreter_for(tmp_path / "train.py", str(tmp_path / "nowhere"), environment={})
