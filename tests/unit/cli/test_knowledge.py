"""`selftune knowledge`: what is known, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selftune.cli.main import run


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFTUNE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SELFTUNE_KNOWLEDGE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_a_name_all_frameworks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge"]) == 0
    shown = capsys.readouterr().out
    assert "hyperparameters of" in shown
    assert "LightGBM" in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_a_framework_is_a_table_with_what_must_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "lightgbm"]) == 0
    shown = capsys.readouterr().out
    assert "num_leaves" in shown
    assert "2..256" in shown
    assert "num_leaves <= 2 ** max_depth" in shown


def test_a_hyperparameter_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "lightgbm.min_child_samples"]) == 0
    shown = capsys.readouterr().out
    for part in (
        "lightgbm.min_data_in_leaf",
        "usual range",
        "accepted",
        "default",
        "also called",
        "source",
        "rows / 2",
    ):
        assert part in shown


def test_json_is_one_object_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "eta", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {"name", "entries", "constraints", "never_tuned"} == set(document)
    assert "xgboost.learning_rate" in {entry["key"] for entry in document["entries"]}
    assert run(["knowledge", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entries"] >= 250


def test_an_unknown_name_gets_the_nearest_and_exit_code_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "lerning_rate"]) == 2
    assert "'learning_rate'" in capsys.readouterr().err


def test_a_users_file_is_shown_and_its_mistake_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "selftune-knowledge.toml"
    own.write_text('[[entry]]\nframework = "xgboost"\nname = "eta"\nhigh = 0.2\n')
    assert run(["knowledge", "xgboost.eta"]) == 0
    shown = capsys.readouterr().out
    assert "0.005..0.2" in shown
    assert "your selftune-knowledge.toml" in shown
    own.write_text('[[entry]]\nframework = "xgboost"\nname = "eta"\nhihg = 0.2\n')
    assert run(["knowledge", "eta"]) == 2
    said = capsys.readouterr().err
    assert "line 4" in said
    assert "'high'" in said
    assert "Traceback" not in said


def test_a_plan_rests_on_the_users_file_beside_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.py").write_text(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--wobble', type=float, default=0.5)\n"
        "a = p.parse_args()\nprint(f'val_loss={a.wobble}')\n"
    )
    (tmp_path / "selftune-knowledge.toml").write_text(
        '[[entry]]\nframework = "any"\nname = "wobble"\nmeaning = "how much it wobbles"\ntype = "float"\n'
        'low = 0.01\nhigh = 3\nscale = "log"\npriority = 3\n'
    )
    assert run(["plan", "--json", "--", "python", "train.py", "--wobble", "0.5"]) == 0
    (planned,) = json.loads(capsys.readouterr().out)["hyperparameters"]
    assert (planned["range"]["low"], planned["range"]["high"]) == (0.01, 3)
    assert planned["source"] == "knowledge: any.wobble (your selftune-knowledge.toml)"


def test_the_plan_shows_what_is_always_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.py").write_text(
        "import argparse\nimport lightgbm\np = argparse.ArgumentParser()\n"
        "p.add_argument('--num-leaves', type=int, default=31)\np.add_argument('--max_depth', type=int, default=6)\n"
        "a = p.parse_args()\nlightgbm.LGBMClassifier(num_leaves=a.num_leaves, max_depth=a.max_depth)\n"
        "print(f'val_auc={1}')\n"
    )
    words = ["--", "python", "train.py", "--num-leaves", "31", "--max_depth", "6"]
    assert run(["plan", "--json", *words]) == 0
    (constraint,) = json.loads(capsys.readouterr().out)["constraints"]
    assert set(constraint) == {"text", "reason", "source"}
    assert constraint["text"] == "{num-leaves} <= 2 ** max_depth"
    assert run(["plan", *words]) == 0
    shown = capsys.readouterr()
    assert "num-leaves <= 2 ** max_depth" in shown.out + shown.err
