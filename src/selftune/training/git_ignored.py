"""What version control ignores in a folder."""

from __future__ import annotations

import os
import subprocess

_PATIENCE_SECONDS = 20.0


def git_ignored(folder: str) -> frozenset[str]:
    """Ignored files and folders, relative to `folder`; none without git, or outside a repository."""
    command = ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"]
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=quiet, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    if done.returncode != 0:
        return frozenset()
    return frozenset(os.fsdecode(name).rstrip("/") for name in done.stdout.split(b"\0") if name)
