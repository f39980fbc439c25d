"""What every backend must do: subclass `BackendContract`, say how to make a backend, and run pytest.

A behaviour is a program in words; the subclass says how it is run. Time passes by `let_time_pass`, which waits a moment
where time is real and moves the clock on where it is not.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from selftune.backends.backend import AttemptReport, Phase, TrainingBackend
from selftune.model.errors import SelftuneError
from selftune.model.events import EndedHow
from selftune.model.spec import TrainingJobSpec

_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A program: prints its lines, then ends with its exit code, or never ends."""

    lines: tuple[str, ...] = ()
    exit_code: int = 0
    is_endless: bool = False


class BackendContract(ABC):
    """The contract of `TrainingBackend`."""

    @abstractmethod
    def make_backend(self) -> TrainingBackend:
        """A fresh backend."""

    @abstractmethod
    def argv(self, behaviour: Behaviour) -> tuple[str, ...]:
        """A command that behaves so."""

    def let_time_pass(self, backend: TrainingBackend) -> None:
        """Give running training jobs a moment."""
        del backend
        time.sleep(0.005)

    @pytest.fixture
    def backend(self) -> TrainingBackend:
        return self.make_backend()

    def spec(
        self, folder: Path, behaviour: Behaviour, *, attempt: int = 1, max_runtime_seconds: float = 600.0
    ) -> TrainingJobSpec:
        """A training job in `folder` that behaves so."""
        return TrainingJobSpec(
            tuning_job="contract",
            name=f"contract-001-{folder.name[:8]}",
            number=1,
            attempt=attempt,
            argv=self.argv(behaviour),
            folder=str(folder),
            snapshot=None,
            hyperparameters=(("lr", "0.1"),),
            max_runtime_seconds=max_runtime_seconds,
            stop_grace_seconds=5.0,
        )

    def wait(
        self, backend: TrainingBackend, handle: str, until: Callable[[AttemptReport], bool] | None = None
    ) -> AttemptReport:
        """The report that first satisfies `until` (left out: the attempt has ended)."""
        is_enough = until or (lambda report: report.phase is Phase.ENDED)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_enough(report := backend.poll([handle])[handle]):
            assert time.monotonic() < deadline, f"still {report}"
            self.let_time_pass(backend)
        return report

    def test_there_is_room_for_a_training_job(self, backend: TrainingBackend) -> None:
        assert backend.capacity() >= 1

    def test_once_it_is_too_late_nothing_new_is_started_and_what_ran_is_found_again(
        self, backend: TrainingBackend, tmp_path: Path
    ) -> None:
        spec = self.spec(tmp_path, Behaviour(exit_code=7))
        with pytest.raises(SelftuneError, match="bound"):
            backend.start(replace(spec, is_too_late=True))
        handle = backend.start(spec)
        assert backend.start(replace(spec, is_too_late=True)) == handle
        assert self.wait(backend, handle).exit_code == 7

    @pytest.mark.parametrize("code", [0, 1, 7])
    def test_the_exit_code_is_reported(self, backend: TrainingBackend, tmp_path: Path, code: int) -> None:
        report = self.wait(backend, backend.start(self.spec(tmp_path, Behaviour(exit_code=code))))
        assert (report.how, report.exit_code) == (EndedHow.EXITED, code)

    def test_times_are_in_order(self, backend: TrainingBackend, tmp_path: Path) -> None:
        report = self.wait(backend, backend.start(self.spec(tmp_path, Behaviour())))
        assert report.started_at is not None
        assert report.ended_at is not None
        assert report.started_at <= report.ended_at

    def test_output_is_kept_in_order_and_read_from_any_byte(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handle = backend.start(self.spec(tmp_path, Behaviour(lines=("loss=2", "loss=1"))))
        report = self.wait(backend, handle)
        assert backend.logs(handle, 0) == b"loss=2\nloss=1\n"
        assert backend.logs(handle, 7) == b"loss=1\n"
        assert backend.logs(handle, 0, 4) == b"loss"
        assert backend.logs(handle, 14) == b""
        assert report.log_size == 14

    def test_output_can_be_read_while_it_runs(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handle = backend.start(self.spec(tmp_path, Behaviour(lines=("loss=2",), is_endless=True)))
        report = self.wait(backend, handle, lambda report: report.log_size >= 7)
        assert report.phase is Phase.RUNNING
        assert backend.logs(handle, 0) == b"loss=2\n"
        backend.stop(handle)
        self.wait(backend, handle)

    def test_starting_an_attempt_twice_runs_it_once(self, backend: TrainingBackend, tmp_path: Path) -> None:
        spec = self.spec(tmp_path, Behaviour(lines=("once",)))
        handle = backend.start(spec)
        assert backend.start(spec) == handle
        self.wait(backend, handle)
        assert backend.start(spec) == handle
        self.wait(backend, handle)
        assert backend.logs(handle, 0) == b"once\n"

    def test_another_attempt_is_another_run(self, backend: TrainingBackend, tmp_path: Path) -> None:
        first = backend.start(self.spec(tmp_path, Behaviour(exit_code=3)))
        second = backend.start(self.spec(tmp_path, Behaviour(), attempt=2))
        assert first != second
        assert self.wait(backend, first).exit_code == 3
        assert self.wait(backend, second).exit_code == 0

    def test_stop_ends_a_training_job(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handle = backend.start(self.spec(tmp_path, Behaviour(is_endless=True)))
        self.wait(backend, handle, lambda report: report.phase is Phase.RUNNING)
        backend.stop(handle)
        backend.stop(handle)
        assert self.wait(backend, handle).how is EndedHow.STOPPED

    def test_an_ended_attempt_stays_as_it_is(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handle = backend.start(self.spec(tmp_path, Behaviour(exit_code=7)))
        report = self.wait(backend, handle)
        backend.stop(handle)
        self.let_time_pass(backend)
        assert backend.poll([handle])[handle] == report

    def test_a_training_job_that_runs_for_too_long_is_stopped(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handle = backend.start(self.spec(tmp_path, Behaviour(is_endless=True), max_runtime_seconds=0.2))
        report = self.wait(backend, handle)
        assert report.how is EndedHow.TIMED_OUT
        assert report.failure_reason is not None
        assert "maximum run time" in report.failure_reason

    def test_a_failure_says_what_was_printed_last(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handle = backend.start(self.spec(tmp_path, Behaviour(lines=("no such column",), exit_code=2)))
        report = self.wait(backend, handle)
        assert report.failure_reason is not None
        assert "no such column" in report.failure_reason
        assert "Exit code 2" in report.failure_reason

    def test_many_attempts_are_polled_at_once(self, backend: TrainingBackend, tmp_path: Path) -> None:
        handles = [
            backend.start(self.spec(tmp_path, Behaviour(exit_code=attempt), attempt=attempt)) for attempt in (1, 2, 3)
        ]
        for handle in handles:
            self.wait(backend, handle)
        reports = backend.poll(handles)
        assert [reports[handle].exit_code for handle in handles] == [1, 2, 3]

    def test_polling_nothing_gives_nothing(self, backend: TrainingBackend) -> None:
        assert dict(backend.poll([])) == {}
