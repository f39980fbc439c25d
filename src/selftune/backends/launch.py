"""Prepare the folder of an attempt and set its supervisor going."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

from selftune.backends.inheritance import inherited
from selftune.backends.isolation import in_work, isolate
from selftune.backends.storage_failures import storage_failures
from selftune.model.errors import UsageError
from selftune.model.spec import RewrittenFile, TrainingJobSpec
from selftune.training import config_file, supervisor
from selftune.training.contract import OPT_ML, AttemptFolder, environment, lay_out
from selftune.training.outside import link_surroundings, make_outside_copies
from selftune.training.snapshot import SnapshotReport, make_working_folder, read_report
from selftune.training.supervisor.order import Order
from selftune.training.surroundings import is_parent_path, link_siblings

LOG_LIMIT = 256 << 20
"""Bytes of output kept of one attempt."""

_FIRST_FREE_DESCRIPTOR = 10
_LOCK_DESCRIPTOR = 3
_GPU_DESCRIPTOR = 4


def attempt_folder(spec: TrainingJobSpec) -> AttemptFolder:
    """Where an attempt lives."""
    return AttemptFolder(Path(spec.folder) / f"attempt-{spec.attempt}")


def prepare(folder: AttemptFolder, spec: TrainingJobSpec, *, gpu_count: int) -> tuple[Order, SnapshotReport | None]:
    """Make everything that the command finds, and write the order; doing it again changes nothing.

    Raises:
        StorageFailure: the disk is full, or the home cannot be written.
        UsageError: what was asked for cannot be done.
    """
    channels = {channel.name: channel.path for channel in spec.channels}
    with storage_failures(f"The folder of {spec.name} cannot be made", folder.path):
        lay_out(folder, hyperparameters=dict(spec.hyperparameters), channels=channels, gpu_count=gpu_count)
        source = _make_work(folder, spec)
        order = _order(folder, spec, source)
        folder.order.write_bytes(order.to_bytes())
    return order, source


def job_environment(
    environ: Mapping[str, str],
    folder: AttemptFolder,
    spec: TrainingJobSpec,
    order: Order,
    source: SnapshotReport | None,
    *,
    cpu_count: int,
    gpus: tuple[str, ...],
    limits: Mapping[str, str],
) -> dict[str, str]:
    """All variables of the command: inherited, then the contract's, then the user's own."""
    variables = inherited(environ, is_bounded=spec.is_environment_bounded) | dict(limits)
    variables |= environment(
        folder,
        training_job=spec.name,
        argv=order.argv,
        hyperparameters=dict(spec.hyperparameters),
        channels=[channel.name for channel in spec.channels],
        cpu_count=cpu_count,
        gpu_count=len(gpus),
    )
    if gpus:
        variables["CUDA_VISIBLE_DEVICES"] = ",".join(gpus)
    variables |= {"PYTHONUNBUFFERED": "1", "PWD": order.folder, "SELFTUNE_ATTEMPT": str(folder.path)}
    if source is not None and "PYTHONPATH" in variables:
        entries = variables["PYTHONPATH"].split(os.pathsep)
        variables["PYTHONPATH"] = os.pathsep.join(in_work(entry, source, folder) for entry in entries)
    return variables | dict(spec.environment)


def spawn(folder: AttemptFolder, python: str, variables: Mapping[str, str], *, lock: int, gpu_lock: int | None) -> int:
    """Start the supervisor in a session of its own; it inherits the locks. Returns its process id."""
    locks = {_LOCK_DESCRIPTOR: lock} | ({} if gpu_lock is None else {_GPU_DESCRIPTOR: gpu_lock})
    copies = {fcntl.fcntl(held, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_DESCRIPTOR): to for to, held in locks.items()}
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, str(folder.supervisor_log), write, 0o644),
        *((os.POSIX_SPAWN_DUP2, held, to) for held, to in copies.items()),
    ]
    argv = [python, "-I", "-S", str(Path(supervisor.__file__).parent), str(folder.path), *map(str, locks)]
    try:
        return os.posix_spawn(python, argv, variables, file_actions=actions, setsid=True)
    finally:
        for descriptor in copies:
            os.close(descriptor)


def _make_work(folder: AttemptFolder, spec: TrainingJobSpec) -> SnapshotReport | None:
    """The working folder, with the values of this training job in its configuration files."""
    if spec.in_place_folder is not None:
        if spec.rewritten_files:
            raise UsageError(
                f"In place, the values would be written into your own '{spec.rewritten_files[0].path}'.",
                hint="Leave out --in-place.",
            )
        return None
    if spec.snapshot is None:
        folder.work.mkdir(exist_ok=True)
        return None
    snapshot = Path(spec.snapshot)
    make_working_folder(snapshot, folder.work)
    make_outside_copies(snapshot, folder.outside)
    for file in spec.rewritten_files:
        _rewrite(folder.work / file.path, snapshot / file.path, file)
    source = read_report(snapshot)
    link_surroundings(source.outside, folder.outside)
    if not source.is_layered and (source.looks_up or any(map(is_parent_path, spec.argv))):
        link_siblings(source.folder, folder.work)
    return source


def _rewrite(path: Path, original: Path, file: RewrittenFile) -> None:
    text = config_file.rewrite(original.read_text(encoding="utf-8"), file.format, dict(file.values))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # where it is a link, the original stays as it is
    path.write_text(text, encoding="utf-8")


def _order(folder: AttemptFolder, spec: TrainingJobSpec, source: SnapshotReport | None) -> Order:
    isolation = isolate(spec, folder, source)
    return Order(
        argv=isolation.argv,
        folder=isolation.folder,
        max_runtime_seconds=spec.max_runtime_seconds,
        stop_grace_seconds=spec.stop_grace_seconds,
        log_limit=LOG_LIMIT,
        guarded=isolation.guarded,
        layers=isolation.layers,
        copies=isolation.copies,
        shown=((str(folder.ml), OPT_ML),) if spec.is_opt_ml_wanted else (),
    )
