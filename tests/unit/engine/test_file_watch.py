"""Files of results are looked at while a training job runs, and nobody waits for it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from selftune.engine.result_files import FIRST_LOOK_SECONDS, FileWatch
from selftune.training.metrics.result_files import FoundFiles

LIMIT_SECONDS = 20.0


def write(folder: Path, text: str, at: float) -> None:
    (folder / "metrics.csv").write_text(text)
    os.utime(folder / "metrics.csv", (at, at))


def news_of(watch: FileWatch, now: float) -> FoundFiles:
    """What the next look finds, however long it takes."""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        found = watch.news(now)
        if found is not None:
            return found
    raise AssertionError("no look ended")


def test_a_look_finds_what_is_there_without_a_last_row_that_is_not_whole(tmp_path: Path) -> None:
    since = 1_000.0
    watch = FileWatch([tmp_path], since)
    write(tmp_path, "epoch,val_loss\n1,0.9\n2,0.8\n3,0.", at=since)
    assert watch.news(since + FIRST_LOOK_SECONDS / 2) is None, "it is too early"
    (reading,) = news_of(watch, since + FIRST_LOOK_SECONDS).readings
    assert [point.value for point in reading.points] == [0.9, 0.8]
    assert watch.news(since + FIRST_LOOK_SECONDS) is None, "the next look is not due"
    write(tmp_path, "epoch,val_loss\n1,0.9\n2,0.8\n3,0.75\n", at=since + 5)
    (reading,) = news_of(watch, since + 1_000).readings
    assert [point.value for point in reading.points] == [0.9, 0.8, 0.75]


def test_where_there_is_no_folder_nothing_is_looked_at_ever(tmp_path: Path) -> None:
    watch = FileWatch([tmp_path / "elsewhere"], 0.0)
    assert watch.news(1e9) is None
    (tmp_path / "elsewhere").mkdir()
    assert [watch.news(1e9 + n) for n in range(3)] == [None] * 3
