"""One attempt from claim to status."""

from __future__ import annotations

import os
import select
import signal
import sys
import time

from .command import start_command
from .order import Order
from .output import OutputLog
from .processes import adopt_orphans, signal_tree
from .records import claim_json, reserve_status, status_json, take_lock, write_durably

CLAIMED = 3
"""Exit code of a supervisor that finds the attempt claimed by another."""

_TICK_SECONDS = 1.0
"""How long a stop file may go unseen; whoever writes it also sends SIGTERM, which is seen at once."""
_KILL_TICK_SECONDS = 0.05
_LEFTOVER_GRACE_SECONDS = 2.0
"""For processes that outlive the command: enough for a resource tracker to clean up."""
_LEFTOVER_PATIENCE_SECONDS = 30.0
"""After which a process that not even SIGKILL ends (a hung disk) is left behind."""


def main(arguments: list[str]) -> int:
    """Run the attempt in the folder `arguments[0]`.

    Further arguments are inherited descriptors: the first holds the attempt's lock, the others hold locks on devices,
    which are given up as soon as the command has ended.

    `--probe SCRATCH [FOLDER]` tells by its exit code whether a command's writes can be kept in SCRATCH: those behind
    links, or all that go to FOLDER.
    """
    if arguments[0] == "--probe":
        return _probe(*arguments[1:])
    attempt = os.path.abspath(arguments[0])
    control = os.path.join(attempt, "control")
    if not _hold_lock(control, arguments[1:]):
        return CLAIMED
    if any(os.path.exists(os.path.join(control, name)) for name in ("running.json", "status.json")):
        return CLAIMED
    with open(os.path.join(control, "order"), "rb") as file:
        order = Order.from_bytes(file.read())
    adopt_orphans()
    Supervision(attempt, control, order, devices=tuple(map(int, arguments[2:]))).run()
    return 0


def _probe(scratch: str, folder: str | None = None) -> int:
    from .private_view import is_guarding_possible, is_layering_possible  # slow to import and rarely needed

    is_possible = is_guarding_possible(scratch) if folder is None else is_layering_possible(scratch, folder)
    return 0 if is_possible else 1


def _hold_lock(control: str, arguments: list[str]) -> bool:
    """Keep the lock, inherited or taken, for the life of this process, and away from the command."""
    for descriptor in arguments:
        os.set_inheritable(int(descriptor), False)
    if arguments:
        return True
    return take_lock(os.path.join(control, "lock"), patience_seconds=0.5) is not None


class Supervision:
    """Watches one command: output, time, the wish to stop, its end, what it leaves behind."""

    def __init__(self, attempt: str, control: str, order: Order, *, devices: tuple[int, ...] = ()) -> None:
        self._attempt = attempt
        self._control = control
        self._order = order
        self._devices = devices
        self._how = "exited"
        self._wait_status: int | None = None
        self._has_children = True
        self._stop_signalled = False
        self._kill_at: float | None = None

    def run(self) -> None:
        """Claim, run, record."""
        started_at, started = time.time(), time.monotonic()
        self._listen_for_signals()
        reserve_status(self._path("status.json"))
        write_durably(self._path("running.json"), claim_json(started_at=started_at))
        self._log = OutputLog(os.path.join(self._attempt, "output.log"), limit=self._order.log_limit)
        if self._is_stop_wanted():
            self._how = "stopped"
        else:
            self._run_command(started)
        for descriptor in self._devices:
            os.close(descriptor)
        self._log.close()
        self._record(started_at, time.monotonic() - started)

    def _record(self, started_at: float, seconds: float) -> None:
        code = None if self._wait_status is None else os.waitstatus_to_exitcode(self._wait_status)
        if self._how == "exited" and code == 0 and self._log.is_torn:
            self._how = "lost"  # it did well, but what it printed, perhaps the result, is not there
        status = status_json(
            how=self._how,
            exit_code=code,
            started_at=started_at,
            ended_at=time.time(),
            seconds=seconds,
            dropped=self._log.dropped,
        )
        write_durably(self._path("status.json"), status)

    def _run_command(self, started: float) -> None:
        self._pipe, writer = os.pipe()
        os.set_blocking(self._pipe, False)
        self._poller = select.poll()
        self._poller.register(self._pipe, select.POLLIN)
        self._poller.register(self._wakeup, select.POLLIN)
        self._leader = start_command(self._order, output=writer, attempt=self._attempt)
        os.close(writer)
        self._wait_for_end(started + self._order.max_runtime_seconds)
        self._end_leftovers()
        self._log.drain(self._pipe)
        if self._order.leaves_traces:
            self._settle()

    def _settle(self) -> None:
        """Bring what was written to where it belongs; where that fails, the result counts all the same."""
        from .settling import settle  # slow to import and rarely needed

        try:
            settle(self._order, self._attempt)
        except OSError as error:
            self._log.say(f"the working folder could not be put in order: {error}")

    def _wait_for_end(self, deadline: float) -> None:
        while self._wait_status is None:
            now = time.monotonic()
            if self._kill_at is None and (self._is_stop_wanted() or now >= deadline):
                self._how = "stopped" if self._is_stop_wanted() else "timed out"
                signal_tree(self._leader, signal.SIGTERM)
                self._kill_at = now + self._order.stop_grace_seconds
            if self._kill_at is not None and now >= self._kill_at:
                signal_tree(self._leader, signal.SIGKILL)
                self._turn(_KILL_TICK_SECONDS)
            else:
                self._turn(min(_TICK_SECONDS, (deadline if self._kill_at is None else self._kill_at) - now))

    def _end_leftovers(self) -> None:
        """End what outlived the command: asked first, then killed, and never later than the command itself would be."""
        self._reap()
        if not self._has_children:
            if sys.platform != "linux":  # elsewhere orphans are not adopted, but stay in the group
                signal_tree(self._leader, signal.SIGKILL)
            return
        signal_tree(self._leader, signal.SIGTERM)
        asked = time.monotonic()
        while self._has_children and time.monotonic() < asked + _LEFTOVER_PATIENCE_SECONDS:
            self._turn(_KILL_TICK_SECONDS)
            now, kill_at = time.monotonic(), asked + _LEFTOVER_GRACE_SECONDS
            if self._kill_at is None and self._is_stop_wanted():
                self._kill_at = now + self._order.stop_grace_seconds
            if self._has_children and now >= min(kill_at, self._kill_at or kill_at):
                signal_tree(self._leader, signal.SIGKILL)

    def _turn(self, timeout_seconds: float) -> None:
        """Wait for output or a signal, then take in what there is."""
        for descriptor, _ in self._poller.poll(max(timeout_seconds, 0.0) * 1000 + 1):
            if descriptor == self._wakeup:
                os.read(self._wakeup, 512)
            elif not self._log.drain(self._pipe):
                self._poller.unregister(self._pipe)
        self._reap()

    def _reap(self) -> None:
        """Take in the ends of the command and of adopted orphans."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._has_children = False
                return
            if pid == 0:
                return
            if pid == self._leader:
                self._wait_status = status

    def _listen_for_signals(self) -> None:
        self._wakeup, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._on_stop_signal)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _on_stop_signal(self, _number: int, _frame: object) -> None:
        self._stop_signalled = True

    def _is_stop_wanted(self) -> bool:
        return self._stop_signalled or os.path.exists(self._path("stop"))

    def _path(self, name: str) -> str:
        return os.path.join(self._control, name)
