"""How many training jobs fit on this machine, and which share of it each gets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from selftune.training.supervisor.records import take_lock

MOST_SLOTS = 8
"""More training jobs than this at once teach a search little."""

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_GPU_DEVICE = re.compile(r"nvidia(\d+)\Z")


def usable_cpus() -> int:
    """CPUs that this process may use (a container or taskset may have fewer than the machine)."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def capacity(gpus: int) -> int:
    """How many training jobs run at once: one a GPU where there are GPUs, otherwise one a CPU, up to eight."""
    return gpus or min(usable_cpus(), MOST_SLOTS)


def visible_gpus(environ: Mapping[str, str], devices: Path = Path("/dev")) -> tuple[str, ...]:
    """The GPUs by the names that CUDA_VISIBLE_DEVICES takes; those of the variable where the user has set it."""
    chosen = environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return tuple(name.strip() for name in chosen.split(",") if name.strip() not in ("", "-1", "NoDevFiles"))
    numbers = sorted(int(match[1]) for path in devices.iterdir() if (match := _GPU_DEVICE.match(path.name)))
    return tuple(map(str, numbers))


def thread_limits(environ: Mapping[str, str], *, cpus: int, slots: int) -> dict[str, str]:
    """Variables that keep training jobs side by side from using each other's CPUs; none where the user has set any."""
    if slots <= 1 or any(name in environ for name in THREAD_VARIABLES):
        return {}
    return dict.fromkeys(THREAD_VARIABLES, str(max(cpus // slots, 1)))


class GpuLocks:
    """One lock a GPU, shared by all tuning jobs of a user on this machine.

    The supervisor of a training job inherits the lock, so that the GPU is free again when it ends, however it ends.
    """

    def __init__(self, gpus: Sequence[str], folder: Path | None = None) -> None:
        from tempfile import gettempdir  # here, as only to count slots it is not needed, and slow to import

        self.gpus = tuple(gpus)
        self._folder = folder or Path(gettempdir()) / f"selftune-gpus-{os.getuid()}"

    def take(self) -> tuple[str, int] | None:
        """A free GPU and the descriptor that holds its lock, or None where all are taken."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for gpu in self.gpus:
            lock = take_lock(str(self._folder / re.sub(r"\W", "_", gpu)))
            if lock is not None:
                return gpu, lock
        return None
