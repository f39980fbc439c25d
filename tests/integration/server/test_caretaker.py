"""A loop that died is taken up while the server runs; one that cannot live is ended, on the record."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from selftune.engine.compose import tuning_service
from selftune.model.jobs import TuningJobStatus
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings
from selftune.server.caretaker import MOST_TRIES, PATIENCE_SECONDS, Caretaker


def test_a_loop_that_dies_again_and_again_is_started_a_few_times_and_then_the_tuning_job_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = tuning_service(tmp_path / "home")
    (tmp_path / "train.py").write_text("print('loss=1')")
    program = CommandRequest(argv=("python", "train.py", "--lr", "0.1"), folder=str(tmp_path))
    service.create(TuningJobRequest(name="dies", program=program, settings=UserSettings(objective_name="loss")))
    monkeypatch.setattr(sys, "executable", "/bin/false")  # in place of a loop
    log = tmp_path / "home" / "jobs" / "dies" / "loop.log"
    caretaker, now = Caretaker(service), 0.0
    caretaker.look(now)
    caretaker.look(now + PATIENCE_SECONDS - 1)
    assert not log.exists()  # created a moment ago
    for tried in range(MOST_TRIES + 1):
        assert not service.record("dies").state.status.is_terminal
        now += PATIENCE_SECONDS * 2**tried
        caretaker.look(now)
        assert log.exists()
    state = service.record("dies").state
    assert state.status is TuningJobStatus.FAILED
    assert f"Its loop ended {MOST_TRIES} times" in state.status_reason
    caretaker.look(now + 1e6)
