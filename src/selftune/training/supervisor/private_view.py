"""A view of the user's folders in which a training job may write without changing them.

In a mount namespace of the command's own, an overlay stands in for the user's folder: reading goes through to the
snapshot and the original, writing lands with the attempt. Two forms: `lay_over` puts the whole folder's view in its
place, so that relative and absolute paths mean what they always meant; `guard` covers single folders to which links
lead. Beside them `show_at` lets a folder be found at another place, such as `/opt/ml`. Where the system allows neither,
links stay plain links (`is_guarding_possible`, `is_layering_possible` tell beforehand). `settling.py` tidies up when
the command has ended.
"""

from __future__ import annotations

import ctypes
import os
import sys

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_PRIVATE = 1 << 18
_PRIVILEGED_OPTIONS = "redirect_dir=off,metacopy=off,index=off"
_USER_OPTIONS = "userxattr"
"""Both: what is written must be readable without the overlay. The second implies the first."""

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


def lay_over(layers: tuple[str, ...], folder: str, attempt: str) -> None:
    """Let `folder`, and the working folder, show what the layers hold, for this process and its descendants alone.

    What is written lands in the working folder.

    Args:
        layers: uppermost first; `folder` may be one of them.

    Raises:
        OSError: the system does not allow it.
    """
    options = _enter_namespace()
    work, scratch = _join(attempt, "work"), scratch_folder(attempt, 0)
    os.makedirs(scratch, exist_ok=True)
    _mount("overlay", work, "overlay", 0, _overlay_options(layers, work, scratch, options))
    _mount(work, folder, None, _MS_BIND, None)


def show_at(folder: str, place: str) -> bool:
    """Let a folder be found at another place too, for this process and its descendants alone.

    Where there is no such place, nothing is made on the user's disk: the folder above it is covered by one in memory
    that shows the same entries, and the place beside them.

    Returns:
        False where the system does not allow it.
    """
    if sys.platform != "linux":
        return False
    try:
        _enter_namespace()
        source = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        if not os.path.isdir(place):
            _cover_with_room_for(place)
        _mount(f"/proc/self/fd/{source}", place, None, _MS_REC | _MS_BIND, None)
    except OSError:
        return False
    return True


def is_guarding_possible(attempt: str) -> bool:
    """Try it: a folder in `attempt` is covered, written to and found unchanged; the process is of no use afterwards."""
    original = _join(attempt, "original")
    os.makedirs(original)
    if not guard((original,), attempt):
        return False
    try:
        _touch(_join(original, "probe"))
    except OSError:
        return False
    return os.path.exists(_join(written_folder(attempt, 0), "probe"))


def is_layering_possible(attempt: str, folder: str) -> bool:
    """Try it on the user's own folder, whose kind of file system decides; the process is of no use afterwards."""
    name = f".selftune-probe-{os.getpid()}"
    layer, work = _join(attempt, "layer"), _join(attempt, "work")
    try:
        os.makedirs(layer)
        os.makedirs(work)
        _touch(_join(layer, name))
        lay_over((layer, folder), folder, attempt)
        return os.path.exists(_join(folder, name)) and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except OSError:
        return False


def written_folder(attempt: str, index: int) -> str:
    """Where what is written to the guarded folder of this index is kept."""
    return _join(attempt, "written", str(index))


def scratch_folder(attempt: str, index: int) -> str:
    """What the kernel needs beside the folder that takes the writes of an overlay."""
    return _join(attempt, ".overlay", str(index))


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
    upper, scratch = written_folder(attempt, index), scratch_folder(attempt, index)
    os.makedirs(upper, exist_ok=True)
    os.makedirs(scratch, exist_ok=True)
    shown = f"/proc/self/fd/{original}"
    try:
        _mount("overlay", folder, "overlay", 0, _overlay_options((shown,), upper, scratch, options))
    except OSError:
        _mount(shown, folder, None, _MS_REC | _MS_BIND, None)


def _cover_with_room_for(place: str) -> None:
    """Cover the folder above a place by one that has the same entries, and the place as an empty folder."""
    above, name = os.path.split(place)
    original = os.open(above, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    entries = [entry for entry in os.listdir(above) if entry != name]
    _mount("tmpfs", above, "tmpfs", 0, "mode=755")
    for entry in entries:
        _show_again(f"/proc/self/fd/{original}/{entry}", _join(above, entry))
    os.mkdir(place)


def _show_again(entry: str, place: str) -> None:
    if os.path.islink(entry):
        os.symlink(os.readlink(entry), place)
        return
    if os.path.isdir(entry):
        os.mkdir(place)
    else:
        _touch(place)
    _mount(entry, place, None, _MS_REC | _MS_BIND, None)


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


def _touch(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
