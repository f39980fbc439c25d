"""Scripts that get each listed hyperparameter as `--name value`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from selftune.autotune.reader.reading import ProgramReading
from selftune.autotune.reader.script import read_script
from selftune.model.errors import UnreadableInput
from selftune.model.values import HyperparameterValue

PARSER = """
import argparse
p = argparse.ArgumentParser()
p.add_argument("--batch_size", type=int, default=64)
p.add_argument("--lr", type=float, default=0.01)
p.add_argument("--fast", action="store_true")
p.add_argument("--sizes", nargs="+")
"""


def read(folder: Path, values: Mapping[str, HyperparameterValue], text: str = PARSER) -> ProgramReading:
    (folder / "mnist.py").write_text(text)
    return read_script("mnist.py", folder, "python3", values, "pytorch")


def test_a_listed_hyperparameter_is_spelled_as_the_script_declares_it(tmp_path: Path) -> None:
    reading = read(tmp_path, {"batch-size": 32, "epochs": 1, "backend": "gloo"})
    command = ("python3", "mnist.py", "--batch_size", "32", "--epochs", "1", "--backend", "gloo")
    assert reading.template.render({}) == command
    assert {h.name: (h.value, h.is_listed) for h in reading.hyperparameters} == {
        "batch-size": (32, True),
        "epochs": (1, True),
        "backend": ("gloo", True),
        "lr": (0.01, False),
        "fast": (False, False),
        "sizes": (None, False),
    }


def test_what_is_not_listed_is_appended_only_when_it_changes(tmp_path: Path) -> None:
    template = read(tmp_path, {"batch-size": 32}).template
    assert template.render({"lr": 0.1})[-1] == "--lr=0.1"
    assert template.render({"lr": 0.01})[-1] == "32"


def test_a_number_given_as_text_is_read_by_its_text_and_written_as_it_was(tmp_path: Path) -> None:
    reading = read(tmp_path, {"num_round": "050"})
    assert reading.hyperparameters[0].value == 50
    assert reading.template.render({})[-2:] == ("--num_round", "050")
    assert reading.template.render({"num_round": 7})[-1] == "7"


def test_a_switch_is_written_as_a_switch_and_a_truth_value_as_the_toolkit_does(tmp_path: Path) -> None:
    template = read(tmp_path, {"fast": True, "other": True}).template
    assert template.render({}) == ("python3", "mnist.py", "--fast", "--other", "True")
    assert template.render({"fast": False, "other": False}) == ("python3", "mnist.py", "--other", "False")


def test_a_list_stays_and_a_name_of_one_letter_gets_one_dash(tmp_path: Path) -> None:
    reading = read(tmp_path, {"sizes": "1 2", "k": 3})
    assert reading.template.render({"sizes": "9", "k": 4}) == ("python3", "mnist.py", "--sizes", "1", "2", "-k", "4")


def test_the_estimator_s_framework_is_among_those_found(tmp_path: Path) -> None:
    assert read(tmp_path, {}, "import sklearn\n").frameworks == {"pytorch", "sklearn"}


def test_a_script_that_does_not_parse_still_takes_what_is_listed(tmp_path: Path) -> None:
    reading = read(tmp_path, {"lr": 0.1}, "def (:\n")
    assert reading.template.render({}) == ("python3", "mnist.py", "--lr", "0.1")
    assert len(reading.warnings) == 1


def test_a_missing_entry_point_names_the_nearest_file(tmp_path: Path) -> None:
    (tmp_path / "mnist.py").write_text("")
    with pytest.raises(UnreadableInput) as caught:
        read_script("minst.py", tmp_path, "python3", {}, None)
    assert "'mnist.py'" in caught.value.hint
