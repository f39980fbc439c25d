from __future__ import annotations

from pathlib import Path

import pytest

from selftune.store.file_system import network_file_system

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
server:/export /home nfs4 rw,vers=4.2 0 0
tmpfs /home/ada/scratch tmpfs rw 0 0
//server/share /mnt/my\\040share cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada/.selftune", "nfs4"),
        ("/home/ada/scratch/selftune", None),
        ("/var/lib/selftune", None),
        ("/mnt/my share/selftune", "cifs"),
    ],
)
def test_the_nearest_mount_above_a_folder_decides(folder, kind):
    assert network_file_system(Path(folder), MOUNTS) == kind


def test_no_mounts_known_is_no_network():
    assert network_file_system(Path("/home/ada"), "") is None
