"""How a machine is shared out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from selftune.backends.local import LocalBackend
from selftune.backends.slots import THREAD_VARIABLES, GpuLocks, thread_limits, visible_gpus


@pytest.mark.parametrize(("text", "gpus"), [("0,2", ("0", "2")), ("", ()), ("-1", ()), ("GPU-1a, 3", ("GPU-1a", "3"))])
def test_the_users_choice_of_gpus_counts(text: str, gpus: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "nvidia7").touch()
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": text}, tmp_path) == gpus


def test_gpus_are_found_by_their_devices(tmp_path: Path) -> None:
    for name in ("nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    assert visible_gpus({}, tmp_path) == ("2", "10")


def test_training_jobs_side_by_side_share_the_cpus() -> None:
    assert thread_limits({}, cpus=8, slots=2) == dict.fromkeys(THREAD_VARIABLES, "4")
    assert thread_limits({}, cpus=2, slots=8)["OMP_NUM_THREADS"] == "1"


def test_threads_are_not_limited_for_one_job_or_against_the_user() -> None:
    assert thread_limits({}, cpus=8, slots=1) == {}
    assert thread_limits({"OMP_NUM_THREADS": "3"}, cpus=8, slots=2) == {}


def test_each_gpu_is_taken_once(tmp_path: Path) -> None:
    locks, others = GpuLocks(["0", "1"], tmp_path), GpuLocks(["0", "1"], tmp_path)
    first, second = locks.take(), others.take()
    assert first is not None
    assert second is not None
    assert (first[0], second[0], locks.take()) == ("0", "1", None)
    os.close(first[1])
    again = others.take()
    assert again is not None
    assert again[0] == "0"
    for descriptor in (second[1], again[1]):
        os.close(descriptor)


def test_the_capacity_is_what_was_asked_for_then_gpus_then_cpus() -> None:
    assert LocalBackend(slots=5, gpus=("0",)).capacity() == 5
    assert LocalBackend(gpus=("0", "1", "2")).capacity() == 3
    assert LocalBackend(gpus=()).capacity() == min(len(os.sched_getaffinity(0)), 8)
