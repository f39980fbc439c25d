"""Runs a script with what its `requirements.txt` asks for: an environment of its own, made once for each content.

    python -I requirements.py CACHE REQUIREMENTS SCRIPT [ARGUMENTS...]

It is run by the interpreter whose packages the script also sees; what the file asks for comes on top. The first
training job makes the environment, and those that start meanwhile wait for it; pip's words are in that job's log.
Standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

READY = ".ready"
_PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off")


def environment_folder(cache: Path, requirements: bytes) -> Path:
    """Where the environment for such requirements lies, with this interpreter."""
    digest = hashlib.sha256(f"{sys.executable}\0{sys.version}\0".encode() + requirements).hexdigest()
    return cache / digest[:32]


def ensured(cache: Path, requirements: Path) -> Path:
    """The interpreter of the environment, made if it is not there.

    Raises:
        subprocess.CalledProcessError: pip cannot install what is asked for.
    """
    folder = environment_folder(cache, requirements.read_bytes())
    cache.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / READY).exists():
            _make(folder, requirements)
    return folder / "bin" / "python"


def _make(folder: Path, requirements: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # what was left by one that was stopped half-way
    venv.create(folder, with_pip=False, symlinks=True)
    _show_own_packages(folder)
    subprocess.run([str(folder / "bin" / "python"), *_PIP, "-r", str(requirements)], check=True)
    (folder / READY).touch()


def _show_own_packages(folder: Path) -> None:
    """Let the new environment see this interpreter's packages, also where that is itself a virtual environment."""
    own = [path for path in (*site.getsitepackages(), site.getusersitepackages()) if Path(path).is_dir()]
    (place,) = folder.glob("lib/python*/site-packages")
    (place / "zz_beneath.pth").write_text("".join(f"import site; site.addsitedir({path!r})\n" for path in own))


def main() -> None:
    """Become the script, in its environment."""
    cache, requirements, *command = sys.argv[1:]
    try:
        python = ensured(Path(cache), Path(requirements))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{requirements} could not be installed (pip ended with {error.returncode}); its words are above.")
    os.execv(python, [str(python), *command])


if __name__ == "__main__":
    main()
