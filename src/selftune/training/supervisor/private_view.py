"""A view of the user's folders in which a training job may write without changing them.

Large files and data folders are linked into a working folder, not copied. In a mount namespace of the command's own an
overlay covers each folder that such links lead to: reading goes through, writing lands in ATTEMPT/written. Where the
system does not allow this, the links stay plain links (`is_possible` tells beforehand).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import sys

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_PRIVATE = 1 << 18
_PRIVILEGED_OPTIONS = "redirect_dir=off,metacopy=off,index=off"
_USER_OPTIONS = "userxattr"
"""Both: what is written must be readable without the overlay. The second implies the first."""
_MOST_LINKS = 5_000
"""A folder of more entries is not taken apart to show what was written into it."""

_join = os.path.join


def guard(folders: tuple[str, ...], attempt: str) -> bool:
    """Cover each folder, for this process and its descendants alone; False where the system does not allow it."""
    if sys.platform != "linux":
        return False
    try:
        options = _enter_namespace()
        originals = [os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC) for folder in folders]
        for index, folder in enumerate(folders):
            _cover(folder, attempt, index, originals[index], options)
    except OSError:
        return False
    return True


def lay_over(layers: tuple[str, ...], work: str, attempt: str) -> None:
    """Let `work` show what the layers hold, uppermost first, for this process and its descendants alone.

    What is written lands in `work` itself.

    Raises:
        OSError: the system does not allow it.
    """
    options = _enter_namespace()
    scratch = _scratch(attempt, 0)
    os.makedirs(scratch, exist_ok=True)
    _mount("overlay", work, "overlay", 0, _overlay_options(layers, work, scratch, options))


def is_possible(attempt: str) -> bool:
    """Try it: a folder in `attempt` is covered, written to and found unchanged; the process is of no use afterwards."""
    original = _join(attempt, "original")
    os.makedirs(original)
    if not guard((original,), attempt):
        return False
    try:
        os.close(os.open(_join(original, "probe"), os.O_WRONLY | os.O_CREAT))
    except OSError:
        return False
    return os.path.exists(_join(_written(attempt, 0), "probe"))


def settle(guarded: tuple[tuple[str, str], ...], attempt: str) -> None:
    """Move what was written behind links to its place in the working folder; to be called when the command has ended.

    Args:
        guarded: (folder, its place in the working folder) as given to `guard`.
        attempt: what finds no place stays in its folder `written`.
    """
    for index, (folder, place) in enumerate(guarded):
        _remove_scratch(_scratch(attempt, index))
        written = _written(attempt, index)
        is_own_place = os.path.realpath(os.path.dirname(place)).startswith(os.path.realpath(attempt))
        if is_own_place and os.path.isdir(written) and os.listdir(written) and _open_up(written, folder, place):
            _merge(written, folder, place)
        _remove_if_empty(written)
    _remove_if_empty(_join(attempt, "written"))
    _remove_if_empty(_join(attempt, ".overlay"))


def settle_layer(work: str, attempt: str) -> None:
    """Leave in `work` what was written, without the overlay's marks of deleted files."""
    _remove_scratch(_scratch(attempt, 0))
    _remove_if_empty(_join(attempt, ".overlay"))
    for folder, _, names in os.walk(work):
        for name in names:
            if _is_whiteout(os.lstat(_join(folder, name))):
                os.unlink(_join(folder, name))


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


def _enter_namespace() -> str:
    """Enter a mount namespace of our own; returns the options that an overlay needs there."""
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_CLONE_NEWNS) == 0:
        _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None)
        return _PRIVILEGED_OPTIONS
    user, group = os.geteuid(), os.getegid()
    _check(unshare(_CLONE_NEWNS | _CLONE_NEWUSER))
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.close(descriptor)
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None)
    return _USER_OPTIONS


def _cover(folder: str, attempt: str, index: int, original: int, options: str) -> None:
    """Cover a folder; `original` is a descriptor of it from before anything was covered.

    A folder inside one that is covered already (another file system is mounted there) must not be left empty: where it
    cannot be covered, it is at least shown.
    """
    upper, scratch = _written(attempt, index), _scratch(attempt, index)
    os.makedirs(upper, exist_ok=True)
    os.makedirs(scratch, exist_ok=True)
    shown = f"/proc/self/fd/{original}"
    try:
        _mount("overlay", folder, "overlay", 0, _overlay_options((shown,), upper, scratch, options))
    except OSError:
        _mount(shown, folder, None, _MS_REC | _MS_BIND, None)


def _overlay_options(layers: tuple[str, ...], upper: str, scratch: str, options: str) -> str:
    lower = ":".join(_escaped(layer, ":") for layer in layers)
    return f"lowerdir={lower},upperdir={_escaped(upper)},workdir={_escaped(scratch)},{options}"


def _escaped(path: str, more: str = "") -> str:
    return "".join("\\" + letter if letter in "\\," + more else letter for letter in path)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None) -> None:
    arguments = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    options = None if data is None else os.fsencode(data)
    _check(ctypes.CDLL(None, use_errno=True).mount(*arguments, ctypes.c_ulong(flags), options))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _written(attempt: str, index: int) -> str:
    return _join(attempt, "written", str(index))


def _scratch(attempt: str, index: int) -> str:
    return _join(attempt, ".overlay", str(index))
