"""Training jobs in virtual time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selftune.backends.backend import Phase
from selftune.backends.simulated import SimulatedBackend, VirtualClock
from selftune.model.events import EndedHow
from selftune.model.spec import TrainingJobSpec


def spec(number: int = 1, *, max_runtime_seconds: float = 100.0) -> TrainingJobSpec:
    return TrainingJobSpec(
        tuning_job="t",
        name=f"t-{number:03d}",
        number=number,
        attempt=1,
        argv=(),
        folder="",
        snapshot=None,
        max_runtime_seconds=max_runtime_seconds,
    )


def curve(job: TrainingJobSpec) -> Iterator[tuple[float, str]]:
    for epoch in (1, 2, 3):
        yield epoch * 10.0 * job.number, f"loss={epoch}"


def test_lines_come_in_their_time() -> None:
    clock = VirtualClock(5.0)
    backend = SimulatedBackend(curve, clock)
    handle = backend.start(spec())
    assert backend.logs(handle, 0) == b""
    clock.advance_to(25.0)
    assert backend.logs(handle, 0) == b"loss=1\nloss=2\n"
    clock.advance_to(35.0)
    report = backend.poll([handle])[handle]
    assert (report.phase, report.started_at, report.ended_at, report.exit_code) == (Phase.ENDED, 5.0, 35.0, 0)


def test_the_next_change_is_the_earliest_of_all() -> None:
    clock = VirtualClock()
    backend = SimulatedBackend(curve, clock, slots=2)
    assert backend.next_change() is None
    handles = [backend.start(spec(2)), backend.start(spec(1))]
    times = []
    while (at := backend.next_change()) is not None:
        times.append(at)
        clock.advance_to(at)
        backend.poll(handles)
    assert times == [10.0, 20.0, 30.0, 40.0, 60.0]


def test_a_program_is_not_asked_for_more_than_its_time() -> None:
    asked = []

    def endless(_job: TrainingJobSpec) -> Iterator[tuple[float, str]]:
        while True:
            asked.append(len(asked) + 1.0)
            yield asked[-1], "tick"

    clock = VirtualClock()
    backend = SimulatedBackend(endless, clock)
    handle = backend.start(spec())
    clock.advance_to(3.0)
    backend.stop(handle)
    assert asked == [1.0, 2.0, 3.0, 4.0]
    assert backend.poll([handle])[handle].how is EndedHow.STOPPED


def test_the_time_limit_ends_it_at_the_limit() -> None:
    clock = VirtualClock()
    backend = SimulatedBackend(curve, clock)
    handle = backend.start(spec(max_runtime_seconds=15.0))
    clock.advance_to(1_000.0)
    report = backend.poll([handle])[handle]
    assert (report.how, report.ended_at) == (EndedHow.TIMED_OUT, 15.0)
    assert backend.logs(handle, 0) == b"loss=1\n"


def test_an_exception_fails_the_training_job_alone() -> None:
    def broken(_job: TrainingJobSpec) -> Iterable[tuple[float, str]]:
        raise ValueError("no such kernel")

    backend = SimulatedBackend(broken, VirtualClock())
    handle = backend.start(spec())
    report = backend.poll([handle])[handle]
    assert (report.exit_code, report.failure_reason) == (1, "Exit code 1.\nValueError: no such kernel")


def test_an_attempt_that_was_never_started_is_lost() -> None:
    backend = SimulatedBackend(curve, VirtualClock())
    assert backend.poll(["t-009/attempt-1"])["t-009/attempt-1"].how is EndedHow.LOST
    assert backend.logs("t-009/attempt-1", 0) == b""


def test_the_clock_never_goes_back() -> None:
    clock = VirtualClock(10.0)
    clock.advance_to(5.0)
    assert clock.now() == 10.0
