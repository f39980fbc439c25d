"""Each recogniser: its own example, what it must not take, and that it is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.training.metrics import MetricReader
from selftune.training.metrics.recognisers.recogniser import Recogniser
from selftune.training.metrics.recognisers.registry import RECOGNISERS
from selftune.training.metrics.result_files import FILE_RECOGNISERS

DOCUMENT = Path(__file__).parents[4] / "docs" / "metrics.md"


def names_of(recogniser: Recogniser) -> set[str]:
    return {named.name for named in recogniser.find(recogniser.example) or ()}


@pytest.mark.parametrize("recogniser", RECOGNISERS, ids=lambda recogniser: recogniser.name)
def test_a_recogniser_reads_its_example(recogniser: Recogniser) -> None:
    assert recogniser.find(recogniser.example.splitlines()[-1]) or recogniser.find(recogniser.example)


@pytest.mark.parametrize("recogniser", RECOGNISERS, ids=lambda recogniser: recogniser.name)
def test_the_reader_takes_the_example_for_what_it_is(recogniser: Recogniser) -> None:
    reader = MetricReader()
    list(reader.read_lines("0:\tlearn: 0.6\ttest: 0.5\tbest: 0.5 (0)\n"))  # CatBoost was seen before its model is kept
    found = [reading for _, reading in reader.read_lines(recogniser.example + "\n") if reading]
    assert [reading.recogniser for reading in found] == [recogniser.name] * len(found)
    assert found


@pytest.mark.parametrize("recogniser", [*RECOGNISERS, *FILE_RECOGNISERS], ids=lambda recogniser: recogniser.name)
def test_a_recogniser_is_documented_with_its_example(recogniser: Recogniser) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"## {recogniser.name}\n" in text.replace("### ", "## ")
    assert recogniser.example.splitlines()[-1] in text


def test_recognisers_have_names_of_their_own() -> None:
    names = [recogniser.name for recogniser in [*RECOGNISERS, *FILE_RECOGNISERS]]
    assert len(set(names)) == len(names)


NO_METRICS = [
    "[CV 2/5] END ......C=0.1, gamma=0.001; total time=   0.1s",
    "[LightGBM] [Warning] No further splits with positive gain, best gain: -inf",
    "[LightGBM] [Info] Number of positive: 267, number of negative: 159",
    "/opt/lib/python3.11/site-packages/torch/_script.py:1491: DeprecationWarning: old",
    "TPU available: False, using: 0 TPU cores",
    "Modules in eval mode: 0",
    "Best params: {'C': 1.0, 'gamma': 0.001}",
    'Config: {"hidden": 64, "loss": 3}',
    "bestIteration = 28",
]


@pytest.mark.parametrize("line", NO_METRICS)
def test_settings_messages_and_places_in_files_are_no_metrics(line: str) -> None:
    assert MetricReader().read(line + "\n") == []


MORE_FORMS = [
    ("INFO:train:{'eval_loss': 0.5, 'epoch': 2.0}", [("eval_loss", 0.5)]),
    ("{'loss': np.float64(0.25), 'val_acc': tensor(0.5)}", [("loss", 0.25), ("val_acc", 0.5)]),
    ('50%|█████     | 1/2{"step": 3, "val_loss": 0.25}', [("val_loss", 0.25)]),
    ('2026-01-02 INFO {"val_loss": 0.5, "lr": 0.1}', [("val_loss", 0.5)]),
    ("[10]\tvalid's auc: 0.983418 + 0.00704047", [("valid's auc", 0.983418)]),
    ("[LightGBM] [Info] Iteration:5, valid_1 auc : 0.911", [("valid_1 auc", 0.911)]),
    ("[0]\ttrain-rmse:0.5+0.1\ttest-rmse:0.6+0.2", [("train-rmse", 0.5), ("test-rmse", 0.6)]),
    (
        "[CV 1/3] END .C=1; accuracy: (train=1.000, test=0.900) f1: (train=1.000, test=0.800) total time=   0.0s",
        [("train accuracy", 1.0), ("test accuracy", 0.9), ("train f1", 1.0), ("test f1", 0.8)],
    ),
    (
        "[CV 1/3] END ...C=1;, score=(train=0.990, test=0.938) total time=   0.1s",
        [("train score", 0.99), ("test score", 0.938)],
    ),
    ("| epoch | val_loss |\n|-------|----------|\n| 1     | 0.5      |", [("val_loss", 0.5)]),
    ("+-------+------+\n| epoch | acc  |\n+-------+------+\n|     2 | 0.75 |", [("acc", 0.75)]),
    ("loss    acc@1   acc@5\n0.5     70.1    90.2", [("loss", 0.5), ("acc@1", 70.1), ("acc@5", 90.2)]),
    ("391/391 [==============================] - 5s - loss: 1.25 - acc: 0.5", [("loss", 1.25), ("acc", 0.5)]),
    ("\x1b[1mval_loss\x1b[0m: \x1b[32m0.5\x1b[0m", [("val_loss", 0.5)]),
    ("  val_loss               =     0.6939", [("val_loss", 0.6939)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MORE_FORMS)
def test_forms_of_the_same_kind_are_read_too(text: str, expected: list[tuple[str, float]]) -> None:
    assert MetricReader().read(text + "\n") == expected


def test_a_program_that_goes_back_to_its_best_epoch_reports_the_values_of_that() -> None:
    text = "".join(
        f"Epoch {epoch}/3\n5/5 - 0s - 4ms/step - loss: 0.1 - val_loss: {value}\n"
        for epoch, value in [(1, 0.5), (2, 0.3), (3, 0.4)]
    )
    restored = "Restoring model weights from the end of the best epoch: 2.\n"
    assert MetricReader().read(text + restored)[-1] == ("val_loss", 0.3)
    assert MetricReader().read(restored) == []


def test_the_best_on_test_counts_only_where_the_model_is_cut_back_to_it() -> None:
    lines = "0:\ttest: 0.6\tbest: 0.6 (0)\n1:\ttest: 0.7\tbest: 0.6 (0)\nbestTest = 0.6\nbestIteration = 0\n"
    assert MetricReader().read(lines)[-2:] == [("test", 0.7), ("best", 0.6)]
    assert MetricReader().read(lines + "Shrink model to first 1 iterations.\n")[-1] == ("test", 0.6)


def test_a_report_says_what_holds_for_all_classes_only() -> None:
    text = (
        "              precision    recall  f1-score   support\n\n"
        "        cats       0.10      0.20      0.30        37\n"
        "    accuracy                           0.94       450\n"
        "weighted avg       0.91      0.92      0.93       450\n"
        "cats 0.10 0.20\n"
    )
    assert MetricReader().read(text) == [
        ("accuracy", 0.94),
        ("weighted precision", 0.91),
        ("weighted recall", 0.92),
        ("weighted f1-score", 0.93),
    ]


XGBOOST = "".join(f"[{n}]\ttrain-rmse:0.{9 - n}\ttest-rmse:{value}\n" for n, value in enumerate((0.6, 0.5, 0.7)))
LIGHTGBM = "".join(
    f"[{n}]\ttraining's l2: 0.{9 - n}\tvalid_1's l2: {value}\n" for n, value in enumerate((0.6, 0.5, 0.7), 1)
)


@pytest.mark.parametrize(
    ("rounds", "said", "again"),
    [
        (XGBOOST, "best_iteration: 1", [("test-rmse", 0.5)]),
        (XGBOOST, "Best iteration is 1", [("test-rmse", 0.5)]),
        (XGBOOST, "model.best_iteration = 1", [("test-rmse", 0.5)]),
        (XGBOOST, "best round 1, best score: 0.5", [("best score", 0.5), ("test-rmse", 0.5)]),
        (LIGHTGBM, "best_iteration_: 2", [("valid_1's l2", 0.5)]),
        (XGBOOST, "best_iteration: 2", []),
        (XGBOOST, "best_iteration: 17", []),
        (XGBOOST, "best iterations of 1 run", []),
        (XGBOOST, "best_iteration: 1.5", []),
    ],
)
def test_the_round_that_a_program_calls_the_best_is_the_one_that_counts(rounds, said, again) -> None:
    seen = MetricReader().read(rounds)
    assert len(seen) == 6
    reader = MetricReader()
    assert reader.read(rounds + said + "\n")[len(seen) :] == again


def test_nothing_is_gone_back_to_without_rounds() -> None:
    assert MetricReader().read("best_iteration: 1\n") == []
