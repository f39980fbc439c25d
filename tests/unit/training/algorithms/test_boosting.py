"""Settings, split and metrics of the built-in XGBoost; none of it needs the package."""

from __future__ import annotations

import math

import pytest

from selftune.model.errors import UnknownName, UsageError
from selftune.training.algorithms import ALGORITHMS, algorithm_named, evaluation
from selftune.training.algorithms.boosting_settings import settings_from
from selftune.training.algorithms.split import split_rows


def test_an_algorithm_is_known_by_its_name_whatever_its_case() -> None:
    assert algorithm_named("XGBoost").name == "xgboost"
    assert algorithm_named("xgboost").program.is_file()


def test_an_unknown_algorithm_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'xgboost'"):
        algorithm_named("xgbost")


def test_a_program_runs_without_its_own_folder_on_the_path() -> None:
    assert ALGORITHMS["xgboost"].command("python3")[:2] == ("python3", "-P")


def test_what_is_xgboosts_own_is_passed_on_and_the_rest_is_not() -> None:
    settings = settings_from({"max_depth": "5", "num_round": "50", "_target_column": "y", "objective": "reg:gamma"})
    assert dict(settings.parameters) == {"max_depth": "5"}
    assert (settings.rounds, settings.target, settings.objective) == (50, "y", "reg:gamma")


def test_the_metric_of_the_tuning_objective_comes_last() -> None:
    settings = settings_from({"eval_metric": "auc,logloss", "_tuning_objective_metric": "validation:auc"})
    assert settings.metrics == ("logloss", "auc")
    assert settings_from({"eval_metric": '["mae", "rmse"]'}).metrics == ("mae", "rmse")


@pytest.mark.parametrize(
    ("name", "value"), [("num_round", "0"), ("num_round", "2.5"), ("num_class", "1"), ("early_stopping_rounds", "x")]
)
def test_a_count_must_be_a_whole_number(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"{name} must be a whole number"):
        settings_from({name: value})


def test_a_setting_that_is_not_here_is_refused_instead_of_ignored() -> None:
    with pytest.raises(UsageError, match="csv_weights"):
        settings_from({"csv_weights": "1"})


def test_categories_are_plain_numbers_where_xgboost_knows_none() -> None:
    assert settings_from({}).takes_categories
    assert not settings_from({"tree_method": "exact"}).takes_categories
    assert not settings_from({"booster": "gblinear"}).takes_categories


def test_a_fifth_is_held_out_and_the_same_each_time() -> None:
    labels = [float(x) for x in range(50)]
    training, validation = split_rows(labels, is_classification=False)
    assert (len(training), len(validation)) == (40, 10)
    assert sorted(training + validation) == list(range(50))
    assert split_rows(labels, is_classification=False) == (training, validation)


def test_each_class_keeps_its_share() -> None:
    labels = [0.0] * 80 + [1.0] * 20 + [2.0]
    training, validation = split_rows(labels, is_classification=True)
    assert sum(labels[row] == 1.0 for row in validation) == 4
    assert 100 in training


def test_accuracy_and_f1_judge_classes() -> None:
    labels, shares = [1.0, 0.0, 1.0, 1.0], [0.9, 0.2, 0.4, 0.7]
    assert evaluation.evaluate("accuracy", labels, shares, "binary:logistic") == 0.75
    assert evaluation.evaluate("f1", labels, shares, "binary:logistic") == pytest.approx(0.8)
    assert evaluation.evaluate("balanced_accuracy", labels, shares, "binary:logistic") == pytest.approx(5 / 6)


def test_several_classes_are_judged_by_the_likeliest() -> None:
    shares = [[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]]
    assert evaluation.predicted_classes(shares, "multi:softprob") == [2.0, 0.0]
    assert evaluation.predicted_classes([2, 0], "multi:softmax") == [2.0, 0.0]
    assert evaluation.predicted_classes([-0.3, 0.2], "binary:logitraw") == [0.0, 1.0]


def test_r2_is_the_explained_share_of_the_variance() -> None:
    assert evaluation.evaluate("r2", [1, 2, 3], [1, 2, 3], "reg:squarederror") == 1.0
    assert evaluation.evaluate("mse", [1, 2], [2, 4], "reg:squarederror") == 2.5
    assert math.isnan(evaluation.r2([1, 1], [1, 2]))
