"""The machine's own time."""

from __future__ import annotations

import os
import time

import pytest

from selftune.engine.clock import RealClock


def test_time_never_runs_backwards(monkeypatch: pytest.MonkeyPatch):
    times = iter([100.0, 90.0, 101.0])
    monkeypatch.setattr(time, "time", lambda: next(times))
    clock = RealClock()
    assert [clock.now(), clock.now(), clock.now()] == [100.0, 100.0, 101.0]


def test_waiting_ends_when_there_is_something_to_read():
    reading, writing = os.pipe()
    os.write(writing, b"x")
    began = time.monotonic()
    RealClock().wait(30.0, reading)
    assert time.monotonic() - began < 10


def test_waiting_takes_descriptors_of_any_number():
    reading, writing = os.pipe()
    high = os.dup2(reading, 1500)
    os.write(writing, b"x")
    RealClock().wait(30.0, high)
    assert os.read(high, 1) == b"x"
    for descriptor in (reading, writing, high):
        os.close(descriptor)


def test_waiting_ends_when_one_of_several_has_something_to_read():
    pipes = [os.pipe(), os.pipe()]
    os.write(pipes[1][1], b"x")
    began = time.monotonic()
    RealClock().wait(30.0, pipes[0][0], None, pipes[1][0])
    assert time.monotonic() - began < 10
    for descriptor in (end for pipe in pipes for end in pipe):
        os.close(descriptor)


def test_waiting_for_nothing_takes_its_time():
    began = time.monotonic()
    RealClock().wait(0.02, None)
    assert time.monotonic() - began >= 0.019
