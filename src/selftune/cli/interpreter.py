"""Which Python runs a script: the one given, the active environment's, a neighbouring one's, or our own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from selftune.model.errors import UnreadableInput

_ENVIRONMENT_FOLDERS = (".venv", "venv", "env")


def interpreter_for(
    script: Path, given: str | None = None, environment: Mapping[str, str] = os.environ, own: str = sys.executable
) -> str:
    """Absolute path of the interpreter for `script`; it is not resolved, so that a virtual environment stays one.

    Raises:
        UnreadableInput: the interpreter that was asked for is not there.
    """
    if given is not None:
        return _found(given)
    candidates = (*_active(environment), *_neighbouring(script))
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return str(candidate)
    return own or shutil.which("python3") or "python3"


def _found(given: str) -> str:
    path = shutil.which(Path(given).expanduser() if os.sep in given else given)
    if path is None:
        raise UnreadableInput(f"--python {given}: there is no such program.", hint="Give the path of an interpreter.")
    return os.path.abspath(path)  # noqa: PTH100 - Path.resolve would leave the virtual environment


def _active(environment: Mapping[str, str]) -> Iterator[Path]:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environment.get(variable):
            yield Path(environment[variable], "bin", "python")


def _neighbouring(script: Path) -> Iterator[Path]:
    for folder in dict.fromkeys((script.absolute().parent, Path.cwd())):
        for name in _ENVIRONMENT_FOLDERS:
            if (folder / name / "pyvenv.cfg").is_file():
                yield folder / name / "bin" / "python"
