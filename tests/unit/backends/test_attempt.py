"""What the files of an attempt say, and what a backend does when it comes upon them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selftune.backends import local
from selftune.backends.attempt import ended_report
from selftune.backends.backend import Phase
from selftune.backends.local import LocalBackend
from selftune.model.errors import StorageFailure
from selftune.model.events import EndedHow
from selftune.model.spec import TrainingJobSpec
from selftune.training.contract import AttemptFolder
from selftune.training.supervisor.records import claim_json, status_json, take_lock


@pytest.fixture
def attempt(tmp_path: Path) -> AttemptFolder:
    folder = AttemptFolder(tmp_path / "t-001" / "attempt-1")
    folder.control.mkdir(parents=True)
    return folder


def spec(attempt: AttemptFolder) -> TrainingJobSpec:
    place = str(attempt.path.parent)
    return TrainingJobSpec(
        tuning_job="t", name="t-001", number=1, attempt=1, argv=("true",), folder=place, snapshot=None
    )


def status(how: str = "exited", *, exit_code: int = 0, ended_at: float = 105.0, dropped: int = 0) -> bytes:
    return status_json(how=how, exit_code=exit_code, started_at=100.0, ended_at=ended_at, seconds=5.0, dropped=dropped)


def test_an_attempt_that_was_claimed_is_never_started_again(attempt: AttemptFolder) -> None:
    attempt.running.write_bytes(claim_json(started_at=100.0))
    LocalBackend(gpus=()).start(spec(attempt))
    assert not attempt.order.exists()
    assert not attempt.work.exists()


def test_an_attempt_that_has_ended_is_never_started_again(attempt: AttemptFolder) -> None:
    attempt.status.write_bytes(status())
    LocalBackend(gpus=()).start(spec(attempt))
    assert not attempt.order.exists()


def test_a_status_that_appears_while_the_lock_is_taken_counts(
    attempt: AttemptFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt.running.write_bytes(claim_json(started_at=100.0))

    def end_then_lock(path: str) -> int | None:
        attempt.status.write_bytes(status(exit_code=3))
        return take_lock(path)

    monkeypatch.setattr(local, "take_lock", end_then_lock)
    handle = str(attempt.path)
    report = LocalBackend(gpus=()).poll([handle])[handle]
    assert (report.phase, report.how, report.exit_code) == (Phase.ENDED, EndedHow.EXITED, 3)
    assert json.loads(attempt.status.read_bytes())["how"] == "exited"


def test_a_clock_that_was_set_back_makes_no_negative_duration(attempt: AttemptFolder) -> None:
    attempt.status.write_bytes(status(ended_at=40.0))
    report = ended_report(attempt)
    assert report is not None
    assert (report.started_at, report.ended_at) == (100.0, 105.0)


def test_a_result_that_a_full_disk_swallowed_is_lost_and_says_so(attempt: AttemptFolder) -> None:
    attempt.status.write_bytes(status("lost", dropped=1_234))
    report = ended_report(attempt)
    assert report is not None
    assert report.how is EndedHow.LOST
    assert "disk was full, and 1,234 bytes" in str(report.failure_reason)


def test_stopping_an_attempt_whose_folder_is_gone_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match=str(tmp_path / "gone")):
        LocalBackend(gpus=()).stop(str(tmp_path / "gone"))


def test_a_loss_that_cannot_be_recorded_is_a_clear_error(attempt: AttemptFolder) -> None:
    attempt.running.write_bytes(claim_json(started_at=100.0))
    attempt.status.with_name("status.json.tmp").mkdir()  # where the record is written first
    with pytest.raises(StorageFailure, match=r"status\.json\.tmp"):
        LocalBackend(gpus=()).poll([str(attempt.path)])


def test_output_that_cannot_be_read_is_a_clear_error(attempt: AttemptFolder) -> None:
    attempt.output_log.mkdir()
    with pytest.raises(StorageFailure, match=r"output\.log"):
        LocalBackend(gpus=()).logs(str(attempt.path), 0)
