"""The tuner with real training jobs: a small script of pure Python."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import selftune
from selftune import CategoricalParameter, ContinuousParameter, Estimator, HyperparameterTuner, TrainingInput
from selftune.model.errors import NoSuchJob, TuningFailed, UsageError

pytestmark = pytest.mark.integration

SCRIPT = """
import argparse, os, pathlib, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--kind", default="a")
parser.add_argument("--pause", type=float, default=0)
args = parser.parse_args()
time.sleep(args.pause)
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.txt").write_text(str(args.lr))
print(f"val_loss={(args.lr - 0.05) ** 2 + (args.kind == 'a'):.6f}")
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SELFTUNE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "code" / "train.py"
    path.parent.mkdir()
    path.write_text(SCRIPT)
    return path


def a_tuner(script: Path, values: dict[str, object] | None = None, **arguments: object) -> HyperparameterTuner:
    estimator = Estimator(entry_point=str(script), hyperparameters=values or {})
    given = {"hyperparameter_ranges": {"lr": ContinuousParameter(0.01, 0.1)}, "strategy": "Random", "random_seed": 1}
    return HyperparameterTuner(estimator, "val_loss", **{"objective_type": "Minimize", **given, **arguments})


def test_explicit_ranges_run_exactly_as_many_training_jobs_as_asked_for(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tuner = a_tuner(script, max_jobs=3, max_parallel_jobs=2)
    tuner.fit()
    jobs = tuner.jobs()
    assert len(jobs) == 3
    assert not any(job["is_baseline"] for job in jobs)
    assert tuner.best_objective == min(job["objective"] for job in jobs)
    assert tuner.describe()["HyperParameterTuningJobStatus"] == "Completed"
    assert len(capsys.readouterr().err.splitlines()) == 6


def test_autotune_runs_todays_values_first_and_shows_the_gain(script: Path) -> None:
    tuner = a_tuner(script, {"lr": 0.02, "kind": "b"}, autotune=True, max_jobs=4, hyperparameter_ranges=None)
    tuner.fit()
    assert tuner.jobs()[0]["hyperparameters"]["lr"] == 0.02
    assert tuner.jobs()[0]["is_baseline"]
    assert tuner.gain is not None
    assert tuner.gain.value >= 0
    assert tuner.static_hyperparameters["kind"] == "b"


def test_the_best_estimator_holds_the_best_values_and_the_model(script: Path) -> None:
    tuner = a_tuner(script, {"kind": "b"}, max_jobs=2)
    tuner.fit()
    best = tuner.best_estimator()
    assert best.model_data is not None
    assert best.hyperparameters() == {"kind": "b", **tuner.best_hyperparameters()}
    assert (Path(best.model_data) / "model.txt").read_text() == str(best.hyperparameters()["lr"])
    assert best.latest_training_job is not None
    assert best.latest_training_job.name == tuner.best_training_job()


def test_a_tuner_may_attach_to_a_tuning_job_by_its_name(script: Path) -> None:
    tuner = a_tuner(script, max_jobs=2, hyperparameters_to_keep_static=["kind"])
    tuner.fit(job_name="by-name")
    attached = HyperparameterTuner.attach("by-name")
    assert attached.best_training_job() == tuner.best_training_job()
    assert attached.hyperparameter_ranges() == tuner.hyperparameter_ranges() != {}
    assert attached.max_jobs == 2
    assert "best val_loss" in repr(attached)
    assert "<svg" in attached._repr_html_()
    assert "lr" in repr(attached.explain("lr"))
    with pytest.raises(NoSuchJob, match="Did you mean 'by-name'"):
        HyperparameterTuner.attach("by-nam")


def test_every_field_is_filled_as_soon_as_fit_returns_and_a_stop_keeps_what_was_found(script: Path) -> None:
    tuner = a_tuner(script, {"pause": 0.2}, max_jobs=60, hyperparameters_to_keep_static=["pause"], autotune=True)
    tuner.fit(wait=False)
    assert tuner.latest_tuning_job.name.startswith("training-")
    assert tuner.max_jobs == 60
    assert tuner.max_parallel_jobs is not None
    assert tuner.early_stopping_type in ("Auto", "Off")
    tuner.stop_tuning_job()
    tuner.wait()
    assert tuner.describe()["HyperParameterTuningJobStatus"] == "Stopped"
    assert len(tuner.jobs()) < 60


def test_a_tuning_job_that_was_left_alone_completes(script: Path) -> None:
    tuner = a_tuner(script, max_jobs=2)
    tuner.fit(wait=False)
    tuner.wait()
    assert tuner.summary().status == "Completed"
    assert len(tuner.jobs()) == 2


def test_the_best_is_refused_in_words_while_there_is_none(script: Path) -> None:
    tuner = a_tuner(script, {"pause": 30}, max_jobs=2)
    with pytest.raises(UsageError, match="no tuning job yet"):
        tuner.best_training_job()
    tuner.fit(wait=False)
    try:
        with pytest.raises(UsageError, match="has finished yet"):
            tuner.best_training_job()
    finally:
        tuner.stop()
        tuner.wait()
    with pytest.raises(TuningFailed, match="gave the objective"):
        tuner.best_training_job()


def test_channels_reach_the_script(tmp_path: Path) -> None:
    (tmp_path / "sum.py").write_text(
        "import os, pathlib\n"
        "text = pathlib.Path(os.environ['SM_CHANNEL_TRAINING'], 'n.txt').read_text()\n"
        "import argparse; p = argparse.ArgumentParser(); p.add_argument('--x', type=int); a = p.parse_args()\n"
        "print(f'score={int(text) + a.x}')\n"
    )
    (tmp_path / "n.txt").write_text("40")
    tuner = HyperparameterTuner(
        Estimator(entry_point=str(tmp_path / "sum.py")),
        "score",
        {"x": CategoricalParameter([1, 2])},
        strategy="Grid",
        objective_type="Maximize",
    )
    tuner.fit(TrainingInput(str(tmp_path / "n.txt")))
    assert tuner.best_objective == 42
    assert tuner.best_hyperparameters() == {"x": 2}


def test_tune_finds_better_values_in_one_call(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(script.parent)
    result = selftune.tune([sys.executable, "train.py", "--lr", "0.02", "--kind", "b"], max_jobs=3, keep=["kind"])
    assert result.status == "Completed"
    assert result.gain is not None
    assert f"--lr {result.best['lr']}" in result.command
    again = subprocess.run(
        result.command, shell=True, capture_output=True, text=True, env={"SM_MODEL_DIR": "."}, check=True
    )
    assert again.stdout.strip() == f"val_loss={result.objective:.6f}"


def test_an_interrupt_stops_the_tuning_job_cleanly_and_goes_on_up(script: Path, home: Path) -> None:
    program = f"""
    from selftune import ContinuousParameter, Estimator, HyperparameterTuner
    tuner = HyperparameterTuner(Estimator(entry_point={str(script)!r}, hyperparameters={{"pause": 0.3}}), "val_loss",
        {{"lr": ContinuousParameter(0.01, 0.1)}}, max_jobs=50)
    try:
        tuner.fit(job_name="interrupted")
    except KeyboardInterrupt:
        print("interrupted", tuner.describe()["HyperParameterTuningJobStatus"])
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"SELFTUNE_HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    assert process.stderr is not None
    shown = next(line for line in process.stderr if "1/50 Completed" in line)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert output.strip() == "interrupted Stopped", shown + errors
    assert HyperparameterTuner.attach("interrupted").best_objective is not None
