"""Tuning jobs in virtual time in which everything goes wrong that can: failures, hangs, lost machines, restarts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.backends.backend import AttemptReport, Phase, refuse_if_too_late
from selftune.backends.simulated import VirtualClock
from selftune.engine.controller import Controller, Progress
from selftune.engine.lifecycle import deadline
from selftune.model.events import EndedHow
from selftune.model.jobs import TuningJob, TuningJobRecord
from selftune.model.plan import EarlyStopping, Strategy
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings
from selftune.model.spec import TrainingJobSpec
from selftune.search.worker import DirectSuggester
from selftune.store.sqlite import SqliteStore
from selftune.testing.virtual_time import store_job

VALUES = {"learning_rate": 0.1, "max_depth": 6, "num_round": 100, "subsample": 0.8}


@dataclass(slots=True)
class _Attempt:
    """What will become of an attempt if nobody stops it, and what it prints until then."""

    started_at: float
    ends_at: float
    how: EndedHow
    exit_code: int | None
    lines: list[tuple[float, bytes]]
    grace: float

    def log(self, now: float) -> bytes:
        return b"".join(line for at, line in self.lines if at <= min(now, self.ends_at))


class ChaosBackend:
    """Training jobs that take long, hang, fail, are lost with their machine, and take their time to stop."""

    def __init__(self, clock: VirtualClock, draw: random.Random, slots: int, wake_at: float) -> None:
        self._clock, self._draw, self._slots, self._wake_at = clock, draw, slots, wake_at
        self._attempts: dict[str, _Attempt] = {}

    def capacity(self) -> int:
        return self._slots

    def start(self, spec: TrainingJobSpec) -> str:
        handle = f"{spec.name}/attempt-{spec.attempt}"
        if handle not in self._attempts:
            refuse_if_too_late(spec)
            self._attempts[handle] = self._fate(spec)
        return handle

    def _fate(self, spec: TrainingJobSpec) -> _Attempt:
        draw, started = self._draw, self._clock.now() + self._draw.uniform(0, 1.5)
        seconds = draw.lognormvariate(4.5, 1.0) * draw.choice([1, 1, 1, 1, 10, 1000])
        how, code = (EndedHow.EXITED, 0) if draw.random() > 0.15 else (EndedHow.EXITED, 1)
        if draw.random() < 0.1:
            how, code, seconds = EndedHow.LOST, None, seconds * draw.random()
        grace = draw.uniform(0, spec.stop_grace_seconds)
        ends = started + seconds
        if ends > started + spec.max_runtime_seconds:
            ends, how, code = started + spec.max_runtime_seconds + grace, EndedHow.TIMED_OUT, None
        prints = draw.randint(1, 5)
        values = [draw.choice([draw.random(), draw.random(), float("nan")]) if draw.random() < 0.1 else draw.random()
                  for _ in range(prints)]  # fmt: skip
        lines = [(started + seconds * (n + 1) / prints, f"objective={v}\n".encode()) for n, v in enumerate(values)]
        return _Attempt(started, ends, how, code, lines, grace)

    def poll(self, handles: Sequence[str]) -> Mapping[str, AttemptReport]:
        return {handle: self._report(self._attempts[handle]) for handle in handles}

    def _report(self, attempt: _Attempt) -> AttemptReport:
        now = self._clock.now()
        has_ended = now >= attempt.ends_at
        return AttemptReport(
            phase=Phase.ENDED if has_ended else Phase.RUNNING if now >= attempt.started_at else Phase.STARTING,
            started_at=attempt.started_at if now >= attempt.started_at else None,
            ended_at=attempt.ends_at if has_ended else None,
            how=attempt.how if has_ended else None,
            exit_code=attempt.exit_code if has_ended else None,
            failure_reason="It broke." if has_ended and attempt.exit_code == 1 else None,
            log_size=len(attempt.log(now)),
        )

    def stop(self, handle: str) -> None:
        attempt, now = self._attempts[handle], self._clock.now()
        if now + attempt.grace < attempt.ends_at:
            attempt.ends_at, attempt.how, attempt.exit_code = now + attempt.grace, EndedHow.STOPPED, -15

    def logs(self, handle: str, offset: int, limit: int = 1 << 20) -> bytes:
        return self._attempts[handle].log(self._clock.now())[offset : offset + limit]

    def next_change(self) -> float | None:
        now = self._clock.now()
        times = [t for a in self._attempts.values() for t in (a.started_at, a.ends_at, *(at for at, _ in a.lines))]
        return min((t for t in (*times, self._wake_at) if t > now), default=None)


class _Clock:
    def __init__(self, time: VirtualClock, backend: ChaosBackend) -> None:
        self._time, self._backend = time, backend

    def now(self) -> float:
        return self._time.now()

    def wait(self, seconds: float, readable: int | None) -> None:  # noqa: ARG002
        following = self._backend.next_change()
        self._time.advance_to(self._time.now() + seconds if following is None else following)


class _Killed(Exception):
    """The process that held the loop has died."""


def chaotic_job(number: int) -> TuningJob:
    """A tuning job with limits drawn at random."""
    draw = random.Random(number)
    settings = UserSettings(
        objective_name="objective",
        max_jobs=draw.choice([None, draw.randint(1, 40)]),
        max_parallel=draw.choice([None, draw.randint(1, 8)]),
        max_runtime_seconds=draw.choice([None, draw.uniform(60, 20_000)]),
        job_max_runtime_seconds=draw.choice([None, draw.uniform(10, 2_000)]),
        early_stopping=draw.choice([None, EarlyStopping.OFF]),
        retry=draw.choice([None, 0, 5]),
        strategy=Strategy.RANDOM,
        seed=number,
        price_per_hour=1.0,
    )
    request = TuningJobRequest(
        name=f"chaos-{number}", program=CommandRequest(argv=("simulated",), folder=""), settings=settings
    )
    plan = plan_of_reading(request, reading_of_values(VALUES, "xgboost"), slots=draw.randint(1, 8))
    return TuningJob(name=request.name, request=request, plan=plan, created_at=0.0, folder=request.name)


def run_chaotic(job: TuningJob, store_path: Path, number: int) -> tuple[TuningJobRecord, int]:
    """(the tuning job at its end, how often the process that holds its loop was killed and started again)."""
    draw = random.Random(-number)
    time = VirtualClock(job.created_at)
    backend = ChaosBackend(time, draw, job.plan.max_parallel.value, deadline(job))
    store = SqliteStore(store_path)
    store_job(store, job)
    kills = 0

    def listener(_: Progress) -> None:
        if draw.random() < 0.04:
            raise _Killed

    while True:
        lease = store.lease(job.name)
        assert lease is not None
        try:
            record = Controller(
                store.load(job.name),
                store=store,
                lease=lease,
                backend=backend,
                suggester=DirectSuggester(),
                clock=_Clock(time, backend),
                listener=listener,
            ).run()
        except _Killed:
            kills += 1
            time.advance_to(time.now() + draw.choice([0.0, 0.0, draw.uniform(0, 60), draw.uniform(0, 3_600)]))
            continue
        finally:
            lease.release()
        store.close()
        return record, kills
