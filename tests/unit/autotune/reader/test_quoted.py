"""A command in quotes that changes the folder or prepares something first."""

from __future__ import annotations

import subprocess

import pytest

from .conftest import Programs

TRAIN = """
import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=0.1)
p.add_argument("--config", default="c.json")
a = p.parse_args()
wd = json.load(open(a.config))["weight_decay"]
print("val_loss:", a.lr)
"""


def test_the_folder_that_the_shell_changes_to_is_where_the_program_is_read(programs: Programs) -> None:
    programs.write("vision/train.py", TRAIN)
    programs.write("vision/c.json", '{"weight_decay": 0.01}')
    reading = programs.read("bash", "-c", "export A=1; cd vision && python train.py --lr 0.2")
    known = {h.name: h.value for h in reading.hyperparameters}
    assert (known["lr"], known["weight_decay"]) == (0.2, 0.01)
    assert [file.path for file in reading.config_files] == ["vision/c.json"]
    assert reading.template.render({"lr": 0.5})[:7] == (
        *("bash", "-c", 'export A=1; cd vision && exec "$0" "$@"'),
        *("python", "train.py", "--lr", "0.5"),
    )


def test_the_command_that_is_put_together_does_the_same(programs: Programs) -> None:
    programs.write("vision/train.py", "import sys, os\nprint(os.environ['A'], os.getcwd(), sys.argv[1:])\n")
    reading = programs.read("sh", "-c", "export A=1; cd vision && python3 train.py --lr 0.2 'two words'")
    command = reading.template.render({"lr": 0.5})
    shown = subprocess.run(command, cwd=programs.folder, capture_output=True, text=True, check=True).stdout
    assert shown.strip() == f"1 {programs.folder / 'vision'} ['--lr', '0.5', 'two words']"


@pytest.mark.parametrize(
    "text",
    [
        "python prepare.py && python train.py --lr 0.2",
        "cd missing && python train.py --lr 0.2",
        "cd .. && python train.py --lr 0.2",
        "if true; then python train.py --lr 0.2; fi",
        "cd . && python train.py --lr $LR",
        "cd . && python train.py --lr 0.2 | tee log",
        "cd . && ",
        "cd '. && python train.py",
    ],
)
def test_a_text_that_cannot_be_taken_apart_stays_as_it_is(programs: Programs, text: str) -> None:
    programs.write("train.py", TRAIN)
    reading = programs.read("bash", "-c", text)
    assert reading.template.render({}) == ("bash", "-c", text)
    assert any("bash -c" in warning for warning in reading.warnings)
