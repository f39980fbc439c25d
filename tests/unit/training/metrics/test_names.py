"""Which spellings are one metric, which way is better, and on which data it was measured."""

from __future__ import annotations

from itertools import combinations

import pytest

from selftune.model.objective import Direction
from selftune.training.metrics import canonical_metric, direction_of, is_counter, same_metric, split_of

ONE_NAME = [
    "validation:rmse",
    "validation-rmse",
    "validation_rmse",
    "val_rmse",
    "valid rmse",
    "val/rmse",
    "Validation RMSE",
    "valRmse",
    "rmse val",
    "validation_0-rmse",
    "valid_0's rmse",
    "eval_rmse",
    "Validation root mean squared error",
]


@pytest.mark.parametrize(("a", "b"), list(combinations(ONE_NAME, 2)))
def test_spellings_of_one_metric_are_one_name(a: str, b: str) -> None:
    assert same_metric(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("rmse", "val_rmse"),
        ("train-rmse", "validation-rmse"),
        ("test_acc", "val_acc"),
        ("loss", "Average loss"),
        ("validation_0-auc", "validation_1-auc"),
        ("best_val_acc", "val_acc"),
        ("acc@1", "acc@5"),
    ],
)
def test_different_metrics_keep_different_names(a: str, b: str) -> None:
    assert not same_metric(a, b)


def test_a_canonical_name_is_its_split_and_its_words() -> None:
    assert canonical_metric("Val_Acc") == "validation:accuracy"
    assert canonical_metric("Loss") == "loss"
    assert canonical_metric("test") == "test"


@pytest.mark.parametrize(
    "name", ["loss", "val_loss", "RMSE", "error rate", "perplexity", "valid ppl", "mlogloss", "FID"]
)
def test_losses_and_errors_are_minimised(name: str) -> None:
    assert direction_of(name) is Direction.MINIMIZE


@pytest.mark.parametrize(
    "name", ["acc", "val_auc", "F1", "R^2", "episodic_return", "avg_ep_reward", "mAP50", "Acc@1", "score"]
)
def test_measures_of_quality_are_maximised(name: str) -> None:
    assert direction_of(name) is Direction.MAXIMIZE


def test_a_negated_error_is_maximised() -> None:
    assert direction_of("neg_mean_squared_error") is Direction.MAXIMIZE
    assert direction_of("negative log likelihood") is Direction.MINIMIZE


def test_a_name_without_a_telling_word_has_no_direction() -> None:
    assert direction_of("thing") is None


def test_the_split_is_read_from_the_name() -> None:
    names = ["val_acc", "test loss", "training's l2", "dev accuracy", "accuracy"]
    assert [split_of(name) for name in names] == ["validation", "test", "train", "validation", None]


@pytest.mark.parametrize(
    "name", ["epoch", "lr", "learning_rate", "eval_runtime", "batch size", "it/s", "ETA", "seed", "step"]
)
def test_counters_are_no_metrics(name: str) -> None:
    assert is_counter(name)


@pytest.mark.parametrize("name", ["epoch_loss", "step_reward", "val_acc", "error rate", "best score", "test"])
def test_metrics_are_no_counters(name: str) -> None:
    assert not is_counter(name)
