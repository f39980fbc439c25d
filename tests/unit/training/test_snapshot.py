"""A snapshot holds the folder as it was."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from selftune.model.errors import StorageFailure, UnreadableInput
from selftune.training.folder_survey import Survey
from selftune.training.git_ignored import git_ignored
from selftune.training.guarding import Protection, choose_protection
from selftune.training.private_copies import choose_copies
from selftune.training.snapshot import make_working_folder, read_report, take_snapshot
from selftune.training.surroundings import is_parent_path, link_siblings, look_around


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (folder / "train.py").write_text("print(1)")
    (folder / "train.py").chmod(0o755)
    os.utime(folder / "train.py", (1_000_000_000, 1_000_000_000))
    (folder / "sub" / "data.csv").write_text("1,2")
    return folder


def test_a_working_folder_holds_what_the_folder_held(project: Path, tmp_path: Path) -> None:
    report = take_snapshot(project, tmp_path / "snapshot")
    make_working_folder(tmp_path / "snapshot", tmp_path / "work")
    state = (tmp_path / "work" / "train.py").stat()
    assert (state.st_mode & 0o777, state.st_mtime) == (0o755, 1_000_000_000)
    assert (tmp_path / "work" / "sub" / "data.csv").read_text() == "1,2"
    assert (report.copied_files, report.copied_bytes, report.linked, report.warnings) == (2, 11, (), ())


def test_a_snapshot_is_taken_once(project: Path, tmp_path: Path) -> None:
    first = take_snapshot(project, tmp_path / "snapshot")
    (project / "train.py").write_text("print(2)")
    assert take_snapshot(project, tmp_path / "snapshot") == first == read_report(tmp_path / "snapshot")
    assert (tmp_path / "snapshot" / "train.py").read_text() == "print(1)"


def test_half_a_snapshot_is_taken_again(project: Path, tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "half").touch()
    take_snapshot(project, tmp_path / "snapshot")
    assert sorted(path.name for path in (tmp_path / "snapshot").iterdir()) == ["sub", "train.py"]


def test_half_a_working_folder_is_made_again_and_a_whole_one_is_kept(project: Path, tmp_path: Path) -> None:
    take_snapshot(project, tmp_path / "snapshot")
    (tmp_path / "work.unfinished").mkdir()
    (tmp_path / "work.unfinished" / "half").touch()
    make_working_folder(tmp_path / "snapshot", tmp_path / "work")
    (tmp_path / "work" / "model").touch()
    make_working_folder(tmp_path / "snapshot", tmp_path / "work")
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["model", "sub", "train.py"]


def test_links_of_the_user_lead_where_they_led(project: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (project / "inner.csv").symlink_to("sub/data.csv")
    (project / "outer").symlink_to("../shared")
    (project / "broken").symlink_to("nowhere")
    report = take_snapshot(project, tmp_path / "snapshot")
    assert (tmp_path / "snapshot" / "inner.csv").readlink() == Path("sub/data.csv")
    assert (tmp_path / "snapshot" / "outer").readlink() == tmp_path / "shared"
    assert (tmp_path / "snapshot" / "broken").is_symlink()
    assert "outer" in report.warnings[0]


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="nowhere"):
        take_snapshot(tmp_path / "nowhere", tmp_path / "snapshot")


def test_a_home_that_cannot_be_written_is_a_clear_error(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFailure, match="cannot be written") as caught:
        take_snapshot(project, tmp_path / "file" / "snapshot")
    assert "--home" in caught.value.hint


def test_what_git_ignores_is_known(project: Path) -> None:
    assert git_ignored(str(project)) == frozenset()
    subprocess.run(["git", "init", "-q", project], check=True)
    (project / ".gitignore").write_text("*.csv\nout put/\n")
    (project / "out put").mkdir()
    (project / "out put" / "x").touch()
    assert {"sub/data.csv", "out put"} <= git_ignored(str(project)) <= {"sub/data.csv", "sub", "out put"}


def protect(root: Path, verdict: Survey, *, names_itself: bool = False, place: Path) -> Protection:
    """As for a folder that holds its home, in which the machine is not tried."""
    excluded = [str(root / "home")]
    return choose_protection(str(root), verdict, names_itself=names_itself, excluded=excluded, place=place)


def test_a_small_snapshot_without_links_needs_no_protection(tmp_path: Path) -> None:
    chosen = protect(tmp_path, Survey(copied=["train.py"], copied_bytes=10), place=tmp_path / "not there")
    assert chosen == Protection()


def test_links_beside_the_home_stay_open(tmp_path: Path) -> None:
    assert protect(tmp_path, Survey(linked=["large.bin"]), place=tmp_path) == Protection(open_links=("large.bin",))


def test_an_absolute_path_into_a_folder_that_holds_the_home_is_not_redirected(tmp_path: Path) -> None:
    assert protect(tmp_path, Survey(), names_itself=True, place=tmp_path) == Protection(is_exposed=True)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("open('{root}/out.txt', 'w')", True),
        ("OUT = '{root}'", True),
        ("open('{root}-2/out.txt')", False),
        ("open('/other{root}/out.txt')", False),
        ("open('out.txt')", False),
    ],
)
def test_code_that_names_its_folder_is_noticed(tmp_path: Path, code: str, verdict: bool) -> None:
    (tmp_path / "train.py").write_text(code.replace("{root}", str(tmp_path)))
    assert look_around(tmp_path, ["train.py"]).names_itself == (("train.py",) if verdict else ())


@pytest.mark.parametrize("start", ["~", "$HOME", "${HOME}"])
def test_code_that_names_its_folder_from_the_users_home_is_noticed(
    project: Path, tmp_path: Path, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (project / "run.sh").write_text(f"cd {start}/project && ./train")
    assert look_around(project, ["run.sh"]).names_itself == ("run.sh",)


def test_files_that_programs_write_are_copied_before_others_and_the_newest_first(tmp_path: Path) -> None:
    for age, name in enumerate(["video.mp4", "new.pt", "old.pt", "huge.pt"]):
        (tmp_path / name).write_text("four" if name != "huge.pt" else "x" * 100)
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "data").mkdir()
    linked = ["data", "gone.pt", "huge.pt", "old.pt", "video.mp4", "new.pt"]
    assert choose_copies(str(tmp_path), linked, place=tmp_path, most_bytes=8) == ["new.pt", "old.pt"]
    assert choose_copies(str(tmp_path), linked, place=tmp_path, most_bytes=12) == ["new.pt", "old.pt", "video.mp4"]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("open('../data.csv')", True),
        ("os.path.join('..', 'data')", True),
        ("Path(__file__).resolve().parent.parent / 'data'", True),
        ("open('data..csv')", False),
        ("Path(__file__).parent / 'data'", False),
    ],
)
def test_code_that_looks_one_folder_up_is_noticed(tmp_path: Path, code: str, verdict: bool) -> None:
    (tmp_path / "train.py").write_text(code)
    assert look_around(tmp_path, ["train.py", "gone.py"]).looks_up is verdict


@pytest.mark.parametrize(
    ("argument", "verdict"), [("../a", True), ("--d=../a", True), ("a/../b", True), ("a..b", False), ("..", True)]
)
def test_an_argument_that_leads_one_folder_up_is_noticed(argument: str, verdict: bool) -> None:
    assert is_parent_path(argument) is verdict


def test_siblings_are_linked_beside_the_working_folder(project: Path, tmp_path: Path) -> None:
    (tmp_path / "shared.csv").write_text("1")
    attempt = tmp_path / "home" / "attempt-1"
    (attempt / "work").mkdir(parents=True)
    (attempt / "shared.csv").write_text("mine")
    (tmp_path / "other.csv").write_text("2")
    link_siblings(str(project), attempt / "work")
    assert (attempt / "project").readlink() == Path("work")
    assert (attempt / "other.csv").read_text() == "2"
    assert (attempt / "shared.csv").read_text() == "mine"
    assert not (attempt / "home").exists()
