"""A working folder when its command has ended: what was written comes to its place, what is a mere copy goes."""

from __future__ import annotations

import contextlib
import os
import stat

from .order import Order
from .private_view import scratch_folder, written_folder

_MOST_LINKS = 5_000
"""A folder of more entries is not taken apart to show what was written into it."""

_join = os.path.join


def settle(order: Order, attempt: str) -> None:
    """Leave in the working folder what the command wrote; to be called when nothing of the command runs any more.

    Args:
        attempt: what finds no place stays in its folder `written`.

    Raises:
        OSError: the folder cannot be written; nothing that the command wrote is lost.
    """
    if order.layers:
        _settle_layer(_join(attempt, "work"), attempt)
    if order.guarded:
        _settle_guarded(order.guarded, attempt)
    for original, copy in order.copies:
        if os.path.isdir(copy):
            _remove_unchanged(copy, original, os.stat(_join(attempt, "control", "running.json")).st_mtime_ns)


def _settle_guarded(guarded: tuple[tuple[str, str], ...], attempt: str) -> None:
    """Move what was written behind links to its place in the working folder."""
    for index, (folder, place) in enumerate(guarded):
        _remove_scratch(scratch_folder(attempt, index))
        written = written_folder(attempt, index)
        is_own_place = os.path.realpath(os.path.dirname(place)).startswith(os.path.realpath(attempt))
        if is_own_place and os.path.isdir(written) and os.listdir(written) and _open_up(written, folder, place):
            _merge(written, folder, place)
        _remove_if_empty(written)
    _remove_if_empty(_join(attempt, "written"))
    _remove_if_empty(_join(attempt, ".overlay"))


def _settle_layer(work: str, attempt: str) -> None:
    """Take out the overlay's marks of deleted files."""
    _remove_scratch(scratch_folder(attempt, 0))
    _remove_if_empty(_join(attempt, ".overlay"))
    for folder, _, names in os.walk(work):
        for name in names:
            if _is_whiteout(os.lstat(_join(folder, name))):
                os.unlink(_join(folder, name))


def _remove_unchanged(copy: str, original: str, claimed_at: int) -> None:
    """Remove files and links that are as they were copied from the folder `original`.

    Args:
        claimed_at: nanoseconds since the epoch; the inode of a file that is as it was copied changed before.
    """
    with os.scandir(copy) as entries:
        found = list(entries)
    for entry in found:
        source = _join(original, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if os.path.isdir(source) and not os.path.islink(source):
                _remove_unchanged(entry.path, source, claimed_at)
                _remove_if_empty(entry.path)
        elif _is_unchanged(entry.path, source, claimed_at):
            os.unlink(entry.path)


def _is_unchanged(path: str, source: str, claimed_at: int) -> bool:
    try:
        state, before = os.lstat(path), os.lstat(source)
    except FileNotFoundError:  # the snapshot has no such file: the command wrote it
        return False
    if stat.S_ISLNK(state.st_mode) and stat.S_ISLNK(before.st_mode):
        return os.readlink(path) == os.readlink(source)
    is_same = (state.st_size, state.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    is_regular = stat.S_ISREG(state.st_mode) and stat.S_ISREG(before.st_mode)
    return is_regular and is_same and state.st_ctime_ns < claimed_at


def _remove_scratch(scratch: str) -> None:
    """The kernel leaves a folder without permissions, with its model of a deleted file in it."""
    inner = _join(scratch, "work")
    with contextlib.suppress(OSError):  # never covered
        os.chmod(inner, 0o700)
        for name in os.listdir(inner):
            os.unlink(_join(inner, name))
        os.rmdir(inner)
        os.rmdir(scratch)


def _merge(written: str, original: str, place: str) -> None:
    """Move the entries of `written` into `place`, which so far shows `original` through links."""
    for name in os.listdir(written):
        source, target = _join(written, name), _join(place, name)
        state = os.lstat(source)
        if stat.S_ISDIR(state.st_mode):
            if _open_up(source, _join(original, name), target):
                _merge(source, _join(original, name), target)
        elif _is_whiteout(state):
            os.unlink(source)
            _drop_link(target)
        elif _drop_link(target):
            os.rename(source, target)
    _remove_if_empty(written)


def _remove_if_empty(folder: str) -> None:
    with contextlib.suppress(OSError):  # not there, or something is left in it
        os.rmdir(folder)


def _open_up(written: str, original: str, target: str) -> bool:
    """Make `target` a folder of its own that shows `original`; False where it had better stay the link that it is."""
    names = [] if _is_opaque(written) or not os.path.isdir(original) else os.listdir(original)
    if os.path.islink(target):
        if len(names) > _MOST_LINKS or os.path.basename(target) in (".git", "node_modules"):
            return False
        if os.path.exists(_join(original, "pyvenv.cfg")):
            return False
        os.unlink(target)
        os.mkdir(target)
        for name in names:
            os.symlink(_join(original, name), _join(target, name))
    elif not os.path.lexists(target):
        os.mkdir(target)
    return os.path.isdir(target)


def _drop_link(target: str) -> bool:
    """Make room where a link stands; False where the training job's own file stands."""
    if os.path.islink(target):
        os.unlink(target)
    return not os.path.lexists(target)


def _is_whiteout(state: os.stat_result) -> bool:
    """An overlay's mark that the command deleted a file."""
    return stat.S_ISCHR(state.st_mode) and state.st_rdev == 0


def _is_opaque(folder: str) -> bool:
    """An overlay's mark that a folder was deleted and made anew."""
    for name in ("trusted.overlay.opaque", "user.overlay.opaque"):
        with contextlib.suppress(OSError):  # no such attribute
            return os.getxattr(folder, name) == b"y"
    return False
