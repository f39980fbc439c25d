"""Training jobs as processes of this machine, each beside a supervisor that outlives the controller.

All that is known of an attempt lies in its folder, so the handle is that folder's path, and a restarted controller
finds again what it started. Nothing is kept in memory but what makes polling cheap.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from selftune.backends import launch
from selftune.backends.attempt import Claim, ended_report, log_size, read_claim, write_lost
from selftune.backends.backend import AttemptReport, Phase, refuse_if_too_late
from selftune.backends.ends import ProcessEnds
from selftune.backends.slots import GpuLocks, capacity, thread_limits, usable_cpus, visible_gpus
from selftune.backends.storage_failures import storage_failures
from selftune.model.spec import TrainingJobSpec
from selftune.training.contract import AttemptFolder
from selftune.training.supervisor.processes import signal_process
from selftune.training.supervisor.records import take_lock

_REAP_PATIENCE_SECONDS = 5.0
"""Writing the status is the last thing that a supervisor does: it is gone a moment later."""
_REAP_PAUSE_SECONDS = 0.0005
_NEVER_STARTED_SECONDS = 10.0
"""How long an attempt may be neither claimed nor held before it counts as lost."""


class LocalBackend:
    """Runs training jobs on this machine.

    Args:
        python: interpreter of the supervisors.
        slots: how many training jobs will run at once; the capacity where it is left out. CPUs are shared out by it.
        gpus: names for CUDA_VISIBLE_DEVICES; found by itself where left out. Each training job gets one.
        gpu_folder: where the locks lie that share the GPUs out.
    """

    def __init__(
        self,
        *,
        python: str = sys.executable,
        slots: int | None = None,
        gpus: Sequence[str] | None = None,
        gpu_folder: Path | None = None,
    ) -> None:
        self._python = python
        self._gpus = GpuLocks(visible_gpus(os.environ) if gpus is None else gpus, gpu_folder)
        self._cpus = usable_cpus()
        self._slots = slots
        self._supervisors: dict[str, int] = {}
        """Process ids of supervisors that are children of this process and not yet reaped, by handle."""
        self._claims: dict[str, Claim] = {}
        self._ends = ProcessEnds()
        self._ended: dict[str, AttemptReport] = {}
        self._unclaimed_since: dict[str, float] = {}

    def capacity(self) -> int:
        """One training job a GPU where there are GPUs, otherwise one a CPU, up to eight."""
        return self._slots or capacity(len(self._gpus.gpus))

    def start(self, spec: TrainingJobSpec) -> str:
        """Start an attempt unless it runs or ran; the handle is the path of its folder.

        Raises:
            StorageFailure: its folder cannot be made.
            SelftuneError: it did not run before, and now it is too late.
        """
        folder = launch.attempt_folder(spec)
        handle = str(folder.path)
        lock = self._lock(folder)
        if lock is None:
            return handle  # somebody launches it, or it runs
        try:
            if not folder.running.exists() and not folder.status.exists():
                refuse_if_too_late(spec)
                self._supervisors[handle] = self._launch(folder, spec, lock)
                self._unclaimed_since.pop(handle, None)
        finally:
            os.close(lock)
        return handle

    def poll(self, handles: Sequence[str]) -> Mapping[str, AttemptReport]:
        """What has become of these attempts; one that has ended leaves no process.

        Raises:
            StorageFailure: the folder of an attempt cannot be read, or its loss cannot be recorded.
        """
        self._ends.take_note()
        return {handle: self._ended.get(handle) or self._look(handle) for handle in handles}

    def ends_descriptor(self) -> int | None:
        """Readable when an attempt that was seen to run may have ended, until the next `poll`; None: ask that."""
        return self._ends.fileno()

    def stop(self, handle: str) -> None:
        """Ask the supervisor to end its command; it is told even if it starts only now.

        Raises:
            StorageFailure: no supervisor runs yet, and the wish cannot be left for it.
        """
        folder = AttemptFolder(Path(handle))
        if folder.status.exists():
            return  # it has ended
        with storage_failures("The training job cannot be stopped", folder.stop):
            try:
                folder.stop.touch()
            except OSError:
                if not self._signal(folder):  # a living supervisor needs no file: on a full disk, too, it is told
                    raise
            else:
                self._signal(folder)

    def logs(self, handle: str, offset: int, limit: int = 1 << 20) -> bytes:
        """Output from byte `offset`, at most `limit` bytes; empty where there is none yet.

        Raises:
            StorageFailure: it cannot be read.
        """
        path = AttemptFolder(Path(handle)).output_log
        with storage_failures("The output of the training job cannot be read", path):
            try:
                with path.open("rb") as file:
                    if offset >= os.fstat(file.fileno()).st_size:
                        return b""  # a place so far off that no file reaches it cannot even be gone to
                    file.seek(offset)
                    return file.read(limit)
            except FileNotFoundError:
                return b""

    def _signal(self, folder: AttemptFolder) -> bool:
        """Send SIGTERM to the supervisor of an attempt; False where none is alive."""
        claim = read_claim(folder)
        if claim is None:
            return False  # it looks for the file when it starts
        lock = self._free_lock(folder)
        if lock is not None:
            os.close(lock)  # its supervisor is gone
            return False
        signal_process(claim.pid, signal.SIGTERM)
        return True

    def _lock(self, folder: AttemptFolder) -> int | None:
        with storage_failures("The folder of the training job cannot be made", folder.path):
            folder.control.mkdir(parents=True, exist_ok=True)
            return take_lock(str(folder.lock))

    def _launch(self, folder: AttemptFolder, spec: TrainingJobSpec, lock: int) -> int:
        taken = self._gpus.take() if self._gpus.gpus else None
        gpus, gpu_lock = ((taken[0],), taken[1]) if taken else ((), None)
        try:
            order, source = launch.prepare(folder, spec, gpu_count=len(gpus))
            slots = spec.parallel or self.capacity()
            variables = launch.job_environment(
                os.environ,
                folder,
                spec,
                order,
                source,
                cpu_count=max(self._cpus // slots, 1),
                gpus=gpus,
                limits=thread_limits(os.environ, cpus=self._cpus, slots=slots),
            )
            return launch.spawn(folder, self._python, variables, lock=lock, gpu_lock=gpu_lock)
        finally:
            if gpu_lock is not None:
                os.close(gpu_lock)

    def _look(self, handle: str) -> AttemptReport:
        folder = AttemptFolder(Path(handle))
        with storage_failures("What has become of the training job cannot be read or recorded", folder.control):
            report = ended_report(folder) or self._look_closely(handle, folder)
            if report is None:
                return self._living(handle, folder)
        self._reap(handle)
        self._ended[handle] = report
        claim = self._claims.pop(handle, None)
        if claim is not None:
            self._ends.forget(claim.pid)
        self._unclaimed_since.pop(handle, None)
        return report

    def _look_closely(self, handle: str, folder: AttemptFolder) -> AttemptReport | None:
        """Whether an attempt without a status has ended: only where nobody holds its lock."""
        lock = self._free_lock(folder)
        if lock is None:
            return None
        try:
            # its supervisor may have written the status and let go of the lock since we looked
            return ended_report(folder) or self._judge_unheld(handle, folder)
        finally:
            os.close(lock)

    def _living(self, handle: str, folder: AttemptFolder) -> AttemptReport:
        claim = self._claims.get(handle) or read_claim(folder)
        if claim is None:
            return AttemptReport(phase=Phase.STARTING)
        self._claims[handle] = claim
        self._ends.watch(claim.pid)
        return AttemptReport(phase=Phase.RUNNING, started_at=claim.started_at, log_size=log_size(folder))

    def _judge_unheld(self, handle: str, folder: AttemptFolder) -> AttemptReport | None:
        """An attempt without a status whose lock we hold: lost, or not yet started."""
        if read_claim(folder) is None and not self._is_overdue(handle, folder):
            return None
        write_lost(folder)
        return ended_report(folder)

    def _is_overdue(self, handle: str, folder: AttemptFolder) -> bool:
        since = self._unclaimed_since.setdefault(handle, time.monotonic())
        has_broken_down = folder.supervisor_log.exists() and folder.supervisor_log.stat().st_size > 0
        return has_broken_down or time.monotonic() - since > _NEVER_STARTED_SECONDS

    def _free_lock(self, folder: AttemptFolder) -> int | None:
        """The lock of an attempt that nobody holds, now held by us; None while its supervisor lives."""
        try:
            return take_lock(str(folder.lock))
        except FileNotFoundError:
            return None

    def _reap(self, handle: str) -> None:
        """Let go of the supervisor of an attempt that has ended, so that it does not stay a zombie."""
        pid = self._supervisors.pop(handle, None)
        deadline = time.monotonic() + _REAP_PATIENCE_SECONDS
        while pid is not None and not _has_ended(pid) and time.monotonic() < deadline:
            time.sleep(_REAP_PAUSE_SECONDS)


def _has_ended(pid: int) -> bool:
    """Whether a child of ours is gone, which takes it off the system's list."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:  # somebody else in this process has reaped it
        return True
