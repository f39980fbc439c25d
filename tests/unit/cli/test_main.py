from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from selftune.cli.main import COMMANDS, run


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_the_help_that_the_list_promises(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = importlib.import_module(f"selftune.cli.{name}").command
    assert command.name == name
    assert run([name, "--help"]) == 0
    assert f"  selftune {name}" in capsys.readouterr().out, "the help has no example"
    assert command.get_short_help_str(limit=200) == COMMANDS[name]


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name}" in shown for name in COMMANDS)


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["runn"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "Error: No command 'runn'.\n  Did you mean 'run'?\n"
    assert captured.out == ""


def test_an_unknown_option_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "--max-job", "3", "--", "true"]) == 2
    assert "--max-jobs" in capsys.readouterr().err


def test_a_missing_argument_points_to_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 2
    assert "selftune explain --help" in capsys.readouterr().err


def test_a_range_the_wrong_way_round_is_one_clear_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--range", "lr=0.1..0.01", "--", "true"]) == 2
    assert capsys.readouterr().err == (
        "Error: Range of lr: low 0.1 is above high 0.01.\n  Did you mean --range lr=0.01..0.1 ?\n"
    )


def test_an_unknown_tuning_job_has_an_exit_code_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["describe", "nothing", "--home", str(tmp_path)]) == 3
    assert "No tuning job 'nothing'." in capsys.readouterr().err


def test_help_and_parsing_import_neither_rich_nor_numpy_nor_the_engine() -> None:
    code = (
        "import sys; from selftune.cli.main import run; run(['--help']); run(['run', '--help']);"
        "print(sorted({'rich', 'numpy', 'scipy', 'sqlite3', 'selftune.engine.compose'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m selftune.cli.main --help | true"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.stderr == ""
