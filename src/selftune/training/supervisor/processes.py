"""Process trees: become the parent of orphans, find all descendants, signal them.

Descendants are found by parentage, which a process cannot leave once its ancestor is a subreaper: neither a session of
its own nor a double fork hides it. Systems without /proc fall back on the process group.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of each descendant whose own parent ends (Linux; nothing elsewhere)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Let the kernel kill this process when the process that forked it ends (Linux; nothing elsewhere)."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def descendants(ancestor: int) -> list[int]:
    """Process ids of all living descendants."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    queue = [ancestor]
    while queue:
        offspring = children.get(queue.pop(), [])
        found += offspring
        queue += offspring
    return found


def signal_tree(leader: int, number: int) -> None:
    """Signal the process group of `leader`, which this process forked, and all other descendants of this process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # the group is empty, or its last member a zombie
        os.killpg(leader, number)
    for pid in descendants(os.getpid()):
        if _group_of(pid) != leader:
            signal_process(pid, number)


def signal_process(pid: int, number: int) -> None:
    """Signal a process that may have ended in the meantime."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # ended, or made itself another user's
        os.kill(pid, number)


def marked(marker: bytes, *, session: int) -> list[int]:
    """Processes whose environment holds `marker` (NAME=value), or that belong to a session whose leader is gone."""
    found = []
    is_session_orphaned = not os.path.exists(f"/proc/{session}")
    for pid, _ in _parents():
        if pid != os.getpid() and (_has_marker(pid, marker) or (is_session_orphaned and _session_of(pid) == session)):
            found.append(pid)
    return found


def _has_marker(pid: int, marker: bytes) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:  # an error: ended, or another user's
        return marker in file.read().split(b"\0")
    return False


def _session_of(pid: int) -> int | None:
    with contextlib.suppress(OSError):  # ended in the meantime
        return os.getsid(pid)
    return None


def _group_of(pid: int) -> int | None:
    with contextlib.suppress(OSError):  # ended in the meantime
        return os.getpgid(pid)
    return None


def _parents() -> list[tuple[int, int]]:
    """(process id, parent's id) of all living processes that are no zombies."""
    found = []
    with contextlib.suppress(OSError):  # a system without /proc
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                    state, parent = file.read().rpartition(b")")[2].split()[:2]
                    if state != b"Z":
                        found.append((int(name), int(parent)))
    return found


def _prctl(option: int, argument: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, argument, 0, 0, 0)
