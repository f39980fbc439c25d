"""Fork the command: its own process group, output into the pipe, gone when the supervisor dies."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys

from .order import Order
from .processes import die_with_parent

MISSING = 127
"""Exit code for a program that is not there, as a shell gives it."""
NOT_EXECUTABLE = 126


def start_command(order: Order, *, output: int, attempt: str) -> int:
    """The process id of the command, which is also the id of its process group.

    Args:
        output: descriptor that becomes its standard output and error.
        attempt: the attempt's folder, where writes to guarded folders are kept.
    """
    supervisor = os.getpid()
    # A request to stop that comes before the exec must end the child: it waits until the child has no handler for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    pid = os.fork()
    if pid == 0:
        _become_command(order, output, attempt, supervisor)
    with contextlib.suppress(OSError):  # the child was quicker
        os.setpgid(pid, pid)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return pid


def _become_command(order: Order, output: int, attempt: str, supervisor: int) -> None:
    """Never returns: the process becomes the command, or says why not and ends."""
    code = NOT_EXECUTABLE
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        _take_view(order, attempt)
        die_with_parent()
        if os.getppid() != supervisor:
            os._exit(code)
        _restore_signals()
        os.chdir(order.folder)
        _execute(order.argv)
    except FileNotFoundError as error:
        code = MISSING
        _complain(f"cannot start '{order.argv[0]}': {error.strerror}: {error.filename or order.argv[0]}")
    except BaseException as error:
        _complain(f"cannot start '{order.argv[0]}': {error}")
    finally:
        os._exit(code)


def _take_view(order: Order, attempt: str) -> None:
    if order.guarded or order.layers or order.shown:
        from .private_view import guard, lay_over, show_at  # slow to import and rarely needed

        if order.layers:
            lay_over(order.layers, order.folder, attempt)
        elif order.guarded and not guard(tuple(folder for folder, _ in order.guarded), attempt):
            _complain("links are not guarded: what is written behind them changes the original")
        for folder, place in order.shown:
            if not show_at(folder, place):
                _complain(f"this system lets nothing be shown at {place}: the variables (SM_*) name the folders")


def _restore_signals() -> None:
    """Python and the supervisor handle or ignore these; the command expects them as the system gives them."""
    ours = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGINT)
    for number in ours:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _execute(argv: tuple[str, ...]) -> None:
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        os.execv("/bin/sh", ("sh", *argv))  # a script without #!, which shells run too


def _complain(text: str) -> None:
    sys.stderr.write(f"[selftune] {text}\n")
    sys.stderr.flush()
