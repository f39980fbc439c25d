from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.cli.interpreter import interpreter_for
from selftune.cli.names import checked_name, new_name, title_of
from selftune.model.errors import UnreadableInput, UsageError


@given(st.text(max_size=60))
def test_a_new_name_is_always_allowed(title: str) -> None:
    name = new_name(title)
    assert checked_name(name) == name
    assert re.search(r"-[0-9a-f]{4}\Z", name)


@pytest.mark.parametrize("text", ["", "-a", "a_b", "a" * 33, "a-"])
def test_a_name_that_is_not_allowed_is_answered_with_a_near_one(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_name(text)
    near = re.search(r"--name (\S+)", caught.value.hint)
    assert near is not None
    assert checked_name(near[1]) == near[1]


@pytest.mark.parametrize(
    ("argv", "title"),
    [
        (("python", "train.py", "--lr", "0.01"), "train"),
        (("python", "-m", "pkg.digits", "--lr", "1"), "digits"),
        (("bash", "fit/logistic.sh"), "logistic"),
        (("./solver", "0.5"), "solver"),
        (("env", "LR=0.1", "./train.sh"), "train"),
    ],
)
def test_a_command_is_named_after_what_it_runs(argv: tuple[str, ...], title: str) -> None:
    assert title_of(argv) == title


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
