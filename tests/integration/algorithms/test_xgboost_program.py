"""The built-in XGBoost as a process, on the contract folder that backends lay out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import xgboost

from selftune.training.algorithms import algorithm_named
from selftune.training.contract import AttemptFolder, environment, lay_out
from selftune.training.metrics import MetricReader, same_metric

pytestmark = pytest.mark.integration


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    exit_code: int
    output: str
    folder: AttemptFolder

    @property
    def failure(self) -> str:
        return self.folder.failure.read_text(encoding="utf-8")

    def values(self, metric: str) -> list[float]:
        return [value for name, value in MetricReader(name=metric).read(self.output) if same_metric(name, metric)]


def run(folder: Path, hyperparameters: dict[str, str], **channels: Path) -> Run:
    attempt = AttemptFolder(folder / "attempt")
    attempt.path.mkdir()
    attempt.work.mkdir()
    paths = {name: str(path) for name, path in channels.items()}
    lay_out(attempt, hyperparameters=hyperparameters, channels=paths)
    argv = algorithm_named("xgboost").command(sys.executable)
    variables = environment(
        attempt, training_job="job-001", argv=argv, hyperparameters=hyperparameters, channels=paths, cpu_count=1
    )
    ended = subprocess.run(
        argv,
        cwd=attempt.work,
        env={**os.environ, **variables, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Run(exit_code=ended.returncode, output=ended.stdout + ended.stderr, folder=attempt)


def regression_table(folder: Path, name: str = "train.csv") -> Path:
    """100 rows in which y = 3 x + a step for one color; a tree of any depth learns it."""
    lines = ["y,x,color"]
    for i in range(100):
        color = ("red", "blue", "")[i % 3]
        lines.append(f"{3 * i + (50 if color == 'red' else 0)},{i if i % 10 else ''},{color}")
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_regression_prints_a_line_a_round_and_saves_its_model(tmp_path: Path) -> None:
    ended = run(
        tmp_path,
        {"objective": "reg:squarederror", "num_round": "8", "max_depth": "3", "verbosity": "2"},
        train=regression_table(tmp_path),
    )
    assert ended.exit_code == 0, ended.output
    assert re.search(r"^\[7\]\ttrain-rmse:[\d.]+\tvalidation-rmse:[\d.]+$", ended.output, re.MULTILINE)
    values = ended.values("validation:rmse")
    assert len(values) == 8
    assert values[-1] < values[0]
    assert "20 of 100 rows are held out" in ended.output
    booster = xgboost.Booster()
    booster.load_model(bytearray((ended.folder.model / "xgboost-model").read_bytes()))
    assert booster.num_boosted_rounds() == 8
    code = json.loads(booster.attr("selftune_columns"))
    assert code["columns"] == ["x", "color"]
    assert code["categories"] == {"color": ["blue", "red"]}


def test_the_same_hyperparameters_give_the_same_values(tmp_path: Path) -> None:
    data = regression_table(tmp_path)
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    one, two = (run(f, {"num_round": "3", "subsample": "0.5", "seed": "1"}, train=data) for f in folders)
    assert one.values("validation:rmse") == two.values("validation:rmse") != []


def test_a_validation_channel_is_judged_instead_of_held_out_rows(tmp_path: Path) -> None:
    ended = run(
        tmp_path,
        {"num_round": "2", "_target_column": "y"},
        train=regression_table(tmp_path),
        validation=regression_table(tmp_path, "other.csv"),
    )
    assert ended.exit_code == 0, ended.output
    assert "held out" not in ended.output
    assert ended.values("validation:rmse") == ended.values("train:rmse")


def test_text_classes_are_learnt_and_the_tuning_metric_is_printed(tmp_path: Path) -> None:
    rows = [f"{i % 30},{('a', 'b', 'c')[i % 30 // 10]}" for i in range(120)]
    (tmp_path / "t.csv").write_text("x,kind\n" + "\n".join(rows) + "\n")
    ended = run(
        tmp_path,
        {"num_round": "3", "_target_column": "kind", "_tuning_objective_metric": "validation:accuracy"},
        train=tmp_path / "t.csv",
    )
    assert ended.exit_code == 0, ended.output
    assert ended.values("validation:accuracy")[-1] == 1.0
    booster = xgboost.Booster()
    booster.load_model(bytearray((ended.folder.model / "xgboost-model").read_bytes()))
    assert json.loads(booster.attr("selftune_columns"))["classes"] == ["a", "b", "c"]


def test_the_model_lies_alone_and_predicts_for_rows_without_names(tmp_path: Path) -> None:
    data = tmp_path / "plain.csv"
    data.write_text("\n".join(f"{2 * a + b},{a},{b}" for a in range(9) for b in range(9)) + "\n")
    ended = run(tmp_path, {"num_round": "4", "objective": "reg:squarederror"}, train=data)
    assert [path.name for path in ended.folder.model.iterdir()] == ["xgboost-model"]
    booster = xgboost.Booster(model_file=bytearray((ended.folder.model / "xgboost-model").read_bytes()))
    low, high = booster.predict(xgboost.DMatrix([[0.0, 0.0], [8.0, 8.0]]))
    assert low < high


def test_early_stopping_prints_the_kept_round_once_more(tmp_path: Path) -> None:
    data = tmp_path / "noise.csv"
    data.write_text("y,x\n" + "\n".join(f"{(i * 7919) % 101},{(i * 104729) % 97}" for i in range(80)) + "\n")
    ended = run(
        tmp_path, {"num_round": "60", "early_stopping_rounds": "2", "objective": "reg:squarederror"}, train=data
    )
    assert ended.exit_code == 0, ended.output
    values = ended.values("validation:rmse")
    assert len(values) < 60
    assert values[-1] == min(values)


def test_libsvm_data_is_learnt(tmp_path: Path) -> None:
    (tmp_path / "t.libsvm").write_text("".join(f"{i % 2} 0:{i % 2} 3:{i}\n" for i in range(40)))
    ended = run(tmp_path, {"num_round": "2", "objective": "binary:logistic"}, train=tmp_path / "t.libsvm")
    assert ended.exit_code == 0, ended.output
    assert len(ended.values("validation:logloss")) == 2


@pytest.mark.parametrize(
    ("hyperparameters", "message"),
    [
        ({"_target_column": "yy"}, "No column 'yy' in train.csv.\nDid you mean 'y'"),
        ({"objective": "reg:squarederror", "_target_column": "color"}, "needs a number"),
        ({"objective": "reg:squared"}, "Unknown objective function"),
        ({"objective": "reg:squarederror", "max_depth": "-4"}, "max_depth"),
        ({"num_round": "many"}, "num_round must be a whole number"),
    ],
)
def test_what_cannot_be_learnt_ends_with_a_reason(
    tmp_path: Path, hyperparameters: dict[str, str], message: str
) -> None:
    ended = run(tmp_path, {"num_round": "2", **hyperparameters}, train=regression_table(tmp_path))
    assert ended.exit_code == 1
    assert message in ended.failure
    assert "Traceback" not in ended.output


def test_no_data_ends_with_a_reason(tmp_path: Path) -> None:
    ended = run(tmp_path, {"num_round": "2"})
    assert ended.exit_code == 1
    assert "no channel 'train'" in ended.failure
