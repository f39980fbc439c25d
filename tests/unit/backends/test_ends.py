"""One descriptor that tells of the ends of processes."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from selftune.backends.ends import ProcessEnds

PATIENCE_MILLISECONDS = 20_000


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends when its input does."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        yield process


def is_readable(ends: ProcessEnds, milliseconds: int) -> bool:
    poll = select.poll()
    descriptor = ends.fileno()
    assert descriptor is not None
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(milliseconds))


def descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()


def test_nothing_is_readable_before_anything_is_watched() -> None:
    assert ProcessEnds().fileno() is None


def test_the_end_of_a_process_is_told(process: subprocess.Popen[bytes]) -> None:
    ends = ProcessEnds()
    ends.watch(process.pid)
    assert not is_readable(ends, 0)
    end(process)
    assert is_readable(ends, PATIENCE_MILLISECONDS)


def test_an_end_is_told_once(process: subprocess.Popen[bytes]) -> None:
    ends = ProcessEnds()
    ends.watch(process.pid)
    end(process)
    assert is_readable(ends, PATIENCE_MILLISECONDS)
    ends.take_note()
    assert not is_readable(ends, 0)


def test_what_is_forgotten_is_not_told_and_holds_no_descriptor(process: subprocess.Popen[bytes]) -> None:
    ends = ProcessEnds()
    open_before = descriptors()
    ends.watch(process.pid)
    ends.watch(process.pid)
    ends.forget(process.pid)
    ends.forget(process.pid)
    end(process)
    process.wait()
    assert not is_readable(ends, 0)
    assert len(descriptors() - open_before) == 1  # the one that tells


def test_a_process_that_is_gone_is_not_told_of(process: subprocess.Popen[bytes]) -> None:
    end(process)
    process.wait()
    ends = ProcessEnds()
    ends.watch(process.pid)
    assert ends.fileno() is None


def test_descriptors_of_what_is_still_watched_are_given_back_with_the_object():
    ends = ProcessEnds()
    ends.watch(os.getpid())
    (descriptor,) = ends._descriptors.values()
    del ends
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
