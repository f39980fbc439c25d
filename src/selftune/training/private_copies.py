"""Large files that each training job gets a copy of, where the machine cannot keep jobs from writing through links."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

MOST_BYTES = 1 << 30
"""Bytes of large files copied for each training job."""
_SHARE_OF_FREE_SPACE = 16
"""The copies of one training job take at most one part in so many: several run at once."""
_WRITTEN_SUFFIXES = frozenset(
    [
        ".bin",
        ".ckpt",
        ".csv",
        ".db",
        ".h5",
        ".hdf5",
        ".joblib",
        ".json",
        ".jsonl",
        ".keras",
        ".log",
        ".model",
        ".npy",
        ".npz",
        ".onnx",
        ".pickle",
        ".pkl",
        ".pt",
        ".pth",
        ".safetensors",
        ".sqlite",
        ".ubj",
        ".weights",
    ]
)
"""What programs write: copied before other files."""


def choose_copies(root: str, linked: Sequence[str], *, place: Path, most_bytes: int = MOST_BYTES) -> list[str]:
    """Those of the linked files that are copied after all: what a program may write first, then the newest.

    Args:
        linked: relative to `root`; folders among them stay links.
        place: where the copies will lie.
    """
    files = [(path, state) for path in linked if (state := _regular(f"{root}/{path}")) is not None]
    files.sort(key=lambda file: (Path(file[0]).suffix.lower() not in _WRITTEN_SUFFIXES, -file[1].st_mtime, file[0]))
    room = min(most_bytes, shutil.disk_usage(place).free // _SHARE_OF_FREE_SPACE)
    chosen = []
    for path, state in files:
        if state.st_size <= room:
            room -= state.st_size
            chosen.append(path)
    return chosen


def _regular(path: str) -> os.stat_result | None:
    """The state of a readable file; None for all else."""
    try:
        state = Path(path).lstat()
    except OSError:  # vanished since the survey
        return None
    return state if stat.S_ISREG(state.st_mode) and os.access(path, os.R_OK) else None
