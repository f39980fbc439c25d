"""The training contract, as a program sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selftune.training import contract
from selftune.training.contract import AttemptFolder, environment, lay_out


@pytest.fixture
def attempt(tmp_path: Path) -> AttemptFolder:
    return AttemptFolder(tmp_path / "attempt-1")


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "train.csv").write_text("1")
    (tmp_path / "images").mkdir()
    return {"train": str(tmp_path / "train.csv"), "images": str(tmp_path / "images")}


def variables(attempt: AttemptFolder, **more: object) -> dict[str, str]:
    fields: dict[str, object] = {"argv": ["python", "src/train.py", "--lr", "0.1"], "hyperparameters": {"lr": "0.1"}}
    return environment(attempt, training_job="t-001-0123abcd", channels=["train"], cpu_count=2, **{**fields, **more})  # type: ignore[arg-type]


def test_a_file_channel_is_a_folder_with_a_link_of_the_files_name(attempt: AttemptFolder, data: dict[str, str]) -> None:
    lay_out(attempt, hyperparameters={}, channels=data)
    assert (attempt.data / "train" / "train.csv").read_text() == "1"
    assert (attempt.data / "images").is_symlink()


def test_laying_out_again_changes_nothing(attempt: AttemptFolder, data: dict[str, str]) -> None:
    for _ in range(2):
        lay_out(attempt, hyperparameters={"lr": "0.1"}, channels=data)
    assert json.loads((attempt.config / "hyperparameters.json").read_text()) == {"lr": "0.1"}
    assert sorted(json.loads((attempt.config / "inputdataconfig.json").read_text())) == ["images", "train"]
    assert json.loads((attempt.config / "resourceconfig.json").read_text())["current_host"] == "algo-1"
    assert (attempt.ml / "code").readlink() == Path("../work")


def test_hyperparameters_are_texts_and_typed_in_sm_hps(attempt: AttemptFolder) -> None:
    found = variables(attempt, hyperparameters={"batch-size": "32", "kind": "gbtree", "on": "true"})
    assert found["SM_HP_BATCH-SIZE"] == found["SM_HP_BATCH_SIZE"] == "32"
    assert json.loads(found["SM_HPS"]) == {"batch-size": 32, "kind": "gbtree", "on": True}


def test_folders_and_names_are_in_the_environment(attempt: AttemptFolder) -> None:
    found = variables(attempt)
    assert found["SM_CHANNEL_TRAIN"] == str(attempt.data / "train")
    assert found["SM_MODEL_DIR"] == str(attempt.model)
    assert found["SM_OUTPUT_DATA_DIR"] == str(attempt.output_data)
    assert found["SM_MODULE_NAME"] == "train"
    assert json.loads(found["SM_USER_ARGS"]) == ["src/train.py", "--lr", "0.1"]
    assert (found["SM_NUM_CPUS"], found["SM_NUM_GPUS"]) == ("2", "0")
    assert found["TRAINING_JOB_ARN"].endswith(":training-job/t-001-0123abcd")
    described = json.loads(found["SM_TRAINING_ENV"])
    assert described["channel_input_dirs"] == {"train": str(attempt.data / "train")}


def test_a_program_reads_what_was_laid_out(
    attempt: AttemptFolder, data: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(attempt, hyperparameters={"max_depth": "5"}, channels=data)
    for name, text in variables(attempt).items():
        monkeypatch.setenv(name, text)
    assert contract.read_hyperparameters() == {"max_depth": "5"}
    assert contract.channel_folder("train") == attempt.data / "train"
    assert contract.channel_folder("images") == attempt.data / "images"
    assert contract.channel_folder("validation") is None
    assert contract.model_folder() == attempt.model
    contract.failure_file().write_text("no rows")
    assert attempt.failure.read_text() == "no rows"


def test_a_program_outside_a_training_job_has_no_hyperparameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SM_INPUT_CONFIG_DIR", str(tmp_path))
    assert contract.read_hyperparameters() == {}
