from __future__ import annotations

import sys
from pathlib import Path

import pytest

from selftune.cli.probe import probed
from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import AlgorithmRequest, CommandRequest, TuningJobRequest
from selftune.testing.factories import a_plan, a_request, a_tuned_hyperparameter

SCRIPT = """
import argparse
import settings

def declare(parser):
    for name, default in settings.DEFAULTS.items():
        parser.add_argument("--" + name, type=type(default), default=default)

parser = argparse.ArgumentParser()
declare(parser)
parser.add_argument("--verbose", action="store_true")
parser.add_argument("--layers", nargs="+", default=[1, 2])
parser.add_argument("--none")
args = parser.parse_args()
open("trained", "w")
"""


def _request(folder: Path, script: str, *arguments: str) -> TuningJobRequest:
    (folder / "train.py").write_text(script)
    (folder / "settings.py").write_text("DEFAULTS = {'lr': 0.01, 'batch-size': 32, 'opt': 'adam'}\n")
    return a_request(program=CommandRequest(argv=(sys.executable, "train.py", *arguments), folder=str(folder)))


def test_what_only_the_running_script_tells_is_appended_at_its_default(tmp_path: Path) -> None:
    request = _request(tmp_path, SCRIPT, "--lr", "0.5")
    after = probed(request, lambda _: a_plan([a_tuned_hyperparameter("lr", 0.5)]))
    assert isinstance(after.program, CommandRequest)
    assert after.program.argv[1:] == ("train.py", "--lr", "0.5", "--batch-size=32", "--opt=adam")
    assert not (tmp_path / "trained").exists(), "the script ran past its parser"


def test_a_name_that_was_read_already_is_not_appended_in_another_spelling(tmp_path: Path) -> None:
    request = _request(tmp_path, SCRIPT)
    known = a_plan([a_tuned_hyperparameter(name, 1) for name in ("lr", "batch_size", "opt")])
    assert probed(request, lambda _: known) == request


def test_a_script_that_fails_shows_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"no argparse parser \(exit code 1\)[\s\S]*no such table"):
        probed(_request(tmp_path, "raise ValueError('no such table')"), lambda _: a_plan())


def test_without_a_python_script_there_is_nothing_to_ask() -> None:
    for program in (CommandRequest(argv=("bash", "x.sh"), folder="/"), AlgorithmRequest(name="xgboost")):
        with pytest.raises(UsageError, match="there is none"):
            probed(a_request(program=program), lambda _: a_plan())
