from __future__ import annotations

from pathlib import Path

import pytest

from selftune.model.budget import TimeBudget
from selftune.model.errors import UnknownName, UsageError
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, EarlyStopping, Strategy
from selftune.model.ranges import ContinuousRange
from selftune.model.request import Channel, Origin, UserSettings
from selftune.sdk.arguments import TunerArguments, default_channel, request_from, settings_from
from selftune.sdk.completion import TuningJobCompletionCriteriaConfig
from selftune.sdk.estimators import PyTorch, XGBoost
from selftune.sdk.parameters import ContinuousParameter
from selftune.sdk.restored import estimator_of, tuner_arguments_of

TRAIN = (Channel(name="train", path="/data/train.csv"),)


def test_what_was_not_passed_is_not_set() -> None:
    assert settings_from(TunerArguments(autotune=True), XGBoost()) == UserSettings()


def test_everything_that_was_passed_is_the_users() -> None:
    arguments = TunerArguments(
        objective_metric_name="validation:auc",
        objective_type="Maximize",
        hyperparameter_ranges={"eta": ContinuousParameter(0.1, 0.5)},
        strategy="Random",
        max_jobs=10,
        max_parallel_jobs=2,
        max_runtime_in_seconds=600,
        early_stopping_type="Auto",
        completion_criteria_config=TuningJobCompletionCriteriaConfig(target_objective_metric_value=0.9),
        random_seed=7,
        hyperparameters_to_keep_static=["max_depth"],
    )
    settings = settings_from(arguments, XGBoost(max_run=60, max_retry_attempts=2, target_column="price"))
    assert settings == UserSettings(
        objective_name="validation:auc",
        objective_direction=Direction.MAXIMIZE,
        ranges=(("eta", ContinuousRange(low=0.1, high=0.5)),),
        strategy=Strategy.RANDOM,
        max_jobs=10,
        max_parallel=2,
        max_runtime_seconds=600,
        job_max_runtime_seconds=60,
        early_stopping=EarlyStopping.AUTO,
        completion=CompletionCriteria(target_objective=0.9),
        retry=2,
        seed=7,
        keep=frozenset({"max_depth"}),
        target_column="price",
    )


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (TunerArguments(strategy="Baysian"), "Bayesian"),
        (TunerArguments(objective_type="Minimise"), "Minimize"),
        (TunerArguments(early_stopping_type="Autto"), "Auto"),
    ],
)
def test_a_misspelled_word_names_the_nearest(arguments: TunerArguments, nearest: str) -> None:
    with pytest.raises(UnknownName, match=f"'{nearest}'"):
        settings_from(arguments, XGBoost())


def test_a_metric_definition_gives_the_regex_of_the_objective() -> None:
    definitions = [{"Name": "train:rmse", "Regex": "a=(.*)"}, {"Name": "validation:rmse", "Regex": "b=(.*)"}]
    settings = settings_from(
        TunerArguments(objective_metric_name="validation-rmse", metric_definitions=definitions), XGBoost()
    )
    assert settings.objective_regex == "b=(.*)"


def test_an_only_metric_definition_is_the_objective() -> None:
    estimator = PyTorch("train.py", metric_definitions=[{"Name": "score", "Regex": "score (.*)"}])
    settings = settings_from(TunerArguments(), estimator)
    assert (settings.objective_name, settings.objective_regex) == ("score", "score (.*)")


@pytest.mark.parametrize("definition", [{"name": "x"}, "validation:rmse"])
def test_a_broken_metric_definition_is_refused(definition: object) -> None:
    with pytest.raises(UsageError, match="is no metric definition"):
        settings_from(TunerArguments(metric_definitions=[definition]), XGBoost())  # type: ignore[list-item]


def test_completion_criteria_of_another_kind_are_refused() -> None:
    with pytest.raises(UsageError, match="TuningJobCompletionCriteriaConfig"):
        settings_from(TunerArguments(completion_criteria_config={"target": 1}), XGBoost())


def test_a_baseline_is_run_with_autotune_only() -> None:
    assert request_from("job", TunerArguments(autotune=True), XGBoost(), TRAIN).run_baseline
    assert not request_from("job", TunerArguments(), XGBoost(), TRAIN).run_baseline


def test_a_request_carries_what_the_estimator_says() -> None:
    estimator = XGBoost(environment={"A": 1}, instance_type="ml.m5.xlarge")
    request = request_from("job", TunerArguments(tags=[{"Key": "team", "Value": "blue"}]), estimator, TRAIN)
    assert request.environment == (("A", "1"),)
    assert request.labels == (("instance_type", "ml.m5.xlarge"), ("tag:team", "blue"))
    assert request.origin is Origin.SDK


def test_unnamed_data_goes_to_the_channel_that_the_program_reads() -> None:
    assert default_channel(XGBoost()) == "train"
    assert default_channel(PyTorch("train.py")) == "training"


def test_a_stored_request_gives_back_the_estimator_and_the_arguments(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    arguments = TunerArguments(
        objective_metric_name="loss",
        metric_definitions=[{"Name": "loss", "Regex": "loss (.*)"}],
        hyperparameter_ranges={"lr": ContinuousParameter(0.1, 0.5, "Linear")},
        strategy="Random",
        objective_type="Minimize",
        max_jobs=4,
        completion_criteria_config=TuningJobCompletionCriteriaConfig(complete_on_convergence=True),
        early_stopping_type="Off",
        autotune=True,
        hyperparameters_to_keep_static=["epochs"],
    )
    estimator = PyTorch("train.py", source_dir=str(tmp_path), hyperparameters={"lr": 0.2, "epochs": 1}, max_run=9)
    request = request_from("job", arguments, estimator, ())
    restored = estimator_of(request)
    assert restored is not None
    assert tuner_arguments_of(request) == arguments
    assert request_from("job", arguments, restored, ()) == request


def test_a_built_in_algorithm_is_restored_too() -> None:
    estimator = XGBoost(hyperparameters={"eta": 0.3}, target_column="price")
    request = request_from("job", TunerArguments(), estimator, TRAIN)
    restored = estimator_of(request)
    assert restored is not None
    assert restored.program() == estimator.program()
    assert restored.target_column == "price"


def test_a_budget_is_read_as_on_the_command_line_and_given_back_to_whoever_attaches() -> None:
    arguments = TunerArguments(budget="2h", price_per_hour=0.5, autotune=True)
    request = request_from("job", arguments, XGBoost(), TRAIN)
    assert (request.settings.budget, request.settings.price_per_hour) == (TimeBudget(7200.0), 0.5)
    restored = tuner_arguments_of(request)
    assert (restored.budget, restored.price_per_hour) == ("2h", 0.5)


def test_what_is_no_budget_is_refused() -> None:
    with pytest.raises(UsageError, match="is not a budget"):
        settings_from(TunerArguments(budget="lots"), XGBoost())
