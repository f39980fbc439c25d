"""A training job sees the user's folder where it always was, and changes nothing in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from selftune.training.folder_survey import LARGEST_COPY

pytestmark = pytest.mark.integration


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_script_that_names_its_own_folder_writes_into_its_working_folder(home, project: Path) -> None:
    (project / "checkpoint.pt").write_text("mine")
    (project / "train.py").write_text(
        "import sys\n"
        f"open('{project}/checkpoint.pt', 'w').write(sys.argv[1])\n"
        f"print(open('checkpoint.pt').read(), open('../project/checkpoint.pt').read(), __file__)\n"
    )
    report = home.take_snapshot(project)
    assert (report.is_layered, report.warnings) == (True, ())
    for number in (1, 2):
        handle = home.start(sys.executable, str(project / "train.py"), f"job{number}", number=number)
        assert home.wait(handle).exit_code == 0
        assert home.output(handle) == f"job{number} job{number} {project}/train.py\n"
        assert (home.folder(number).work / "checkpoint.pt").read_text() == f"job{number}"
    assert (project / "checkpoint.pt").read_text() == "mine"
    assert names(project) == ["checkpoint.pt", "train.py"]


def test_where_the_home_lies_in_the_folder_an_absolute_path_is_warned_of(home, project: Path) -> None:
    home.path = project / ".tuning"
    (project / "train.py").write_text(f"open('{project}/checkpoint.pt', 'w')")
    report = home.take_snapshot(project, exclude=(home.path,))
    assert "train.py" in report.warnings[0]
    assert "absolute path" in report.warnings[0]


def test_a_folder_of_some_megabytes_is_not_copied_for_each_training_job(home, project: Path) -> None:
    for number in range(3):
        (project / f"{number}.csv").write_bytes(bytes(2 << 20))
    home.take_snapshot(project)
    code = "import os; print(len(os.listdir()), os.path.getsize('2.csv')); open('1.csv', 'w').write('job')"
    handle = home.start(sys.executable, "-c", code)
    assert home.wait(handle).exit_code == 0
    assert home.output(handle) == f"3 {2 << 20}\n"
    assert names(home.folder().work) == ["1.csv"]
    assert (project / "1.csv").stat().st_size == 2 << 20


def test_a_folder_that_is_copied_leaves_only_what_the_training_job_wrote(home, project: Path) -> None:
    (project / "sub").mkdir()
    for name in ("train.py", "sub/data.csv", "notes.txt"):
        (project / name).write_text("print(1)")
    assert not home.take_snapshot(project).is_layered
    handle = home.start("sh", "-c", "ls; echo more >> notes.txt; echo model > sub/model.pt")
    assert home.wait(handle).exit_code == 0
    assert home.output(handle) == "notes.txt\nsub\ntrain.py\n"
    assert names(home.folder().work) == ["notes.txt", "sub"]
    assert names(home.folder().work / "sub") == ["model.pt"]


def test_what_a_lost_training_job_wrote_is_all_that_stays_of_it(home, project: Path) -> None:
    (project / "train.py").write_text("print(1)")
    home.take_snapshot(project)
    handle = home.start("sh", "-c", "echo model > model.pt; kill -KILL $PPID; sleep 60")
    home.wait(handle)
    assert names(home.folder().work) == ["model.pt"]


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Code beside the folder in which the command runs."""
    folder = tmp_path / "tools"
    (folder / "package").mkdir(parents=True)
    (folder / "package" / "__init__.py").write_text("VALUE = 'package old'")
    (folder / "sibling.py").write_text("VALUE = 'sibling old'")
    (folder / "data.csv").write_text("1,2")
    (folder / "train.py").write_text(
        "import pathlib, package, sibling\n"
        "here = pathlib.Path(__file__).parent\n"
        "texts = [(here / name).read_text() for name in ('data.csv', '../shared')]\n"
        "print('old', package.VALUE, sibling.VALUE, *texts)\n"
        "(here / 'model.pt').write_text('job')\n"
    )
    (tmp_path / "shared").write_text("beside")
    return folder


@pytest.mark.parametrize("is_relative", [True, False])
def test_a_script_outside_the_folder_is_run_as_it_was_at_creation(
    home, project: Path, tools: Path, is_relative: bool
) -> None:
    script = "../tools/train.py" if is_relative else str(tools / "train.py")
    command = (sys.executable, "-B", script)
    home.take_snapshot(project, command=command)
    for path in ("train.py", "sibling.py", "package/__init__.py"):
        (tools / path).write_text("VALUE = 'new'; print('new')")
    for number in (1, 2):
        handle = home.start(*command, number=number)
        assert home.wait(handle).exit_code == 0
        assert home.output(handle) == "old package old sibling old 1,2 beside\n"
        assert names(home.folder(number).outside / "0" / "tools") == ["model.pt"]
    assert names(tools) == ["data.csv", "package", "sibling.py", "train.py"]


def test_an_option_that_names_a_file_outside_gets_its_copy(home, project: Path, tools: Path) -> None:
    (tools / "conf.yaml").write_text("lr: 0.1")
    command = ("sh", "-c", 'cat "${1#*=}" "$2"', "sh", "--config=../tools/conf.yaml", "../tools/data.csv")
    home.take_snapshot(project, command=command)
    (tools / "conf.yaml").write_text("lr: 0.2")
    handle = home.start(*command)
    home.wait(handle)
    assert home.output(handle) == "lr: 0.11,2"


def test_code_outside_is_found_in_a_large_folder_too(home, project: Path, tools: Path) -> None:
    with (project / "weights.bin").open("wb") as file:
        file.truncate(LARGEST_COPY + 1)
    command = (sys.executable, "-B", os.path.relpath(tools / "train.py", project))
    assert home.take_snapshot(project, command=command).is_layered
    (tools / "sibling.py").write_text("VALUE = 'new'")
    handle = home.start(*command)
    assert home.wait(handle).exit_code == 0
    assert home.output(handle) == "old package old sibling old 1,2 beside\n"
