"""A script gets what its requirements.txt asks for, beside what its image has."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from selftune.server.aws.sagemaker.environments import interpreter_for


def wheel(folder: Path, name: str) -> Path:
    """A package of one line, so that no index is asked."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "ANSWER = 42\n")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return path


def source(folder: Path, requirements: str) -> Path:
    folder.mkdir()
    (folder / "requirements.txt").write_text(requirements)
    (folder / "train.py").write_text("import tiny_answer, numpy, sys\nprint(tiny_answer.ANSWER, sys.argv[1:])\n")
    return folder


def run(python: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(folder / "train.py"), "--lr", "0.1"], capture_output=True, text=True, check=False
    )


def test_a_script_sees_its_requirements_and_the_packages_of_its_image(tmp_path: Path) -> None:
    folder = source(tmp_path / "source", str(wheel(tmp_path / "wheels", "tiny_answer")))
    python = interpreter_for(folder, sys.executable, tmp_path / "home")
    with ThreadPoolExecutor(3) as threads:  # training jobs that start at once wait for one environment
        results = list(threads.map(lambda _: run(python, folder), range(3)))
    assert [result.stdout.splitlines()[-1] for result in results] == ["42 ['--lr', '0.1']"] * 3
    assert sum("Successfully installed" in result.stdout for result in results) == 1


def test_what_cannot_be_installed_fails_the_training_job_with_the_words_of_pip(tmp_path: Path) -> None:
    folder = source(tmp_path / "source", "./no-such-package.whl\n")
    result = run(interpreter_for(folder, sys.executable, tmp_path / "home"), folder)
    assert result.returncode == 1
    assert "could not be installed" in result.stderr
    assert "no-such-package" in result.stderr


def test_without_requirements_the_interpreter_is_that_of_the_image(tmp_path: Path) -> None:
    assert (
        interpreter_for(source(tmp_path / "source", "\n"), "/usr/bin/python3", tmp_path / "home") == "/usr/bin/python3"
    )
