"""Metrics in the files that a training job has written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from selftune.training.metrics.result_files import read_result_files

OUTPUTS = Path(__file__).parent / "outputs"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def points_in(folder: Path, since: float = 0.0) -> list[tuple[str, float, float | None]]:
    found = read_result_files([folder], since)
    return [(point.name, point.value, point.step) for reading in found.readings for point in reading.points]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("metrics.json", '{"val": {"loss": 0.5}, "epoch": 3, "lr": 0.1}', [("val/loss", 0.5, 3)]),
        ("out/eval_results.json", '{"eval_accuracy": 0.9}', [("eval_accuracy", 0.9, None)]),
        ("history.json", '{"loss": [0.5, 0.4], "lr": [1, 1]}', [("loss", 0.5, 0), ("loss", 0.4, 1)]),
        ("results.json", '[{"acc": 0.5}, {"acc": 0.6}]', [("acc", 0.5, None), ("acc", 0.6, None)]),
        ("metrics.jsonl", '{"step": 1, "acc": 0.5}\n{"step": 2, "acc": 0.6}\n', [("acc", 0.5, 1), ("acc", 0.6, 2)]),
        ("trainer_state.json", '{"log_history": [{"loss": 2.0, "step": 5}]}', [("loss", 2.0, 5)]),
        ("log.csv", "epoch,loss,val_loss\n0,0.5,0.6\n", [("loss", 0.5, 0), ("val_loss", 0.6, 0)]),
        ("metrics.csv", "epoch,test,train\n0,,1.5\n1,2.5,\n", [("train", 1.5, 0), ("test", 2.5, 1)]),
        ("results.tsv", "round\tauc\n7\t0.5\n", [("auc", 0.5, 7)]),
    ],
)  # fmt: skip
def test_files_of_results_are_read(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, float, float | None]]
) -> None:
    written(tmp_path, name, text)
    assert points_in(tmp_path) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.json", '{"loss": 0.5}'),
        ("prices.csv", "loss\n0.5\n"),
        ("metrics.json", "not json"),
        ("metrics.json", '{"loss": "good"}'),
        ("metrics.csv", "0.5,0.6\n0.7,0.8\n"),
        ("metrics.csv", ""),
        (".cache/metrics.json", '{"loss": 0.5}'),
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, name, text)
    assert points_in(tmp_path) == []


def test_a_file_that_was_there_before_the_training_job_is_not_its_result(tmp_path: Path) -> None:
    path = written(tmp_path, "metrics.json", '{"loss": 0.5}')
    os.utime(path, (1000.0, 1000.0))
    assert points_in(tmp_path, since=1001.0) == []
    assert points_in(tmp_path, since=1000.0) == [("loss", 0.5, None)]


def test_what_a_link_leads_to_was_not_written_by_the_training_job(tmp_path: Path) -> None:
    other = written(tmp_path / "other", "metrics.json", '{"loss": 0.5}')
    work = tmp_path / "work"
    work.mkdir()
    (work / "metrics.json").symlink_to(other)
    (work / "data").symlink_to(other.parent)
    assert points_in(work) == []


def test_the_file_written_last_comes_last(tmp_path: Path) -> None:
    for second, name in enumerate(["results.json", "metrics.json"]):
        os.utime(written(tmp_path, name, f'{{"loss": {second}}}'), (second + 10.0, second + 10.0))
    assert [value for _, value, _ in points_in(tmp_path)] == [0.0, 1.0]


def test_the_loggers_of_lightning_and_transformers_are_read(tmp_path: Path) -> None:
    shutil.copy(OUTPUTS / "lightning-2.6.6-metrics.csv", tmp_path / "metrics.csv")
    shutil.copy(OUTPUTS / "transformers-5.24.0-all_results.json", tmp_path / "all_results.json")
    names = {name for name, _, _ in points_in(tmp_path)}
    assert names == {"train_loss", "val_loss", "test_loss", "eval_loss", "eval_accuracy"}


def test_a_broken_event_file_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1").write_bytes(b"\x05\0\0\0\0\0\0\0abcd" + b"\xff" * 9)
    assert points_in(tmp_path) == []
