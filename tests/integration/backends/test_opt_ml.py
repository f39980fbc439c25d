"""A program that was written for a training container finds its folders at `/opt/ml`, each training job its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

CONTAINER_CODE = """
import json
values = json.load(open("/opt/ml/input/config/hyperparameters.json"))
open("/opt/ml/model/weights.txt", "w").write(values["lr"])
open("/opt/ml/output/failure", "w").write("none")
print(values["lr"])
"""
SHOWN = """
import os, sys
from selftune.training.supervisor.private_view import show_at
folder, place = sys.argv[1:]
assert show_at(folder, place)
above = os.path.dirname(place)
print(sorted(os.listdir(above)), open(place + "/in").read(), open(above + "/conda/bin").read())
print(os.readlink(above + "/link"), open(above + "/file").read())
open(above + "/conda/bin", "w").write("changed")
"""


def test_two_training_jobs_at_once_have_each_its_own(home) -> None:
    before = sorted(Path("/opt").iterdir())
    handles = [
        home.start(
            sys.executable,
            "-c",
            CONTAINER_CODE,
            number=number,
            hyperparameters=(("lr", f"0.{number}"),),
            is_opt_ml_wanted=True,
        )
        for number in (1, 2)
    ]
    assert [home.wait(handle).exit_code for handle in handles] == [0, 0], [home.output(h) for h in handles]
    assert [home.output(handle) for handle in handles] == ["0.1\n", "0.2\n"]
    for number in (1, 2):
        assert (home.folder(number).model / "weights.txt").read_text() == f"0.{number}"
        assert (home.folder(number).ml / "output" / "failure").read_text() == "none"
    assert sorted(Path("/opt").iterdir()) == before


def test_what_else_lies_beside_the_place_is_still_there(tmp_path: Path) -> None:
    above, folder = tmp_path / "opt", tmp_path / "ml"
    (above / "conda").mkdir(parents=True)
    (above / "conda" / "bin").write_text("python")
    (above / "file").write_text("text")
    (above / "link").symlink_to("conda/bin")
    folder.mkdir()
    (folder / "in").write_text("mine")
    command = [sys.executable, "-c", SHOWN, str(folder), str(above / "ml")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": _source()})
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['conda', 'file', 'link', 'ml'] mine python\nconda/bin text\n"
    assert sorted(path.name for path in above.iterdir()) == ["conda", "file", "link"]
    assert (above / "conda" / "bin").read_text() == "changed"


def test_a_program_that_did_not_ask_for_it_finds_nothing_there(home) -> None:
    handle = home.start(sys.executable, "-c", "import os; print(os.path.exists('/opt/ml/model'))")
    assert home.wait(handle).exit_code == 0
    assert json.loads(home.output(handle).lower()) is Path("/opt/ml/model").exists()


def _source() -> str:
    import selftune

    return str(Path(selftune.__file__).parent.parent)
