from __future__ import annotations

from pathlib import Path

import pytest

from selftune.engine.compose import tuning_service
from selftune.model.errors import UnknownName, UsageError
from selftune.sdk.arguments import TunerArguments, request_from
from selftune.sdk.completion import TuningJobCompletionCriteriaConfig
from selftune.sdk.estimators import PyTorch, XGBoost
from selftune.sdk.inputs import channels_from
from selftune.sdk.parameters import ContinuousParameter, IntegerParameter
from selftune.sdk.tune import tune
from selftune.sdk.tuner import HyperparameterTuner

SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--epochs", type=int, default=3)
args = parser.parse_args()
print(f"val_loss={args.lr}")
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SELFTUNE_HOME", str(tmp_path / "home"))
    code = tmp_path / "code"
    code.mkdir()
    (code / "train.py").write_text(SCRIPT)
    (code / "train.csv").write_text("price,size\n" + "".join(f"{i * 1.5},{i}\n" for i in range(50)))
    monkeypatch.chdir(code)
    return code


def test_a_misspelled_argument_names_the_nearest() -> None:
    with pytest.raises(TypeError, match=r"^Unknown argument 'max_job'\. Did you mean max_jobs\?$"):
        HyperparameterTuner(XGBoost(), max_job=20)


def test_a_misspelled_argument_of_fit_or_tune_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="Did you mean job_name"):
        HyperparameterTuner(XGBoost(), autotune=True).fit(jobname="x")
    with pytest.raises(TypeError, match="Did you mean max_jobs"):
        tune("train.py", maxjobs=3)


@pytest.mark.parametrize("argument", ["warm_start_config", "strategy_config"])
def test_what_is_not_available_yet_is_refused_instead_of_ignored(argument: str) -> None:
    with pytest.raises(UsageError, match=f"{argument} is not available yet"):
        HyperparameterTuner(XGBoost(), **{argument: object()})


def test_arguments_are_checked_when_the_tuner_is_made() -> None:
    with pytest.raises(UnknownName, match="'Bayesian'"):
        HyperparameterTuner(XGBoost(), strategy="Bayes")


def test_arguments_stand_in_the_order_of_sagemakers_sdk() -> None:
    ranges = {"eta": ContinuousParameter(0.1, 0.5)}
    tuner = HyperparameterTuner(XGBoost(), "validation:auc", ranges, None, "Random", "Maximize", 7, 2)
    assert tuner.objective_metric_name == "validation:auc"
    assert (tuner.strategy, tuner.objective_type, tuner.max_jobs, tuner.max_parallel_jobs) == (
        "Random",
        "Maximize",
        7,
        2,
    )
    assert tuner.hyperparameter_ranges["eta"] == tuner.hyperparameter_ranges()["eta"] == ranges["eta"]


def test_before_fit_the_fields_show_what_was_passed_and_nothing_else() -> None:
    tuner = HyperparameterTuner(XGBoost(hyperparameters={"eta": 0.3}), autotune=True)
    assert tuner.max_jobs is tuner.strategy is tuner.early_stopping_type is tuner.objective_metric_name is None
    assert tuner.static_hyperparameters == {"eta": 0.3}
    assert "not fitted yet" in repr(tuner)


@pytest.mark.parametrize("ask", ["describe", "best_training_job", "stop", "wait", "summary", "jobs", "analytics"])
def test_before_fit_there_is_nothing_to_ask_about(ask: str) -> None:
    with pytest.raises(UsageError, match="no tuning job yet"):
        getattr(HyperparameterTuner(XGBoost(), autotune=True), ask)()


def test_the_plan_of_a_script_is_shown_before_fit() -> None:
    plan = HyperparameterTuner(PyTorch("train.py", hyperparameters={"lr": 0.1}), autotune=True).plan
    lr = next(planned for planned in plan["hyperparameters"] if planned["name"] == "lr")
    assert (lr["role"], lr["by"], lr["value"]) == ("tuned", "autotune", 0.1)


def test_a_built_in_algorithm_without_data_is_refused_before_anything_exists() -> None:
    with pytest.raises(UsageError, match="needs data"):
        HyperparameterTuner(XGBoost(), autotune=True).fit()
    assert tuning_service().names() == []


@pytest.mark.parametrize(("argument", "value"), [("max_jobs", 0), ("max_parallel_jobs", -1)])
def test_limits_below_one_are_refused_when_the_tuner_is_made(argument: str, value: int) -> None:
    with pytest.raises(UsageError) as caught:
        HyperparameterTuner(PyTorch("train.py"), autotune=True, **{argument: value})
    assert f"{argument}=" in caught.value.hint


def test_limits_of_tune_are_refused_in_its_own_words() -> None:
    with pytest.raises(UsageError) as caught:
        tune("train.py", max_parallel=0)
    assert caught.value.hint == "For example: max_parallel=20"
    assert tuning_service().names() == []


def test_a_tuner_with_nothing_to_tune_is_refused_in_the_words_of_the_sdk() -> None:
    with pytest.raises(UsageError, match="hyperparameter_ranges is empty") as caught:
        HyperparameterTuner(PyTorch("train.py"), "val_loss")
    assert "autotune=True" in caught.value.hint


def test_a_name_that_is_too_long_is_refused_and_a_long_base_is_cut() -> None:
    tuner = HyperparameterTuner(PyTorch("train.py"), autotune=True, base_tuning_job_name="a" * 80)
    assert len(tuner._new_name()) == 32
    with pytest.raises(UsageError) as caught:
        tuner.fit(job_name="b" * 33)
    assert caught.value.hint == f"Did you mean job_name={'b' * 32} ?"
    with pytest.raises(UsageError, match="cannot name a tuning job"):
        tune("train.py", name="c" * 33)
    assert tuning_service().names() == []


def test_no_message_of_the_sdk_names_an_option_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    ranges = {"epochs": ContinuousParameter(1, 4), "lr": ContinuousParameter(0.1, 0.2)}
    with pytest.raises(UsageError) as caught:
        HyperparameterTuner(XGBoost(hyperparameters={"max_depth": 5}), autotune=True).fit()
    assert caught.value.hint == "Give it, for example: fit({'train': 'train.csv'})"
    tuner = HyperparameterTuner(PyTorch("train.py"), "val_loss", ranges, max_jobs=1, autotune=True)
    tuner._create("noted", None)
    assert "--" not in capsys.readouterr().err + repr(tuner.explain())
    assert not any("--" in explanation.override for explanation in tuner.explain())


def test_the_plan_of_a_built_in_algorithm_waits_for_its_data() -> None:
    with pytest.raises(UsageError, match="needs data") as caught:
        HyperparameterTuner(XGBoost(), autotune=True).plan  # noqa: B018 - the property is what is asked
    assert "fit(" in caught.value.hint


def test_a_range_for_what_the_script_does_not_take_names_the_nearest() -> None:
    tuner = HyperparameterTuner(
        PyTorch("train.py"), "val_loss", {"lrr": ContinuousParameter(0.1, 0.2)}, max_jobs=2, autotune=True
    )
    with pytest.raises(UnknownName, match="Did you mean 'lr'"):
        tuner.fit()


def test_from_its_creation_on_a_tuning_job_fills_every_field(folder: Path) -> None:
    estimator = XGBoost(hyperparameters={"objective": "reg:squarederror", "num_round": "50", "max_depth": "5"})
    channels = channels_from({"train": str(folder / "train.csv")})
    tuning_service().create(request_from("filled", TunerArguments(autotune=True), estimator, channels))
    tuner = HyperparameterTuner.attach("filled")
    assert (tuner.objective_metric_name, tuner.objective_type) == ("validation:rmse", "Minimize")
    assert isinstance(tuner.hyperparameter_ranges["max_depth"], IntegerParameter)
    assert tuner.static_hyperparameters["objective"] == "reg:squarederror"
    assert tuner.max_jobs is not None
    assert tuner.max_parallel_jobs is not None
    assert tuner.max_runtime_in_seconds == 48 * 3600
    assert tuner.early_stopping_type == "Auto"
    assert isinstance(tuner.completion_criteria_config, TuningJobCompletionCriteriaConfig)
    document = tuner.describe()
    assert document["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"] == {
        "MetricName": "validation:rmse",
        "Type": "Minimize",
    }


def test_tune_refuses_a_script_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'train\.py'"):
        tune("trian.py")


def test_tune_refuses_a_built_in_algorithm_without_data() -> None:
    with pytest.raises(UsageError, match="needs data"):
        tune("xgboost")
