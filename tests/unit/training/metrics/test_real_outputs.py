"""Outputs of real libraries, captured once from small trainings: `outputs/LIBRARY-VERSION-WHAT.txt`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from selftune.autotune import confirm_objective
from selftune.model.objective import Direction, Objective
from selftune.training.metrics import LineReading, MetricReader, complete_lines

OUTPUTS = Path(__file__).parent / "outputs"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is to be seen in one output."""

    file: str
    recognisers: frozenset[str]
    counts: dict[str, int]
    """How many values of each name there are; no other name is seen."""
    objective: str
    direction: Direction
    last: float
    """The objective's last value: that of the model which is kept."""
    step: float | None
    """Where the last line with metrics stands."""


def expected(
    file: str, recognisers: str, counts: dict[str, int], objective: tuple[str, str, float], step: float | None
) -> Expected:
    name, way, last = objective
    return Expected(
        file=file,
        recognisers=frozenset(recognisers.split(", ")),
        counts=counts,
        objective=name,
        direction=Direction.MAXIMIZE if way == "max" else Direction.MINIMIZE,
        last=last,
        step=step,
    )


CASES = [
    expected(
        "xgboost-3.2.0.txt",
        "XGBoost round",
        {
            **dict.fromkeys(["train-logloss", "train-auc", "validation-logloss", "validation-auc"], 12),
            **dict.fromkeys(["validation_0-logloss", "validation_1-logloss"], 12),
        },
        ("validation-auc", "max", 0.99895),
        11,
    ),
    expected(
        "lightgbm-4.7.0.txt",
        "LightGBM round",
        {
            **dict.fromkeys(["training's auc", "training's binary_logloss"], 2),
            **dict.fromkeys(["valid_1's auc", "valid_1's binary_logloss", "valid's auc"], 2),
        },
        ("valid's auc", "max", 0.986192),
        10,
    ),
    expected(
        "catboost-1.2.10-auc.txt",
        "CatBoost iteration, model that is kept",
        {"test": 38, "best": 37},
        ("test", "max", 0.9951781971),
        36,
    ),
    expected(
        "catboost-1.2.10-rmse.txt",
        "CatBoost iteration, model that is kept",
        {"learn": 5, "test": 6, "best": 5},
        ("test", "min", 55.44593585),
        199,
    ),
    expected(
        "keras-3.15.1-bars.txt",
        "Keras bar, model that is kept",
        {"accuracy": 16, "loss": 16, "val_accuracy": 8, "val_loss": 8},
        ("val_accuracy", "max", 0.97),
        7,
    ),
    expected(
        "keras-3.15.1-lines.txt",
        "Keras bar, model that is kept",
        {"accuracy": 6, "loss": 6, "val_accuracy": 6, "val_loss": 6},
        ("val_accuracy", "max", 0.96),
        5,
    ),
    expected(
        "lightning-2.6.6.txt",
        "row of a name and a number",
        {"train_loss": 1, "val_loss": 2, "test_loss": 1},
        ("val_loss", "min", 0.3318710923194885),
        2,
    ),
    expected(
        "transformers-5.24.0.txt",
        "dictionary, name and value",
        {"loss": 3, "eval_loss": 5, "eval_accuracy": 5, "train_loss": 1},
        ("eval_accuracy", "max", 0.375),
        3,
    ),
    expected(
        "fastai-2.8.12.txt",
        "table with a header",
        {"train_loss": 3, "valid_loss": 3, "accuracy": 3, "f1_score": 3},
        ("valid_loss", "min", 0.690961),
        2,
    ),
    expected(
        "scikit-learn-1.9.1-search.txt",
        "scikit-learn fold, dictionary, classification report, name and value",
        {
            "score": 6,
            "Best score": 1,
            "accuracy": 1,
            **{f"macro {column}": 1 for column in ("precision", "recall", "f1-score")},
            **{f"weighted {column}": 1 for column in ("precision", "recall", "f1-score")},
            "Test accuracy": 1,
        },
        ("Test accuracy", "max", 0.9956),
        None,
    ),
    expected(
        "scikit-learn-1.9.1-verbose.txt",
        "table with a header, name and value, scikit-learn boosting iteration",
        {"Train Loss": 11, "OOB Improve": 11, "loss": 6, "Validation score": 6, "train loss": 4, "val loss": 4},
        ("Validation score", "max", 0.861111),
        4,
    ),
    expected(
        "tqdm-4.70.1.txt",
        "tqdm bar, name and value",
        {"acc": 50, "loss": 50, "val_loss": 2, "val_acc": 2},
        ("val_acc", "max", 75.0),
        1,
    ),
]  # fmt: skip


def readings(file: str) -> list[LineReading]:
    text, _ = complete_lines((OUTPUTS / file).read_bytes(), at_end=True)
    return [reading for _, reading in MetricReader().read_lines(text) if reading is not None]


def observed(file: str) -> dict[str, list[float]]:
    series: dict[str, list[float]] = {}
    for reading in readings(file):
        for name, value in reading.points:
            series.setdefault(name, []).append(value)
    return series


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_all_metrics_of_a_real_output_are_read_and_nothing_else(case: Expected) -> None:
    assert {name: len(values) for name, values in observed(case.file).items()} == case.counts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_each_line_is_read_by_the_recogniser_of_its_library(case: Expected) -> None:
    found = readings(case.file)
    assert {reading.recogniser for reading in found} == case.recognisers
    assert found[-1].step == case.step


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_the_objective_of_a_real_output_is_the_one_measured_on_held_out_data(case: Expected) -> None:
    series = observed(case.file)
    confirmed = confirm_objective(Objective(name=None, direction=Direction.MINIMIZE), series)
    assert confirmed is not None
    assert (confirmed[0].name, confirmed[0].direction) == (case.objective, case.direction)
    assert series[case.objective][-1] == case.last


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_real_output_read_in_pieces_gives_the_same_as_at_once(case: Expected) -> None:
    data = (OUTPUTS / case.file).read_bytes()
    at_once = MetricReader().read(complete_lines(data, at_end=True)[0])
    for size in (17, 64, 1000):
        reader, offset, waiting = MetricReader(), 0, b""
        found: list[tuple[str, float]] = []
        while offset < len(data):
            waiting += data[offset : offset + size]
            offset += size
            text, consumed = complete_lines(waiting, at_end=offset >= len(data))
            waiting = waiting[consumed:]
            found += reader.read(text)
        assert found == at_once


def test_every_captured_output_is_looked_at() -> None:
    assert {path.name for path in OUTPUTS.glob("*.txt")} == {case.file for case in CASES}


def test_captured_outputs_name_no_folder_of_the_machine_that_made_them() -> None:
    for path in OUTPUTS.iterdir():
        assert b"site-packages" not in path.read_bytes()
