"""Labelled scripts that resemble what people have: the plan does what an expert would do."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

RECOGNITION = Path(__file__).resolve().parents[2] / "benchmarks" / "autotune" / "recognition"


@pytest.fixture(scope="module")
def halves():
    """Half -> its cases, median seconds and counts by measure."""
    done = subprocess.run(
        [sys.executable, "score.py", "--json"], cwd=RECOGNITION, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture
def judging(monkeypatch):
    monkeypatch.syspath_prepend(RECOGNITION)
    return importlib.import_module("judging")


@pytest.fixture
def labels(monkeypatch):
    monkeypatch.syspath_prepend(RECOGNITION)
    return importlib.import_module("labels")


def share(halves, measure):
    right, total = (sum(half["counts"][measure][i] for half in halves.values()) for i in (0, 1))
    return right / total


def test_every_labelled_script_gets_a_plan(halves):
    assert sum(half["cases"] for half in halves.values()) >= 60
    assert share(halves, "planned without failure") == 1.0


@pytest.mark.parametrize(
    ("measure", "target"),
    [
        ("precision on static", 0.97),
        ("recall on tune", 0.9),
        ("scales right", 0.95),
        ("ranges strictly good", 0.85),
        ("objective and direction right", 0.9),
    ],
)
def test_plans_reach_what_an_expert_asks_for(halves, measure, target):
    assert share(halves, measure) >= target


def test_a_range_beside_the_window_is_not_good(judging, labels):
    label = labels.Label(name="lr", kind="tune", why="", value=0.01, low=1e-3, high=0.1, scales=("log",), minimum=0)
    planned = {
        "inside": judging.Planned(name="lr", role="tuned", low=1e-3, high=0.1, scale="log"),
        "too wide": judging.Planned(name="lr", role="tuned", low=1e-8, high=10.0, scale="log"),
        "without today's value": judging.Planned(name="lr", role="tuned", low=0.02, high=0.1, scale="log"),
        "linear": judging.Planned(name="lr", role="tuned", low=1e-3, high=0.1, scale="linear"),
    }
    verdicts = {name: judging.judged_range(label, p) for name, p in planned.items()}
    assert verdicts["inside"] == judging.RangeVerdict(True, True, True)
    assert verdicts["too wide"] == judging.RangeVerdict(True, True, False)
    assert verdicts["without today's value"] == judging.RangeVerdict(True, False, False)
    assert not verdicts["linear"].scale


def test_a_metric_is_known_by_its_words_in_any_spelling(judging):
    assert (
        judging.metric_words("Validation Loss") == judging.metric_words("val/loss") == judging.metric_words("loss_val")
    )
    assert judging.metric_words("train_loss") != judging.metric_words("val_loss")


def test_a_label_without_a_reason_is_refused(labels, tmp_path):
    case = tmp_path / "some-script"
    case.mkdir()
    text = 'command = ["t.py"]\nparser = "argparse"\nframework = "x"\n[static]\nseed = ""\n'
    (case / "labels.toml").write_text(text)
    with pytest.raises(ValueError, match="seed has no reason"):
        labels.load_cases(tmp_path)
