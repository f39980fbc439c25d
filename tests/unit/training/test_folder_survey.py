"""What is copied into a snapshot and what is linked."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.training import folder_survey
from selftune.training.folder_survey import LARGEST_COPY, Survey, is_code, survey


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def look(root: Path, **more: list[str]) -> Survey:
    return survey(str(root), **more)


def test_small_files_are_copied_and_large_ones_linked(tmp_path: Path) -> None:
    touch(tmp_path, "train.py", "sub/notes.txt", "large.bin")
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(LARGEST_COPY + 1)
    found = look(tmp_path)
    assert (found.folders, found.linked) == (["sub"], ["large.bin"])
    assert sorted(found.copied) == ["sub/notes.txt", "train.py"]


def test_version_control_environments_and_packages_are_linked_whole(tmp_path: Path) -> None:
    touch(tmp_path, ".git/HEAD", "env/pyvenv.cfg", "env/lib/x.py", "node_modules/a/b.js", "train.py")
    found = look(tmp_path)
    assert found.tools == [".git", "env", "node_modules"]
    assert found.copied == ["train.py"]
    assert found.linked == []


def test_caches_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "__pycache__/a.pyc", "sub/.pytest_cache/x", "sub/a.py")
    assert look(tmp_path) == Survey(folders=["sub"], copied=["sub/a.py"])


def test_what_is_excluded_is_left_out(tmp_path: Path) -> None:
    touch(tmp_path, ".selftune/selftune.db", "train.py")
    assert look(tmp_path, excluded=[str(tmp_path / ".selftune")]).copied == ["train.py"]


def test_a_data_folder_of_many_files_is_one_link(tmp_path: Path) -> None:
    touch(tmp_path, "train.py", *(f"data/{part}/{number}.png" for part in "ab" for number in range(501)))
    found = look(tmp_path)
    assert (found.linked, found.copied, found.folders) == (["data"], ["train.py"], [])


def test_a_folder_of_many_files_with_code_is_not_one_link(tmp_path: Path) -> None:
    touch(tmp_path, "lib/model.py", *(f"lib/data/{number}.png" for number in range(1_001)))
    found = look(tmp_path)
    assert (found.linked, found.copied) == (["lib/data"], ["lib/model.py"])


def test_an_ignored_folder_of_many_files_is_one_link_even_with_code(tmp_path: Path) -> None:
    touch(tmp_path, "train.py", *(f"build/{number}.py" for number in range(1_001)))
    assert look(tmp_path, ignored=["build"]).linked == ["build"]
    assert look(tmp_path).linked == []


def test_a_data_folder_that_holds_the_home_is_not_linked_whole(tmp_path: Path) -> None:
    touch(tmp_path, *(f"out/{number}.png" for number in range(1_001)), "out/home/db")
    found = look(tmp_path, excluded=[str(tmp_path / "out" / "home")])
    assert "out" not in found.linked
    assert not any(path.startswith("out/home") for path in found.copied + found.linked + found.folders)


def test_code_comes_first_when_there_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_survey, "MOST_OTHER_FILES", 1)
    monkeypatch.setattr(folder_survey, "MOST_CODE_FILES", 2)
    touch(tmp_path, "a.txt", "b.txt", "c.txt", "x.py", "y.py", "deep/z.py")
    found = look(tmp_path, ignored=["a.txt"])
    assert found.copied == ["x.py", "y.py", "b.txt"]
    assert found.linked == ["deep/z.py", "c.txt", "a.txt"]
    assert found.linked_code == ["deep/z.py"]


def test_bytes_are_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_survey, "MOST_BYTES", 5)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("four")
    found = look(tmp_path)
    assert (found.copied, found.linked) == (["a.txt"], ["b.txt"])


def test_counting_stops_at_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_survey, "_MOST_COUNTED", 3)
    touch(tmp_path, "a/1", "a/2", "b/1", "train.py")
    found = look(tmp_path)
    assert "train.py" in found.copied
    assert found.linked == ["a", "b"]


def test_links_of_the_user_are_kept_apart(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to("a.txt")
    assert look(tmp_path) == Survey(copied=["a.txt"], symlinks=["b.txt"])


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("train.py", True), ("run.SH", True), ("Makefile", True), ("conf.yaml", True), ("a.csv", False), ("py", False)],
)
def test_code_is_known_by_name(name: str, verdict: bool) -> None:
    assert is_code(name) is verdict
