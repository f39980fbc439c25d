"""Training jobs do not touch each other, nor the user's files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import selftune.training
from selftune.backends.local import LocalBackend
from selftune.model.errors import UsageError
from selftune.model.request import Channel
from selftune.model.spec import RewrittenFile
from selftune.training.folder_survey import LARGEST_COPY

pytestmark = pytest.mark.integration


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def sparse(path: Path, size: int = LARGEST_COPY + 1) -> None:
    with path.open("wb") as file:
        file.truncate(size)


WRITE_CHECKPOINT = "import sys; open('checkpoint.pt', sys.argv[1]).write(sys.argv[2])"


def test_two_training_jobs_that_write_one_name_write_two_files(home, project: Path) -> None:
    home.take_snapshot(project)
    for number, text in ((1, "one"), (2, "two")):
        assert home.python(f"open('checkpoint.pt', 'w').write('{text}')", number=number).exit_code == 0
    assert (home.folder(1).work / "checkpoint.pt").read_text() == "one"
    assert (home.folder(2).work / "checkpoint.pt").read_text() == "two"
    assert list(project.iterdir()) == []


@pytest.mark.parametrize("mode", ["w", "a", "r+"])
def test_an_existing_checkpoint_stays_as_it_was(home, project: Path, mode: str) -> None:
    (project / "checkpoint.pt").write_text("mine")
    home.take_snapshot(project)
    assert home.python(f"open('checkpoint.pt', '{mode}').write('job')").exit_code == 0
    assert (project / "checkpoint.pt").read_text() == "mine"
    assert "job" in (home.folder().work / "checkpoint.pt").read_text()


def test_an_ignored_checkpoint_stays_as_it_was(home, project: Path) -> None:
    subprocess.run(["git", "init", "-q", project], check=True)
    (project / ".gitignore").write_text("*.pt\noutputs/\n")
    (project / "checkpoint.pt").write_text("mine")
    (project / "outputs").mkdir()
    (project / "outputs" / "last.pt").write_text("mine")
    home.take_snapshot(project)
    code = "open('checkpoint.pt', 'w').write('job'); open('outputs/last.pt', 'w').write('job')"
    assert home.python(code).exit_code == 0
    assert (project / "checkpoint.pt").read_text() == (project / "outputs" / "last.pt").read_text() == "mine"
    assert (home.folder().work / "outputs" / "last.pt").read_text() == "job"


@pytest.mark.parametrize("mode", ["w", "a", "r+"])
def test_a_large_checkpoint_stays_as_it_was(home, project: Path, mode: str) -> None:
    sparse(project / "checkpoint.pt")
    report = home.take_snapshot(project)
    assert report.linked == ("checkpoint.pt",)
    assert report.warnings == ()
    for number in (1, 2):
        assert home.python(f"open('checkpoint.pt', '{mode}').write('job{number}')", number=number).exit_code == 0
    assert (project / "checkpoint.pt").read_bytes() == bytes(LARGEST_COPY + 1)
    for number in (1, 2):
        mine = home.folder(number).work / "checkpoint.pt"
        assert not mine.is_symlink()
        assert f"job{number}".encode() in mine.read_bytes()
    assert not (home.folder().path / "written").exists()


def test_what_is_written_into_a_linked_folder_stays_with_the_training_job(home, project: Path) -> None:
    (project / "data").mkdir()
    for number in range(6_000):
        (project / "data" / f"{number}.bin").touch()
    report = home.take_snapshot(project)
    assert report.linked == ("data",)
    code = "import os; open('data/new', 'w').write('x'); os.mkdir('data/sub'); open('data/sub/y', 'w').write('y')"
    assert home.python(code).exit_code == 0
    assert not (project / "data" / "new").exists()
    assert (home.folder().work / "data" / "new").read_text() == "x"
    assert (home.folder().work / "data" / "sub" / "y").read_text() == "y"


def test_a_small_linked_folder_is_opened_up_where_it_was_written_to(home, project: Path) -> None:
    home.path = project / ".tuning"  # it keeps the folder from being covered whole
    (project / "data" / "deep").mkdir(parents=True)
    for number in range(1_001):
        (project / "data" / "deep" / f"{number}.bin").write_text("mine")
    assert home.take_snapshot(project, exclude=(home.path,)).guarded == ("data",)
    code = (
        "import os; open('data/deep/new', 'w').write('x'); os.remove('data/deep/7.bin'); os.remove('data/deep/8.bin')"
    )
    assert home.python(code).exit_code == 0
    seen = home.folder().work / "data" / "deep"
    assert (seen / "new").read_text() == "x"
    assert (seen / "9.bin").read_text() == "mine"
    assert not (seen / "7.bin").exists()
    assert (project / "data" / "deep" / "7.bin").exists()
    assert not (project / "data" / "deep" / "new").exists()


def test_a_home_inside_the_users_folder_leaves_data_folders_guarded(home, project: Path) -> None:
    home.path = project / ".tuning"
    (project / "data").mkdir()
    for number in range(1_001):
        (project / "data" / f"{number}.bin").touch()
    sparse(project / "weights.pt")
    report = home.take_snapshot(project, exclude=(home.path,))
    assert (report.guarded, report.linked, report.warnings) == (("data",), ("data",), ())
    assert home.python("open('data/new', 'w').write('x'); open('weights.pt', 'w').write('job')").exit_code == 0
    assert (project / "weights.pt").stat().st_size > LARGEST_COPY
    assert (home.folder().work / "weights.pt").read_text() == "job"
    assert not (project / "data" / "new").exists()
    assert (home.folder().work / "data" / "new").read_text() == "x"
    assert not (home.folder().work / ".tuning").exists()


@pytest.fixture
def crowded(project: Path) -> Path:
    """So many files beside the code that they are neither copied nor linked one by one."""
    (project / "train.py").write_text("print('old')")
    for number in range(1_001):
        (project / f"{number}.csv").write_text("mine")
    return project


def test_a_crowded_folder_is_seen_whole_and_stays_as_it_was(home, crowded: Path) -> None:
    assert home.take_snapshot(crowded).is_layered
    (crowded / "train.py").write_text("print('new')")
    code = (
        "import os, runpy; runpy.run_path('train.py'); print(len(os.listdir()), open('1000.csv').read());"
        "open('0.csv', 'w').write('job'); open('model.pt', 'w').write('job'); os.remove('1.csv')"
    )
    for number in (1, 2):
        handle = home.start(sys.executable, "-c", code, number=number)
        assert home.wait(handle).exit_code == 0
        assert home.output(handle) == "old\n1002 mine\n"
        assert sorted(path.name for path in home.folder(number).work.iterdir()) == ["0.csv", "model.pt"]
        assert sorted(path.name for path in home.folder(number).path.iterdir()) == [
            "control",
            "ml",
            "output.log",
            "work",
        ]
    assert (crowded / "0.csv").read_text() == (crowded / "1.csv").read_text() == "mine"
    assert len(list(crowded.iterdir())) == 1_002


def test_configuration_files_are_rewritten_in_a_crowded_folder_too(home, crowded: Path) -> None:
    (crowded / "conf").mkdir()
    (crowded / "conf" / "base.json").write_text('{"lr": 0.1}')
    home.take_snapshot(crowded)
    rewritten = (RewrittenFile(path="conf/base.json", format="json", values=(("lr", 0.25),)),)
    handle = home.start("cat", "conf/base.json", "1.csv", rewritten_files=rewritten)
    home.wait(handle)
    assert home.output(handle) == '{"lr": 0.25}mine'


def test_another_file_system_in_the_folder_stays_visible_and_unchanged(home, project: Path) -> None:
    sparse(project / "weights.pt")
    (project / "data").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", project / "data"], check=True)
    try:
        (project / "data" / "train.csv").write_text("mine")
        sparse(project / "data" / "large.bin")
        assert home.take_snapshot(project).guarded == ("", "data")
        code = "open('data/large.bin', 'w').write(open('data/train.csv').read()); open('weights.pt', 'w').write('job')"
        assert home.python(code).exit_code == 0
        assert (project / "data" / "large.bin").stat().st_size > LARGEST_COPY
        assert (home.folder().work / "data" / "large.bin").read_text() == "mine"
        assert (home.folder().work / "weights.pt").read_text() == "job"
    finally:
        subprocess.run(["umount", "-l", project / "data"], check=True)


def test_editing_the_script_after_the_snapshot_changes_nothing(home, project: Path) -> None:
    (project / "train.py").write_text("print('old')")
    home.take_snapshot(project)
    (project / "train.py").write_text("print('new')")
    for number, script in enumerate(["train.py", "./train.py", str(project / "train.py")], 1):
        handle = home.start(sys.executable, script, number=number)
        assert home.wait(handle).exit_code == 0
        assert home.output(handle) == "old\n"


def test_relative_reads_work_as_they_did(home, project: Path) -> None:
    (project / "data").mkdir()
    (project / "data" / "small.csv").write_text("1")
    sparse(project / "data" / "large.bin")
    (project / "latest.csv").symlink_to("data/small.csv")
    (project.parent / "shared.csv").write_text("2")
    (project / "outside.csv").symlink_to("../shared.csv")
    (project / "train.py").write_text("import os, sys; print([os.path.getsize(name) for name in sys.argv[1:]])")
    home.take_snapshot(project)
    names = ["data/small.csv", "data/large.bin", "latest.csv", "outside.csv", "../shared.csv", "../project/train.py"]
    handle = home.start(sys.executable, "train.py", *names)
    assert home.wait(handle).exit_code == 0
    assert home.output(handle).startswith(f"[1, {LARGEST_COPY + 1}, 1, 1, 1, ")


def test_in_place_runs_in_the_users_own_folder(home, project: Path) -> None:
    assert home.python("open('here', 'w').write('x')", in_place_folder=str(project)).exit_code == 0
    assert (project / "here").read_text() == "x"
    assert not home.folder().work.exists()


def test_configuration_files_get_the_values_of_the_training_job(home, project: Path) -> None:
    (project / "conf.yaml").write_text("optimizer:\n  lr: 0.1  # today\n")
    home.take_snapshot(project)
    rewritten = (RewrittenFile(path="conf.yaml", format="yaml", values=(("optimizer.lr", 0.25),)),)
    handle = home.start("cat", "conf.yaml", rewritten_files=rewritten)
    home.wait(handle)
    assert home.output(handle) == "optimizer:\n  lr: 0.25  # today\n"
    assert "0.1" in (project / "conf.yaml").read_text()


def test_a_configuration_file_is_not_rewritten_in_place(home, project: Path) -> None:
    rewritten = (RewrittenFile(path="conf.yaml", format="yaml", values=(("lr", 0.25),)),)
    with pytest.raises(UsageError, match=r"conf\.yaml"):
        home.backend.start(home.spec("true", in_place_folder=str(project), rewritten_files=rewritten))


def test_the_contract_is_there(home, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("1,2\n")
    handle = home.start(
        "sh",
        "-c",
        'cat $SM_CHANNEL_TRAIN/train.csv; echo "$SM_HP_BATCH_SIZE $SM_CHANNELS $TRAINING_JOB_NAME $PWD"; '
        "echo m > $SM_MODEL_DIR/model.txt; cat $SM_INPUT_CONFIG_DIR/hyperparameters.json",
        channels=(Channel(name="train", path=str(tmp_path / "train.csv")),),
        hyperparameters=(("batch-size", "32"),),
    )
    home.wait(handle)
    expected = f'1,2\n32 ["train"] t-001-0123abcd {home.folder().work}\n{{"batch-size": "32"}}'
    assert home.output(handle) == expected
    assert (home.folder().model / "model.txt").read_text() == "m\n"


def test_each_training_job_gets_a_free_gpu(home, tmp_path: Path, wait) -> None:
    home.backend = LocalBackend(gpus=("0", "1"), gpu_folder=tmp_path / "gpus")
    assert home.backend.capacity() == 2
    first = home.start("sh", "-c", "echo $CUDA_VISIBLE_DEVICES; sleep 60")
    second = home.start("sh", "-c", "echo $CUDA_VISIBLE_DEVICES; sleep 60", number=2)
    assert wait(lambda: home.output(first)) == "0\n"
    assert wait(lambda: home.output(second)) == "1\n"
    home.backend.stop(first)
    home.wait(first)
    third = home.start("sh", "-c", "echo $CUDA_VISIBLE_DEVICES", number=3)
    home.wait(third)
    assert home.output(third) == "0\n"


def test_a_user_without_privileges_has_guarded_folders_too() -> None:
    """The supervisor's view in a user namespace, entered by a process that is not root."""
    root = Path("/var/tmp") / f"guard-{os.getpid()}"
    root.mkdir(mode=0o777)
    root.chmod(0o777)
    try:
        code = (
            "import ctypes, os, sys; sys.path.insert(0, sys.argv[2]);"
            "from supervisor.private_view import is_guarding_possible;"
            "os.setgid(65534); os.setuid(65534); ctypes.CDLL(None).prctl(4, 1, 0, 0, 0);"  # dumpable, as after an exec
            "print(is_guarding_possible(sys.argv[1]))"
        )
        room = str(Path(selftune.training.__file__).parent)
        done = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(root / "a"), room], capture_output=True)
        assert done.stdout == b"True\n", done.stderr
    finally:
        subprocess.run(["rm", "-rf", root], check=True)
