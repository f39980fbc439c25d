from __future__ import annotations

import sys
from pathlib import Path

import pytest

from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import AlgorithmRequest, ScriptRequest
from selftune.sdk.estimator_arguments import note_on
from selftune.sdk.estimators import Estimator, PyTorch, SKLearn, TensorFlow, XGBoost


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "code" / "train.py"
    path.parent.mkdir()
    path.write_text("print('hello')\n")
    return path


def test_a_script_runs_in_its_own_folder_with_this_interpreter(script: Path) -> None:
    program = PyTorch(entry_point=str(script), hyperparameters={"lr": 0.1}).program()
    assert program == ScriptRequest(
        entry_point="train.py",
        folder=str(script.parent),
        python=sys.executable,
        hyperparameters=(("lr", 0.1),),
        framework="pytorch",
    )


def test_a_script_is_found_in_its_source_folder(script: Path) -> None:
    program = SKLearn("code/train.py", source_dir=str(script.parent.parent)).program()
    assert isinstance(program, ScriptRequest)
    assert (program.entry_point, program.folder) == ("code/train.py", str(script.parent.parent))


def test_arguments_stand_in_sagemakers_order(script: Path) -> None:
    pytorch = PyTorch(str(script), "2.0", "py310", None, {"lr": 1})
    xgboost = XGBoost(str(script), "1.7-1", None, {"max_depth": 3})
    assert pytorch.hyperparameters() == {"lr": 1}
    assert xgboost.hyperparameters() == {"max_depth": 3}


def test_values_are_read_by_their_text() -> None:
    values = XGBoost(hyperparameters={"num_round": "50", "eta": "0.3", "verbose": True, "layers": [1, 2]})
    assert values.hyperparameters() == {"num_round": 50, "eta": 0.3, "verbose": True, "layers": "[1, 2]"}


def test_a_value_that_no_command_can_take_is_refused() -> None:
    with pytest.raises(UsageError, match="lr is a object"):
        XGBoost(hyperparameters={"lr": object()})


def test_xgboost_without_a_script_is_the_built_in_algorithm(script: Path) -> None:
    built_in = XGBoost(hyperparameters={"num_round": "50"}).program()
    assert built_in == AlgorithmRequest(name="xgboost", hyperparameters=(("num_round", 50),))
    assert isinstance(XGBoost(entry_point=str(script)).program(), ScriptRequest)


def test_an_image_may_name_a_built_in_algorithm() -> None:
    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    assert Estimator(image, "role", 1, "ml.m5.xlarge").algorithm == "xgboost"


def test_an_image_that_names_none_lists_what_there_is() -> None:
    with pytest.raises(UsageError, match="Built in: xgboost"):
        Estimator("my-own-image:1").program()


@pytest.mark.parametrize("kind", [PyTorch, SKLearn, TensorFlow, Estimator])
def test_an_estimator_without_a_script_is_refused(kind: type[Estimator]) -> None:
    with pytest.raises(UsageError, match="needs a training script"):
        kind().program()


def test_a_script_that_is_not_there_names_the_nearest(script: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"Did you mean 'train\.py'"):
        PyTorch(entry_point=str(script.parent / "trian.py")).program()


def test_code_in_a_bucket_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="source_dir is s3://bucket/code"):
        PyTorch("train.py", source_dir="s3://bucket/code").program()


def test_an_unknown_argument_names_the_nearest() -> None:
    with pytest.raises(TypeError, match=r"^Unknown argument 'hyperparamters'\. Did you mean hyperparameters\?$"):
        PyTorch(entry_point="train.py", hyperparamters={})


def test_what_means_nothing_here_is_accepted_and_noted() -> None:
    estimator = PyTorch(entry_point="train.py", instance_type="ml.p4d.24xlarge", role="arn", framework_version="2.0")
    note = note_on(estimator.unused, slots=2)
    assert note is not None
    assert "up to 2 training jobs at once" in note
    assert "instance_type ml.p4d.24xlarge" in note
    assert "role" in note


def test_nothing_to_note_is_no_note() -> None:
    assert note_on(PyTorch(entry_point="train.py").unused, slots=1) is None


@pytest.mark.parametrize(
    "argument",
    [{"instance_count": 2}, {"distribution": {"torch_distributed": {"enabled": True}}}, {"dependencies": ["lib"]}],
)
def test_what_would_change_the_training_is_refused(argument: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(argument))):
        PyTorch(entry_point="train.py", **argument)


def test_an_estimator_does_not_fit_by_itself() -> None:
    with pytest.raises(UsageError, match="Tune it"):
        XGBoost().fit({"train": "train.csv"})


def test_a_copy_with_a_result_leaves_the_original_as_it_was() -> None:
    estimator = XGBoost(hyperparameters={"eta": 0.3, "num_round": 10})
    best = estimator.with_result("job-003", {"eta": 0.1}, "/models/3")
    assert best.hyperparameters() == {"eta": 0.1, "num_round": 10}
    assert best.model_data == "/models/3"
    assert best.latest_training_job is not None
    assert best.latest_training_job.name == "job-003"
    assert estimator.hyperparameters()["eta"] == 0.3


def test_values_may_be_set_later() -> None:
    estimator = XGBoost()
    estimator.set_hyperparameters(max_depth="7")
    assert estimator.hyperparameters() == {"max_depth": 7}
