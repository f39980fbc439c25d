"""Metrics in the output of real programs."""

from __future__ import annotations

import math

import pytest

from selftune.training.metrics import MetricReader

FORMS = [
    ("validation:rmse=0.25", [("validation:rmse", 0.25)]),
    ("validation:rmse 0.25", [("validation:rmse", 0.25)]),
    ("val_loss: 1.5e-3", [("val_loss", 0.0015)]),
    ("loss=-0.5, acc=.5", [("loss", -0.5), ("acc", 0.5)]),
    ("Epoch 3/10: Train loss 0.30 | Val loss: 0.40", [("Train loss", 0.3), ("Val loss", 0.4)]),
    ("The final validation accuracy is 0.91.", [("final validation accuracy", 0.91)]),
    ("RMSE -> 0.5", [("RMSE", 0.5)]),
    ("Loss at epoch 3: 0.45", [("Loss", 0.45)]),
    ("RMSE on test: 0.5", [("RMSE on test", 0.5)]),
    ("The mean squared error (MSE) on test set: 0.12", [("mean squared error (MSE) on test set", 0.12)]),
    ("loss: tensor(0.123, grad_fn=<MulBackward0>)", [("loss", 0.123)]),
    ("Train: loss 0.5 acc 0.9 Val: loss 0.4", [("Train loss", 0.5), ("Train acc", 0.9), ("Val loss", 0.4)]),
]
LIBRARIES = [
    ("[3]\ttrain-rmse:0.1\tvalidation-rmse:0.2", [("train-rmse", 0.1), ("validation-rmse", 0.2)]),
    ("[3]#011validation_0-rmse:0.5", [("validation_0-rmse", 0.5)]),
    ("[1]\tvalid_0's auc: 0.98\tvalid_0's l2: 0.2", [("valid_0's auc", 0.98), ("valid_0's l2", 0.2)]),
    (
        "0:\tlearn: 0.6\ttest: 0.5\tbest: 0.5 (0)\ttotal: 10ms\tremaining: 9s",
        [("learn", 0.6), ("test", 0.5), ("best", 0.5)],
    ),
    (
        "12/12 [=====] - 0s 2ms/step - loss: 0.69 - accuracy: 0.50 - val_loss: 0.70 - val_accuracy: 0.51",
        [("loss", 0.69), ("accuracy", 0.5), ("val_loss", 0.7), ("val_accuracy", 0.51)],
    ),
    ("100%|███| 10/10 [00:01<00:00, 9.9it/s, loss=0.3, v_num=0]", [("loss", 0.3)]),
    ("{'eval_loss': 0.5, 'eval_runtime': 2.1, 'epoch': 1.0}", [("eval_loss", 0.5)]),
    ("{'eval_loss': '0.5', 'epoch': '1.0'}", [("eval_loss", 0.5)]),
    ('{"epoch": 1, "val": {"loss": 0.3, "done": true}}', [("val/loss", 0.3)]),
    ('{"metric": "auc", "value": 0.9}', [("auc", 0.9)]),
    ("│         test_acc          │          0.9512           │", [("test_acc", 0.9512)]),
    ("        test_loss            0.123", [("test_loss", 0.123)]),
    ("|    ep_rew_mean       | 21.3     |", [("ep_rew_mean", 21.3)]),
    (
        "Epoch: [3][10/99]\tTime  0.1 ( 0.2)\tLoss 3.1e+00 (3.4e+00)\tAcc@1  50.0 ( 55.0)",
        [("Loss", 3.4), ("Acc@1", 50.0)],
    ),
    ("Test set: Average loss: 0.05, Accuracy: 9500/10000 (95%)", [("Average loss", 0.05), ("Accuracy", 95.0)]),
    ("Train Epoch: 1 [640/60000 (1%)]\tLoss: 1.25", [("Train Loss", 1.25)]),
    ("Accuracy of the network on the 10000 test images: 55 %", [("Accuracy of the network on the test images", 55.0)]),
    (
        "| end of epoch   1 | time: 12.30s | valid loss  5.51 | valid ppl   247.00",
        [("valid loss", 5.51), ("valid ppl", 247.0)],
    ),
    ("global_step=11, episodic_return=13.0", [("episodic_return", 13.0)]),
    ("INFO:root:val_loss=0.5", [("val_loss", 0.5)]),
    ("2026-01-02 12:00:00,123 INFO loss=0.3 in 12:30", [("loss", 0.3)]),
]
NO_METRICS = [
    "version 1.2.3 on port: 8080",
    "device: cuda:0, seed: 42, lr: 0.01",
    "Epoch 3: 100%",
    "Fitting 5 folds for each of 10 candidates, totalling 50 fits",
    "elapsed: 0:00:12, eta: 3s, speed: 12it/s",
    "date: 2026-01-02",
    "no number at all",
]


@pytest.mark.parametrize(("line", "expected"), FORMS + LIBRARIES)
def test_metrics_are_read_from_a_line(line: str, expected: list[tuple[str, float]]) -> None:
    assert MetricReader().read(line + "\n") == expected


@pytest.mark.parametrize("line", NO_METRICS)
def test_lines_without_a_metric_give_none(line: str) -> None:
    assert MetricReader().read(line + "\n") == []


def test_nan_and_infinity_are_values() -> None:
    (_, nan), (_, infinity) = MetricReader().read("loss: nan\nval_loss=-inf\n")
    assert math.isnan(nan)
    assert infinity == -math.inf


def test_percentages_keep_their_number() -> None:
    assert MetricReader().read("Accuracy: 95.1%\n") == [("Accuracy", 95.1)]


def test_a_ratio_without_a_percentage_is_divided() -> None:
    assert MetricReader().read("Accuracy: 9500/10000\n") == [("Accuracy", 0.95)]


def test_a_table_with_a_header_is_read_row_by_row() -> None:
    text = "epoch     train_loss  valid_loss  accuracy  time\n0         0.23        0.12        0.95      00:10\n"
    assert MetricReader().read(text) == [("train_loss", 0.23), ("valid_loss", 0.12), ("accuracy", 0.95)]


def test_a_header_is_remembered_between_reads() -> None:
    reader = MetricReader()
    assert reader.read("epoch  loss  accuracy\n") == []
    assert reader.read("1      0.5   0.9\n") == [("loss", 0.5), ("accuracy", 0.9)]


def test_progress_bars_with_carriage_returns_give_each_state() -> None:
    assert MetricReader().read("1/2 loss: 0.9\r2/2 loss: 0.8\n") == [("loss", 0.9), ("loss", 0.8)]


def test_a_counter_is_a_metric_when_the_objective_bears_its_name() -> None:
    assert MetricReader(name="time").read("epoch=3 time=2.5\n") == [("time", 2.5)]


def test_a_large_output_is_read_in_linear_time() -> None:
    text = "[1]\ttrain-rmse:0.1\tvalidation-rmse:0.2\n" * 2_000
    assert len(MetricReader().read(text)) == 4_000
    assert MetricReader().read("a:" * 30_000 + "\n") == []


def test_a_split_in_front_of_a_line_keeps_training_and_evaluation_apart() -> None:
    text = "train epoch 3 loss 0.1 accuracy 0.98\neval epoch 3 loss 0.2 accuracy 0.72\n"
    assert MetricReader().read(text) == [
        ("train loss", 0.1),
        ("train accuracy", 0.98),
        ("eval loss", 0.2),
        ("eval accuracy", 0.72),
    ]


def test_a_first_word_with_a_value_of_its_own_is_no_split_of_the_line() -> None:
    assert MetricReader().read("train 0.5 val 0.6 acc 0.7\n") == [("acc", 0.7)]


def test_an_objective_without_a_split_is_still_found_in_a_line_about_one() -> None:
    assert ("accuracy", 0.72) in MetricReader("accuracy").read("eval epoch 3: accuracy 0.72\n")
    assert ("train accuracy", 0.9) in MetricReader("train accuracy").read("train epoch 3: accuracy 0.9\n")
