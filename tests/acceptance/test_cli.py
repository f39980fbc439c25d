"""The command line as a user meets it: real processes, a home of its own, small scripts in plain Python and shell."""

from __future__ import annotations

import functools
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.acceptance

SELFTUNE = (sys.executable, "-m", "selftune.cli.main")

SCRIPT = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.5, help="learning rate")
parser.add_argument("--momentum", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=3)
args = parser.parse_args()
weight, speed = 10.0, 0.0
for epoch in range(args.epochs):
    speed = args.momentum * speed - args.lr * 0.02 * weight
    weight += speed
    print(f"epoch {epoch} val_loss={weight * weight:.6f}")
"""

SLOW_SCRIPT = """\
import argparse, time

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.5)
args = parser.parse_args()
for step in range(160):
    print(f"val_loss={(args.lr - 0.1) ** 2 + 1 / (step + 1):.6f}", flush=True)
    time.sleep(0.05)
"""

Run = Callable[..., subprocess.CompletedProcess[str]]

FIVE_RANDOM_JOBS = ("--max-jobs", "5", "--strategy", "random", "--seed", "2")


def _environment(home: Path) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("SELFTUNE")}
    return {**plain, "SELFTUNE_HOME": str(home), "COLUMNS": "110"}


def _code(folder: Path) -> Path:
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    (folder / "slow.py").write_text(SLOW_SCRIPT)
    return folder


def _runner(code: Path, environment: dict[str, str]) -> Run:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SELFTUNE, *words], cwd=code, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return _environment(tmp_path / "home")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    return _code(tmp_path / "code")


@pytest.fixture
def selftune(code: Path, environment: dict[str, str]) -> Run:
    """Run one command line in the code's folder."""
    return _runner(code, environment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A tuning job named `first` that has ended, for tests that only read."""

    run: Run
    code: Path
    said: subprocess.CompletedProcess[str]
    """What `run` printed."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished")
    code = _code(folder / "code")
    run = _runner(code, _environment(folder / "home"))
    said = run("run", *FIVE_RANDOM_JOBS, "--name", "first", "--", sys.executable, "train.py", "--lr", "0.5")
    assert said.returncode == 0, said.stderr
    return Finished(run=run, code=code, said=said)


def _document(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def _last_value(text: str) -> float:
    return float(re.findall(r"val_loss=([-+0-9.e]+)", text)[-1])


def _run_script(code: Path) -> str:
    return subprocess.run([sys.executable, "train.py"], cwd=code, capture_output=True, text=True, check=True).stdout


def test_the_command_of_the_receipt_gives_the_reported_objective_again(finished: Finished) -> None:
    command = shlex.split(finished.said.stdout)
    assert command[:3] == [sys.executable, "train.py", "--lr"]
    again = subprocess.run(command, cwd=finished.code, capture_output=True, text=True, check=True)
    best = _document(finished.run("best", "first", "--json"))["best"]
    assert _last_value(again.stdout) == pytest.approx(best["objective"])
    assert best["objective"] < _last_value(_run_script(finished.code))


def test_the_plan_comes_before_the_first_training_job_and_the_receipt_last(finished: Finished) -> None:
    said = finished.said.stderr
    assert "train.py (read, not executed)" in said
    assert said.index("Search") < said.index("[1/5]") < said.index("[5/5]") < said.index("Done after")
    assert said.rstrip().endswith("Use it:")


def test_piped_output_has_no_ansi_and_one_line_a_training_job(finished: Finished) -> None:
    assert "\x1b" not in finished.said.stderr + finished.said.stdout
    assert len(re.findall(r"^\[\d/5\] job \d  ", finished.said.stderr, re.MULTILINE)) == 5


def test_every_reading_verb_has_one_json_object(finished: Finished) -> None:
    described = _document(finished.run("describe", "first", "--json"))
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert _document(finished.run("list", "--json"))["tuning_jobs"][0]["name"] == "first"
    assert _document(finished.run("explain", "first", "lr", "--json"))["decisions"][0]["source"]
    assert _document(finished.run("logs", "first", "1", "--json"))["output"] == _run_script(finished.code)
    outcome = _document(finished.run("watch", "first", "--json"))
    assert outcome["best"] == _document(finished.run("best", "first", "--json"))["best"]


def test_run_json_prints_the_outcome_and_nothing_else(selftune: Run) -> None:
    done = selftune("run", *FIVE_RANDOM_JOBS, "--json", "train.py", "--lr", "0.5")
    assert done.returncode == 0, done.stderr
    outcome = _document(done)
    assert outcome["status"] == "Completed"
    assert outcome["counters"]["completed"] + outcome["counters"]["stopped"] == 5
    assert outcome["baseline"]["hyperparameters"]["lr"] == 0.5
    assert outcome["bound"]["jobs"] == 5
    assert {h["name"] for h in outcome["plan"]["hyperparameters"] if h["role"] == "tuned"} >= {"lr"}
    assert done.stderr == ""


def test_a_finished_tuning_job_reads_well(finished: Finished) -> None:
    assert "first" in finished.run("list").stdout
    assert "your own values" in finished.run("describe", "first").stdout
    assert re.search(r"^lr: .*\n  chosen by", finished.run("explain", "first").stdout, re.MULTILINE)
    assert finished.run("logs", "first", "1").stdout == _run_script(finished.code)
    command = finished.run("best", "first", "--command").stdout
    assert finished.run("best", "first").stdout.endswith(command)


def test_an_unknown_hyperparameter_or_training_job_names_the_nearest(finished: Finished) -> None:
    explained = finished.run("explain", "first", "momentun")
    assert (explained.returncode, "'momentum'" in explained.stderr) == (2, True)
    assert finished.run("logs", "first", "9").returncode == 3


def test_a_new_tuning_job_takes_over_the_settings_and_the_best_values_of_another(finished: Finished) -> None:
    best = _document(finished.run("best", "first", "--json"))["best"]
    again = _document(finished.run("run", "--from", "first", "--name", "again", "--max-jobs", "2", "--json"))
    assert again["baseline"]["objective"] == pytest.approx(best["objective"])
    assert again["bound"]["jobs"] == 2


def test_a_name_that_is_taken_is_refused(finished: Finished) -> None:
    again = finished.run("run", "--max-jobs", "1", "--name", "First", "train.py")
    assert again.returncode == 2
    assert "exists" in again.stderr


@pytest.mark.parametrize("verb", ["describe", "explain", "best", "logs", "watch", "stop", "resume"])
def test_an_unknown_tuning_job_names_the_nearest(finished: Finished, verb: str) -> None:
    result = finished.run(verb, "firts")
    assert result.returncode == 3
    assert "'first'" in result.stderr


def test_the_patch_makes_the_best_values_the_scripts_defaults(selftune: Run, code: Path) -> None:
    selftune("run", *FIVE_RANDOM_JOBS, "--name", "first", "train.py")
    patch = selftune("best", "first", "--patch")
    subprocess.run(["git", "apply", "-"], input=patch.stdout, text=True, cwd=code, check=True)
    best = _document(selftune("best", "first", "--json"))["best"]
    assert _last_value(_run_script(code)) == pytest.approx(best["objective"])


def test_plan_runs_nothing_and_keeps_nothing(selftune: Run, code: Path, environment: dict[str, str]) -> None:
    (code / "train.py").write_text("open('ran', 'w')\n" + SCRIPT)
    shown = selftune("plan", "train.py", "--lr", "0.5")
    assert shown.returncode == 0, shown.stderr
    assert "lr" in shown.stdout
    assert "val_loss" in shown.stdout
    assert not (code / "ran").exists()
    assert not Path(environment["SELFTUNE_HOME"]).exists()


def test_a_plan_that_looks_into_the_store_leaves_no_file_there(finished: Finished) -> None:
    home = finished.code.parent / "home"
    before = {path.name for path in home.iterdir()}
    assert finished.run("plan", "train.py").returncode == 0
    assert {path.name for path in home.iterdir()} == before


def test_planning_imports_neither_scipy_nor_numpy(code: Path, environment: dict[str, str]) -> None:
    program = (
        "import sys; from selftune.cli.main import run; code = run(['plan', 'train.py']);"
        "print(code, sorted({'numpy', 'scipy', 'rich'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=code, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "0 []"


def test_the_edited_lines_of_a_plan_file_are_the_users(selftune: Run, code: Path) -> None:
    assert selftune("plan", "-o", "plan.toml", "train.py", "--lr", "0.5").returncode == 0
    file = code / "plan.toml"
    plan = tomllib.loads(file.read_text())
    text = file.read_text().replace(f'range = "{plan["hyperparameters"]["lr"]["range"]}"', 'range = "0.1..2.0:log"')
    file.write_text(re.sub(r"max_jobs = \d+", "max_jobs = 3", text))
    done = selftune("run", "--plan", "plan.toml", "--json")
    assert done.returncode == 0, done.stderr
    planned = _document(done)["plan"]
    lr = next(h for h in planned["hyperparameters"] if h["name"] == "lr")
    assert (lr["by"], lr["range"]["low"], lr["range"]["high"]) == ("user", 0.1, 2.0)
    assert (planned["max_jobs"]["value"], planned["max_jobs"]["by"]) == (3, "user")
    assert planned["strategy"]["by"] == "autotune"


def test_the_plan_file_may_be_named_behind_the_script(selftune: Run, code: Path) -> None:
    assert selftune("plan", "train.py", "--lr", "0.5", "-o", "plan.toml").returncode == 0
    assert tomllib.loads((code / "plan.toml").read_text())["program"]["command"][-2:] == ["--lr", "0.5"]
    refused = selftune("run", "train.py", "--max-jobs", "1")
    assert refused.returncode == 2
    assert "selftune run --max-jobs 1 train.py" in refused.stderr


def test_an_unedited_plan_file_gives_the_same_plan(selftune: Run) -> None:
    direct = _document(selftune("plan", "-o", "plan.toml", "--json", "train.py", "--lr", "0.5"))
    assert _document(selftune("plan", "--plan", "plan.toml", "--json")) == direct


def test_a_script_without_a_metric_ends_after_its_first_training_job(selftune: Run, code: Path) -> None:
    (code / "mute.py").write_text(SCRIPT.replace("val_loss={weight * weight:.6f}", "goes on"))
    done = selftune("run", "--name", "mute", "mute.py", "--lr", "0.5")
    assert done.returncode == 1
    assert "epoch 2 goes on" in done.stderr
    assert "--metric-regex" in done.stderr
    assert len(re.findall(r"^\[\d+/", done.stderr, re.MULTILINE)) == 1
    assert selftune("best", "mute").returncode == 1


def test_a_script_that_fails_at_once_shows_its_last_lines(selftune: Run, code: Path) -> None:
    (code / "broken.py").write_text("import argparse\nprint('val_loss=1')\nraise ValueError('no such table')\n")
    done = selftune("run", "broken.py", "--lr", "0.5")
    assert done.returncode == 1
    assert "ValueError: no such table" in done.stderr
    assert "Traceback" not in done.stderr.replace("Traceback (most recent call last)", "", 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "trian.py"), "'train.py'"),
        (("run", "--range", "learning=0.1..1.0", "train.py"), "lr"),
        (("run", "--keep", "momentun", "train.py"), "'momentum'"),
        (("run", "--max-jobs", "0", "train.py"), "--max-jobs"),
        (("run", "xgboost"), "needs data"),
        (("run", "xgbost", "--data", "train.py"), "'xgboost'"),
        (("run",), "What is to be tuned?"),
        (("run", "--plan", "no.toml"), "no plan file"),
        (("run", "--probe", "--", "true"), "there is none"),
        (("best", "x", "--command", "--patch"), "together"),
    ],
)
def test_a_users_mistake_is_one_clear_message(selftune: Run, words: Sequence[str], said: str) -> None:
    result = selftune(*words)
    assert result.returncode == 2, result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def _wait_for(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def _started(selftune: Run, name: str) -> bool:
    result = selftune("describe", name, "--json")
    return result.returncode == 0 and selftune("logs", name).stdout.count("val_loss") > 2


def test_ctrl_c_stops_cleanly_and_keeps_what_was_found(selftune: Run, code: Path, environment: dict[str, str]) -> None:
    command = [*SELFTUNE, "run", "--name", "slow", "--max-parallel", "1", "slow.py"]
    process = subprocess.Popen(
        command, cwd=code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    _wait_for(lambda: _started(selftune, "slow"), "the first training job reported")
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "Stopped after" in errors
    assert _status(selftune, "slow") == "Stopped"
    assert "slow.py" in output
    refused = selftune("resume", "slow")
    assert refused.returncode == 2
    assert "--from slow" in refused.stderr


def test_ctrl_c_twice_leaves_at_once_and_the_stop_is_finished_behind(
    selftune: Run, code: Path, environment: dict[str, str]
) -> None:
    (code / "deaf.py").write_text("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLOW_SCRIPT)
    command = [*SELFTUNE, "run", "--name", "deaf", "--max-runtime", "600s", "--max-parallel", "1", "deaf.py"]
    process = subprocess.Popen(command, cwd=code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _wait_for(lambda: _started(selftune, "deaf"), "the first training job reported")
    process.send_signal(signal.SIGINT)
    _wait_for(lambda: _status(selftune, "deaf") == "Stopping", "the stop was taken up")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "selftune describe deaf" in errors.decode()
    _wait_for(lambda: _status(selftune, "deaf") == "Stopped", "another process finished the stop")


def test_a_terminate_signal_stops_as_cleanly_as_ctrl_c(selftune: Run, code: Path, environment: dict[str, str]) -> None:
    process = _slow_run(code, environment)
    _wait_for(lambda: _started(selftune, "slow"), "the first training job reported")
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Stopped after" in errors
    assert _status(selftune, "slow") == "Stopped"
    assert "slow.py" in output


def test_when_the_terminal_is_closed_another_process_goes_on(
    selftune: Run, code: Path, environment: dict[str, str]
) -> None:
    process = _slow_run(code, environment, "--max-jobs", "2")
    _wait_for(lambda: _started(selftune, "slow"), "the first training job reported")
    process.send_signal(signal.SIGHUP)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 129, errors
    assert "selftune watch slow" in errors
    _wait_for(lambda: _status(selftune, "slow") == "Completed", "another process ran it to its end")


def test_a_live_screen_survives_the_terminal_that_it_was_on(
    selftune: Run, code: Path, environment: dict[str, str]
) -> None:
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(code)
        os.execve(
            sys.executable,
            [*SELFTUNE, "run", "--name", "slow", "--max-jobs", "2", "--max-parallel", "1", "slow.py"],
            {**environment, "TERM": "xterm"},
        )
    shown = b""
    while "░".encode() not in shown:
        shown += os.read(terminal, 65_536)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 129
    _wait_for(lambda: _status(selftune, "slow") == "Completed", "another process ran it to its end")


def test_a_reader_of_the_progress_that_has_gone_does_not_end_the_tuning(
    selftune: Run, code: Path, environment: dict[str, str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*SELFTUNE, "run", *FIVE_RANDOM_JOBS, "--name", "unread", "train.py"],
        cwd=code, env=environment, stdout=subprocess.PIPE, stderr=write, timeout=60, check=False,
    )  # fmt: skip
    os.close(write)
    assert done.returncode == 0
    assert b"train.py" in done.stdout
    assert _status(selftune, "unread") == "Completed"


def test_of_several_that_a_crash_left_one_is_resumed_here_and_ctrl_c_ends_the_command(
    selftune: Run, code: Path, environment: dict[str, str]
) -> None:
    for name in ("one", "two"):
        process = _slow_run(code, environment, "--max-jobs", "2", name=name)
        _wait_for(functools.partial(_started, selftune, name), "the first training job reported")
        process.kill()
        process.communicate()
    resumed = subprocess.Popen(
        [*SELFTUNE, "resume"], cwd=code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert resumed.stderr is not None
    there, here = (resumed.stderr.readline() for _ in range(2))
    assert re.match(r"(one|two) runs by itself\.", there)
    assert re.match(r"Resuming tuning job (one|two)\.", here)
    _wait_for(lambda: "Nobody runs it" not in selftune("list").stdout, "both are run")
    resumed.send_signal(signal.SIGINT)
    resumed.communicate(timeout=60)
    assert resumed.returncode == 130
    assert _status(selftune, here.split()[-1].rstrip(".")) == "Stopped"
    _wait_for(lambda: _status(selftune, there.split()[0]) == "Completed", "the other ran to its end by itself")


def _slow_run(code: Path, environment: dict[str, str], *options: str, name: str = "slow") -> subprocess.Popen[str]:
    command = [*SELFTUNE, "run", "--name", name, "--max-parallel", "1", *options, "slow.py"]
    return subprocess.Popen(
        command, cwd=code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _status(selftune: Run, name: str) -> str:
    return str(_document(selftune("describe", name, "--json"))["HyperParameterTuningJobStatus"])


def test_a_detached_tuning_job_is_watched_and_stopped_from_elsewhere(selftune: Run) -> None:
    detached = selftune("run", "--detach", "--name", "slow", "slow.py")
    assert detached.stdout == "slow\n"
    _wait_for(lambda: _started(selftune, "slow"), "the detached loop reported")
    assert selftune("stop", "slow", "1").returncode == 0
    assert selftune("stop", "slow").returncode == 0
    watched = selftune("watch", "slow")
    assert watched.returncode == 0, watched.stderr
    assert "Stopped after" in watched.stderr


def test_what_a_crash_left_is_resumed_to_its_end(selftune: Run, code: Path, environment: dict[str, str]) -> None:
    command = [*SELFTUNE, "run", "--name", "slow", "--max-jobs", "2", "--max-parallel", "2", "slow.py"]
    process = subprocess.Popen(command, cwd=code, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(lambda: _started(selftune, "slow"), "the first training job reported")
    process.kill()
    process.wait()
    resumed = selftune("resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "Done after" in resumed.stderr
    assert "nothing to resume" in selftune("resume").stderr


def test_a_terminal_gets_a_live_screen_and_the_command_last(code: Path, environment: dict[str, str]) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*SELFTUNE, "run", "--max-jobs", "2", "slow.py"],
        cwd=code, env={**environment, "TERM": "xterm"}, stdin=follower, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    screen = _read_all(leader)
    assert process.wait(timeout=60) == 0
    assert "\x1b[" in screen
    assert "░" in screen
    assert "0/2" in screen
    assert screen.split("Use it")[-1].strip().splitlines()[-1].count("slow.py") == 1


def _read_all(descriptor: int) -> str:
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(descriptor, 65_536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(descriptor)
    return b"".join(pieces).decode("utf-8", "replace")


def test_the_demo_finds_better_values_than_its_scripts_own(selftune: Run, code: Path) -> None:
    done = selftune("demo")
    assert done.returncode == 0, done.stderr
    assert (code / "selftune-demo").is_dir()
    assert "over your own values" in done.stderr
    assert done.stdout.strip()
