"""Which interpreter runs a script: the image's, with what the source's `requirements.txt` asks for on top."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

from selftune.training import requirements

REQUIREMENTS = "requirements.txt"


def interpreter_for(source: Path, python: str, home: Path) -> str:
    """The interpreter for scripts of a source folder.

    Where there is a `requirements.txt`, it is a small program that makes the environment on first use: in the first
    training job, whose log shows pip at work, and not while a client waits for the answer to its request.
    """
    wanted = source / REQUIREMENTS
    if not wanted.is_file() or not wanted.read_text(encoding="utf-8", errors="replace").strip():
        return python
    cache = home / "environments"
    words = [python, "-I", str(requirements.__file__), str(cache), str(wanted)]
    text = f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'
    folder = cache / "interpreters" / hashlib.sha256(text.encode()).hexdigest()[:32]
    program = folder / "python"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        own = folder / ".python"
        own.write_text(text, encoding="utf-8")
        own.chmod(0o755)
        own.replace(program)
    return str(program)
