"""Finding the program in a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune.reader.launch import Language, find_program
from selftune.model.errors import UnreadableInput


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text("")
    (tmp_path / "train.sh").write_text("")
    (tmp_path / "fit.R").write_text("")
    (tmp_path / "run").write_text("#!/usr/bin/env python3\n")
    (tmp_path / "go").write_text("#!/bin/bash\n")
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "fit.py").write_text("")
    (tmp_path / "pkg" / "__main__.py").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "script", "start"),
    [
        ("python train.py --lr 1", "train.py", 2),
        ("python3.11 -u -X dev train.py --lr 1", "train.py", 5),
        ("/usr/bin/python train.py", "train.py", 2),
        ("./train.py --lr 1", "train.py", 1),
        ("./run --lr 1", "run", 1),
        ("python -m pkg.fit --lr 1", "pkg/fit.py", 3),
        ("python -m pkg --lr 1", "pkg/__main__.py", 3),
        ("python pkg --lr 1", "pkg/__main__.py", 2),
        ("torchrun --nproc_per_node 2 train.py --lr 1", "train.py", 4),
        ("torchrun --standalone -m pkg.fit --lr 1", "pkg/fit.py", 4),
        ("python -m torch.distributed.run --nproc_per_node=2 train.py --lr 1", "train.py", 5),
        ("accelerate launch --num_processes 2 train.py --lr 1", "train.py", 5),
        ("deepspeed --num_gpus 1 train.py --lr 1", "train.py", 4),
        ("uv run --with numpy python train.py --lr 1", "train.py", 6),
        ("uv run train.py --lr 1", "train.py", 3),
        ("poetry run python train.py", "train.py", 4),
        ("conda run -n ml --no-capture-output python train.py", "train.py", 7),
        ("nice -n 5 time -p python train.py", "train.py", 7),
        ("timeout -k 5 1h python train.py", "train.py", 6),
        ("env LR=1 python train.py", "train.py", 4),
        ("mpirun -np 2 python train.py", "train.py", 5),
    ],
)
def test_the_python_script_is_found_behind_what_starts_it(folder: Path, command: str, script: str, start: int) -> None:
    launch = find_program(command.split(), folder)
    assert launch.language is Language.PYTHON
    assert launch.script == folder / script
    assert launch.arguments_start == start


@pytest.mark.parametrize(
    "command", ["bash train.sh 1", "sh -e train.sh 1", "./train.sh 1", "bash -o pipefail train.sh", "./go 1"]
)
def test_a_shell_script_is_found(folder: Path, command: str) -> None:
    launch = find_program(command.split(), folder)
    assert launch.language is Language.SHELL
    assert launch.script in (folder / "train.sh", folder / "go")


def test_a_script_of_another_language_is_stepped_over(folder: Path) -> None:
    launch = find_program(["Rscript", "--vanilla", "fit.R", "--lr", "1"], folder)
    assert (launch.language, launch.script, launch.arguments_start) == (Language.OTHER, folder / "fit.R", 3)
    assert launch.title == "fit.R"


@pytest.mark.parametrize(
    ("words", "start", "values"),
    [
        (["-v", "lr=0.1", "-f", "gd.awk", "data.csv"], 5, (2,)),
        (["-f", "gd.awk", "-vlr=0.1", "data.csv"], 4, (3,)),
        (["-F", ",", "--assign=lr=0.1", "--file=gd.awk"], 5, (3,)),
    ],
)
def test_awk_takes_values_and_its_program_by_options(
    folder: Path, words: list[str], start: int, values: tuple[int, ...]
) -> None:
    (folder / "gd.awk").touch()
    launch = find_program(["awk", *words], folder)
    assert (launch.script, launch.arguments_start, launch.assignments) == (folder / "gd.awk", start, values)


def test_a_program_of_awk_may_stand_in_the_command(folder: Path) -> None:
    launch = find_program(["gawk", "-v", "lr=0.1", "{ print }", "data.csv"], folder)
    assert (launch.script, launch.code, launch.arguments_start) == (None, "{ print }", 4)


def test_a_program_of_awk_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"gone\.awk"):
        find_program(["awk", "-f", "gone.awk"], folder)


def test_a_bare_executable_takes_all_words_behind_it(folder: Path) -> None:
    launch = find_program(["vw", "--l2", "0.1"], folder)
    assert (launch.title, launch.arguments_start, launch.script) == ("vw", 1, None)


def test_a_command_in_quotes_is_no_script(folder: Path) -> None:
    assert find_program(["bash", "-c", "python train.py"], folder).script is None
    assert find_program(["python", "-c", "print(1)", "3"], folder).arguments_start == 3


def test_an_installed_module_has_nothing_to_read(folder: Path) -> None:
    launch = find_program(["python", "-m", "json.tool", "x"], folder)
    assert (launch.language, launch.script) == (Language.OTHER, None)


@pytest.mark.parametrize("command", ["python trian.py", "bash trian.sh", "./trian.sh"])
def test_a_missing_script_is_an_error_that_names_the_nearest_file(folder: Path, command: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        find_program(command.split(), folder)
    assert "trian" in str(caught.value)
    assert "train." in caught.value.hint


def test_a_missing_script_in_an_empty_folder_says_that_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"There is no \.py file"):
        find_program(["python", "train.py"], tmp_path)


def test_assignments_in_front_are_told_apart_from_those_of_env(folder: Path) -> None:
    assert find_program(["LR=1", "./train.sh"], folder).has_bare_assignments
    launch = find_program(["env", "-i", "LR=1", "B=2", "./train.sh"], folder)
    assert not launch.has_bare_assignments
    assert launch.assignments == (2, 3)


def test_nothing_but_a_wrapper_has_no_program(folder: Path) -> None:
    assert find_program(["env", "A=1"], folder).script is None
