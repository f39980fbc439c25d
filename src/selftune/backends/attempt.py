"""What the files of an attempt say about it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from dataclasses import dataclass

from selftune.backends.backend import AttemptReport, Phase
from selftune.backends.failure_reason import failure_reason
from selftune.model.events import EndedHow
from selftune.model.values import short_number
from selftune.training.contract import AttemptFolder
from selftune.training.supervisor.order import Order
from selftune.training.supervisor.processes import marked, signal_process
from selftune.training.supervisor.records import boot_id, status_json, write_durably
from selftune.training.supervisor.settling import settle

_KILL_PATIENCE_SECONDS = 5.0

SUPERVISOR_GONE = "Lost: its supervisor was killed, or the machine went down."
NEVER_STARTED = "Never started: its supervisor did not come up."


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What `running.json` says: a supervisor took the attempt on."""

    pid: int
    boot_id: str
    started_at: float


def read_claim(folder: AttemptFolder) -> Claim | None:
    """The claim on an attempt, or None while nobody has claimed it."""
    try:
        fields = json.loads(folder.running.read_bytes())
    except FileNotFoundError:
        return None
    return Claim(pid=fields["pid"], boot_id=fields["boot_id"], started_at=fields["started_at"])


def log_size(folder: AttemptFolder) -> int:
    """Bytes of output so far."""
    try:
        return folder.output_log.stat().st_size
    except FileNotFoundError:
        return 0


def ended_report(folder: AttemptFolder) -> AttemptReport | None:
    """How an attempt ended, or None while it has no status."""
    try:
        status = json.loads(folder.status.read_bytes())
    except FileNotFoundError:
        return None
    how = EndedHow(status["how"])
    return AttemptReport(
        phase=Phase.ENDED,
        started_at=status["started_at"],
        ended_at=_ended_at(status),
        how=how,
        exit_code=status["exit_code"],
        failure_reason=_reason(folder, how, status),
        log_size=log_size(folder),
    )


def write_lost(folder: AttemptFolder) -> None:
    """Record that an attempt is lost, after ending what is left of it.

    Its lock must be held, so that nobody starts it meanwhile.

    Raises:
        OSError: the record cannot be written.
    """
    claim = read_claim(folder)
    if claim is not None:
        if claim.boot_id == boot_id():
            _kill_leftovers(folder, session=claim.pid)
        with contextlib.suppress(OSError, ValueError):  # what it wrote stays where it was written
            settle(Order.from_bytes(folder.order.read_bytes()), str(folder.path))
    now = time.time()
    started_at = now if claim is None else claim.started_at
    status = status_json(
        how="lost", exit_code=None, started_at=started_at, ended_at=now, seconds=max(now - started_at, 0.0), dropped=0
    )
    write_durably(str(folder.status), status)


def _kill_leftovers(folder: AttemptFolder, *, session: int) -> None:
    """Kill processes of a supervisor that is no more: they bear its mark, or its session."""
    marker = b"SELFTUNE_ATTEMPT=" + os.fsencode(folder.path)
    deadline = time.monotonic() + _KILL_PATIENCE_SECONDS
    while (left := marked(marker, session=session)) and time.monotonic() < deadline:
        for pid in left:
            signal_process(pid, signal.SIGKILL)
        time.sleep(0.005)


def _ended_at(status: dict[str, float]) -> float:
    """By the clock that nobody sets, so that a clock set back makes no negative duration."""
    return status["started_at"] + status["seconds"]


def _reason(folder: AttemptFolder, how: EndedHow, status: dict[str, float]) -> str | None:
    match how:
        case EndedHow.LOST if status["exit_code"] == 0:
            return f"Lost: the disk was full, and {int(status['dropped_bytes']):,} bytes of its output were not kept."
        case EndedHow.LOST:
            cause = SUPERVISOR_GONE if folder.running.exists() else NEVER_STARTED
            return "\n".join(part for part in (cause, _last_line(folder)) if part)
        case EndedHow.TIMED_OUT:
            return f"Stopped after {short_number(status['seconds'])} seconds, its maximum run time."
        case EndedHow.EXITED if status["exit_code"] != 0:
            code, dropped = int(status["exit_code"]), int(status["dropped_bytes"])
            return failure_reason(folder, exit_code=code, dropped_bytes=dropped)
    return None


def _last_line(folder: AttemptFolder) -> str:
    try:
        lines = folder.supervisor_log.read_text(errors="replace").strip().splitlines()
    except FileNotFoundError:
        return ""
    return lines[-1] if lines else ""
