"""Training jobs in virtual time: for simulation, benchmarks and tests of everything above a backend.

Nothing runs but a function. It yields what a training job would print and when; time passes only when the clock is told
so, and the same program gives the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from selftune.backends.backend import AttemptReport, Phase, refuse_if_too_late
from selftune.model.events import EndedHow
from selftune.model.spec import TrainingJobSpec

Program: TypeAlias = Callable[[TrainingJobSpec], Iterable[tuple[float, str]]]
"""(seconds since the start, line of output) in order of time; an empty line prints nothing. The training job ends with
the last of them; with exit code N where it raises SystemExit(N), with 1 where it raises another exception."""


class VirtualClock:
    """A clock that stands still until it is moved on."""

    def __init__(self, now: float = 0.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def advance_to(self, at: float) -> None:
        """Move on to `at`; a time in the past changes nothing."""
        self._now = max(self._now, at)


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """A simulated training job and what it will print next."""

    started_at: float
    deadline: float
    steps: Iterator[tuple[float, str]]
    next_at: float = 0.0
    next_line: str = ""
    log: bytearray = field(default_factory=bytearray)
    ended_at: float | None = None
    how: EndedHow | None = None
    exit_code: int | None = None
    failure_reason: str | None = None

    def fetch(self) -> None:
        """Take the next step from the program; its end is the end of the attempt."""
        at = max(self.next_at, self.started_at)
        try:
            seconds, self.next_line = next(self.steps)
            self.next_at = max(self.started_at + seconds, at)
        except StopIteration:
            self.end(at, EndedHow.EXITED, exit_code=0)
        except SystemExit as stop:
            self._fail(at, stop.code if isinstance(stop.code, int) else int(stop.code is not None), "")
        except Exception as error:  # whatever a user's objective raises fails this training job alone
            self._fail(at, 1, f"{type(error).__name__}: {error}")

    def advance_to(self, now: float) -> None:
        """Print all that is due."""
        while self.how is None and min(self.next_at, self.deadline) <= now:
            if self.next_at > self.deadline:
                self.end(self.deadline, EndedHow.TIMED_OUT, reason="Stopped at its maximum run time.")
                return
            if self.next_line:
                self.log += self.next_line.encode() + b"\n"
            self.fetch()

    def end(self, at: float, how: EndedHow, *, exit_code: int | None = None, reason: str | None = None) -> None:
        self.ended_at, self.how, self.exit_code, self.failure_reason = at, how, exit_code, reason

    def report(self) -> AttemptReport:
        return AttemptReport(
            phase=Phase.RUNNING if self.how is None else Phase.ENDED,
            started_at=self.started_at,
            ended_at=self.ended_at,
            how=self.how,
            exit_code=self.exit_code,
            failure_reason=self.failure_reason,
            log_size=len(self.log),
        )

    def _fail(self, at: float, code: int, message: str) -> None:
        if code == 0:
            self.end(at, EndedHow.EXITED, exit_code=0)
            return
        said = message or self.log.decode().rstrip("\n").rpartition("\n")[2]
        reason = "\n".join(part for part in (f"Exit code {code}.", said) if part)
        self.end(at, EndedHow.EXITED, exit_code=code, reason=reason)


class SimulatedBackend:
    """Runs a function for each training job, in the time of a virtual clock.

    Args:
        program: what a training job prints, and when.
        clock: shared with whoever moves time on; `next_change` tells how far it may go without missing anything.
        slots: how many training jobs run at once.
    """

    def __init__(self, program: Program, clock: VirtualClock, *, slots: int = 1) -> None:
        self._program = program
        self._clock = clock
        self._slots = slots
        self._attempts: dict[str, _Attempt] = {}

    def capacity(self) -> int:
        return self._slots

    def start(self, spec: TrainingJobSpec) -> str:
        """Start an attempt, unless it was started before."""
        handle = f"{spec.name}/attempt-{spec.attempt}"
        if handle not in self._attempts:
            refuse_if_too_late(spec)
            now = self._clock.now()
            attempt = _Attempt(
                started_at=now, deadline=now + spec.max_runtime_seconds, steps=_steps(self._program, spec)
            )
            attempt.fetch()
            self._attempts[handle] = attempt
        return handle

    def poll(self, handles: Sequence[str]) -> Mapping[str, AttemptReport]:
        """What has become of these attempts by now; one that nobody started here is lost."""
        return {handle: self._look(handle) for handle in handles}

    def stop(self, handle: str) -> None:
        """End an attempt now."""
        attempt = self._attempts.get(handle)
        if attempt is not None:
            attempt.advance_to(self._clock.now())
            if attempt.how is None:
                attempt.end(self._clock.now(), EndedHow.STOPPED, exit_code=-15)

    def logs(self, handle: str, offset: int, limit: int = 1 << 20) -> bytes:
        """What has been printed by now, from byte `offset`."""
        attempt = self._attempts.get(handle)
        if attempt is None:
            return b""
        attempt.advance_to(self._clock.now())
        return bytes(attempt.log[offset : offset + limit])

    def next_change(self) -> float | None:
        """The time at which the next line is printed or the next attempt ends; None where nothing runs."""
        living = (attempt for attempt in self._attempts.values() if attempt.how is None)
        return min((min(attempt.next_at, attempt.deadline) for attempt in living), default=None)

    def _look(self, handle: str) -> AttemptReport:
        attempt = self._attempts.get(handle)
        if attempt is None:
            return AttemptReport(
                phase=Phase.ENDED, how=EndedHow.LOST, failure_reason="Never started in this simulation."
            )
        attempt.advance_to(self._clock.now())
        return attempt.report()


def _steps(program: Program, spec: TrainingJobSpec) -> Iterator[tuple[float, str]]:
    """A generator, so that a program that fails when called fails as a training job."""
    yield from program(spec)
