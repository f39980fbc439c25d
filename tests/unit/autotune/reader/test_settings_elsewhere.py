"""Values that stand outside of the script: in files that it opens by itself, in Python, in its own globals."""

from __future__ import annotations

import pytest

from .conftest import Programs

READS = """
import yaml, torch
with open("config.yaml") as file:
    cfg = yaml.safe_load(file)
torch.optim.Adam([], lr=cfg["optim"]["lr"])
"""


def test_a_file_that_the_code_opens_is_read_and_rewritten(programs: Programs) -> None:
    programs.write("config.yaml", "optim:\n  lr: 0.01\nname: a\n")
    reading = programs.script(READS)
    found = {h.name: h for h in reading.hyperparameters}
    assert (found["optim.lr"].value, found["optim.lr"].flows) == (0.01, ("torch.optim.Adam.lr",))
    assert reading.config_files[0].path == "config.yaml"


def test_a_file_that_is_the_default_of_an_argument_is_read(programs: Programs) -> None:
    programs.write("hyp/low.yaml", "lr0: 0.01\n")
    reading = programs.script(
        """
        import argparse
        from pathlib import Path
        ROOT = Path(__file__).parent
        p = argparse.ArgumentParser()
        p.add_argument("--hyp", default=ROOT / "hyp/low.yaml")
        a = p.parse_args()
        """
    )
    assert {h.name: h.value for h in reading.hyperparameters} == {"hyp": "hyp/low.yaml", "lr0": 0.01}


def test_the_file_of_the_command_takes_the_place_of_the_default(programs: Programs) -> None:
    programs.write("a.yaml", "lr: 0.1\n")
    programs.write("b.yaml", "lr: 0.2\n")
    text = (
        'import argparse\np = argparse.ArgumentParser()\np.add_argument("--config", default="a.yaml")\np.parse_args()\n'
    )
    reading = programs.script(text, "--config", "b.yaml")
    assert [file.path for file in reading.config_files] == ["b.yaml"]
    assert {h.name: h.value for h in reading.hyperparameters if h.name == "lr"} == {"lr": 0.2}


@pytest.mark.parametrize("code", ['open("out.yaml", "w")', 'open("labels.json")', 'open("missing.yaml")'])
def test_files_that_are_written_or_data_are_none(programs: Programs, code: str) -> None:
    programs.write("out.yaml", "lr: 1\n")
    programs.write("labels.json", '{"cat": 3}')
    assert programs.script(f"{code}\n").config_files == ()


def test_a_configuration_in_python_is_read_where_the_command_names_it(programs: Programs) -> None:
    programs.write(
        "configs/small.py",
        "from base import schedule\noptimizer = dict(type='SGD', lr=0.02)\nmodel = dict(head=dict(drop=0.1))\n"
        "def helper(rate=3):\n    return rate\n",
    )
    text = "import argparse\np = argparse.ArgumentParser()\np.add_argument('config')\np.parse_args()\n"
    reading = programs.script(text, "configs/small.py")
    values = {h.name: h.value for h in reading.hyperparameters}
    assert values == {
        "config": "configs/small.py", "optimizer.type": "SGD", "optimizer.lr": 0.02, "model.head.drop": 0.1,
    }  # fmt: skip
    assert (reading.config_files[0].path, reading.config_files[0].format) == ("configs/small.py", "python")


def test_globals_that_the_command_line_overrides_are_options(programs: Programs) -> None:
    programs.write(
        "configurator.py",
        "import sys\nfor arg in sys.argv[1:]:\n    key, val = arg.split('=')\n    globals()[key[2:]] = val\n",
    )
    reading = programs.script(
        """
        import torch
        learning_rate = 6e-4
        block = 64 * 2
        exec(open("configurator.py").read())
        torch.optim.AdamW([], lr=learning_rate)
        """,
        "--block=32",
    )
    found = {h.name: h for h in reading.hyperparameters}
    assert {name: h.value for name, h in found.items()} == {"learning_rate": 6e-4, "block": 32}
    assert found["learning_rate"].flows == ("torch.optim.AdamW.lr",)
    assert reading.template.render({"learning_rate": 0.1})[-1] == "--learning_rate=0.1"


def test_keys_that_go_into_a_library_as_a_whole_are_its_arguments(programs: Programs) -> None:
    programs.write("params.yaml", "model:\n  x1: 3\n  max_depth: 6\n")
    reading = programs.script(
        "import yaml\nfrom xgboost import XGBClassifier\nc = yaml.safe_load(open('params.yaml'))\n"
        "XGBClassifier(**c['model'])\n"
    )
    flows = {h.name: h.flows for h in reading.hyperparameters}
    assert flows["model.max_depth"] == ("xgboost.XGBClassifier.max_depth",)


def test_a_flow_mapping_of_a_named_file_is_tunable_and_one_that_is_not_understood_is_named(programs, found) -> None:
    programs.write("good.yaml", "optim: {lr: 3.0e-4, steps: [1, 2]}\n")
    programs.write("odd.yaml", "optim: {decay: 0.1}\nmodel: {width: *wide}\n")
    programs.write("train.py", "import sys, yaml\ncfg = [yaml.safe_load(open(name)) for name in sys.argv[1:]]\n")

    reading = programs.read("python", "train.py", "good.yaml", "odd.yaml")

    assert found(reading, "optim.lr").value == 3.0e-4
    assert [(file.path, dict(file.keys)) for file in reading.config_files] == [
        ("good.yaml", {"optim.lr": "optim.lr"}),
        ("odd.yaml", {"optim.decay": "optim.decay"}),
    ]
    assert [text for text in reading.warnings if "odd.yaml" in text and "Line 2" in text and "width" in text]


def test_a_configuration_that_is_not_there_is_told_unless_the_program_writes_it(programs) -> None:
    text = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--config')\np.add_argument('--out')\n"
    programs.write("configs/near.yaml", "lr: 0.1\n")
    missing = programs.script(text + "p.parse_args()\n", "--config", "far.yaml", "--out", "new.yaml")
    near = programs.script(text + "p.parse_args()\n", "--config", "near.yaml")

    assert [warning for warning in missing.warnings if warning.startswith("There is no file")] == [
        "There is no file far.yaml (config): if the program reads it, every training job will fail."
    ]
    assert near.warnings == ()
