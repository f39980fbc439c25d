"""Whether a folder lies on a network file system, where SQLite's locks are not to be relied on."""

from __future__ import annotations

from pathlib import Path

_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "lustre", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)
_MOUNTS = Path("/proc/self/mounts")


def network_file_system(folder: Path, mounts: str | None = None) -> str | None:
    """The type of the network file system under `folder` ("nfs4"), or None on a local disk.

    Args:
        folder: an absolute path; it need not exist.
        mounts: lines "device mount-point type options ..."; those of this machine where it is left out.
    """
    if mounts is None:
        mounts = _MOUNTS.read_text() if _MOUNTS.exists() else ""
    types = {Path(fields[1].replace("\\040", " ")): fields[2] for fields in map(str.split, mounts.splitlines())}
    nearest = next((types[place] for place in (folder, *folder.parents) if place in types), None)
    return nearest if nearest in _NETWORK_TYPES else None
