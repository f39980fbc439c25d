"""Libraries with a command line of their own train from `key = value` files."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune.reader.executables import command_for_config

from .conftest import Programs

LIGHTGBM = """# task
task = train
objective = binary
metric = binary_logloss,auc
data = train.csv
valid_data = test.csv
num_leaves = 31   # leaves
learning_rate = 0.1
is_training_metric = true
"""
XGBOOST = (
    'booster = gbtree\nobjective = binary:logistic\neta = 0.3\nnum_round = 2\neval[test] = "test.txt"\nmax_depth = 3\n'
)


def test_a_configuration_on_the_command_line_is_read_and_rewritten(programs: Programs) -> None:
    programs.write("train.conf", LIGHTGBM)
    reading = programs.read("lightgbm", "config=train.conf")
    values = {h.name: h.value for h in reading.hyperparameters}
    assert (values["learning_rate"], values["num_leaves"], values["is_training_metric"]) == (0.1, 31, True)
    assert reading.frameworks == {"lightgbm"}
    assert [(file.path, file.format) for file in reading.config_files] == [("train.conf", "conf")]


def test_the_metrics_that_it_asks_for_are_those_of_validation(programs: Programs) -> None:
    programs.write("train.conf", LIGHTGBM)
    reading = programs.read("lightgbm", "config=train.conf")
    assert [metric.name for metric in reading.metrics] == ["valid_1 binary_logloss", "valid_1 auc"]


def test_the_objective_says_what_is_measured_where_the_file_does_not(programs: Programs) -> None:
    programs.write("train.conf", XGBOOST)
    assert [metric.name for metric in programs.read("xgboost", "train.conf").metrics] == ["test-logloss"]


def test_a_program_that_is_not_installed_is_named(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    programs.write("train.conf", LIGHTGBM)
    reading = programs.read("lightgbm", "config=train.conf")
    assert any("no program 'lightgbm'" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (LIGHTGBM, ("lightgbm", "config=a.conf")),
        (XGBOOST, ("xgboost", "a.conf")),
        ("lr = 0.1\n", None),
        ("no lines of that kind\n", None),
    ],
)
def test_the_keys_of_a_file_say_whose_it_is(tmp_path: Path, text: str, command: tuple[str, ...] | None) -> None:
    (tmp_path / "a.conf").write_text(text)
    assert command_for_config(tmp_path / "a.conf", "a.conf") == command
