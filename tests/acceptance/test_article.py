"""The article's code, run as a newcomer runs it; then what it left in the home, block by block."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from selftune import HyperparameterTuner
from selftune.engine.compose import HOME_VARIABLE, tuning_service
from selftune.model.jobs import TuningJobRecord
from selftune.model.ranges import ContinuousRange
from selftune.sdk.parameters import IntegerParameter

pytestmark = pytest.mark.acceptance

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which the article has run."""
    home = tmp_path_factory.mktemp("article") / "home"
    before = sorted(EXAMPLES.iterdir())
    ended = subprocess.run(
        [sys.executable, str(EXAMPLES / "article.py")],
        env={**os.environ, HOME_VARIABLE: str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "objective validation:rmse, Minimize" in ended.stdout
    assert ended.stdout.rstrip().endswith("Stopped")
    assert sorted(EXAMPLES.iterdir()) == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        yield home


def block(home: Path, number: int) -> TuningJobRecord:
    """The tuning job of a block of the article: 1 to 4."""
    return tuning_service(home).records()[-number]


def roles(record: TuningJobRecord) -> dict[str, str]:
    return {planned.name: planned.role.value for planned in record.job.plan.hyperparameters}


def test_ranges_by_hand_run_exactly_ten_training_jobs_without_a_hidden_baseline(home: Path) -> None:
    record = block(home, 1)
    jobs = record.state.training_jobs
    assert len(jobs) == 10
    assert not any(job.is_baseline for job in jobs)
    assert all(set(job.values) == {"lr", "batch-size"} for job in jobs)
    assert all(job.values["batch-size"] in (32, 64, 128, 256, 512) for job in jobs)
    assert all(0.001 <= float(job.values["lr"]) <= 0.1 for job in jobs)
    assert record.job.plan.strategy.value == "random"


def test_autotune_tunes_lr_and_batch_size_and_says_why_the_rest_stays(home: Path) -> None:
    record = block(home, 2)
    found = roles(record)
    assert (found["lr"], found["batch-size"]) == ("tuned", "tuned")
    assert found["epochs"] != "tuned"
    assert found["backend"] == "static"
    listed = [record.job.plan.hyperparameter(name) for name in ("lr", "batch-size", "epochs", "backend")]
    assert len({planned.reason for planned in listed if planned is not None}) == 4
    first = record.state.training_jobs[0]
    assert first.is_baseline
    assert (first.values["lr"], first.values["batch-size"]) == (0.01, 32)


def test_a_range_by_hand_wins_and_the_others_are_inferred_beside_it(home: Path) -> None:
    record = block(home, 3)
    lr, beta1 = (record.job.plan.hyperparameter(name) for name in ("lr", "beta1"))
    assert lr is not None
    assert isinstance(lr.range, ContinuousRange)
    assert (lr.range.low, lr.range.high, lr.by, lr.range.may_expand) == (0.001, 0.01, "user", False)
    assert beta1 is not None
    assert (beta1.role, beta1.by, beta1.value) == ("tuned", "autotune", 0.8)
    assert all(0.001 <= float(job.values["lr"]) <= 0.01 for job in record.state.training_jobs)


def test_the_built_in_algorithm_shows_its_objective_and_what_is_tuned(home: Path) -> None:
    tuner = HyperparameterTuner.attach(block(home, 4).job.name)
    config = tuner.describe()["HyperParameterTuningJobConfig"]
    assert config["HyperParameterTuningJobObjective"] == {"MetricName": "validation:rmse", "Type": "Minimize"}
    assert {"num_round", "max_depth"} <= set(tuner.hyperparameter_ranges)
    assert isinstance(tuner.hyperparameter_ranges["max_depth"], IntegerParameter)
    assert {"objective", "verbosity"} <= set(tuner.static_hyperparameters)
    assert tuner.describe()["HyperParameterTuningJobStatus"] == "Stopped"


def test_every_training_job_of_the_finished_blocks_gave_the_objective(home: Path) -> None:
    for number in (1, 2, 3):
        summary = tuning_service(home).summary(block(home, number).job.name)
        assert summary.status == "Completed"
        assert summary.counters.failed == 0
        assert summary.best is not None
