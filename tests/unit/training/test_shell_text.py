"""Values in a shell script are found where they are set or handed on, and changed in place."""

from __future__ import annotations

import pytest

from selftune.training.config_file import read_values, rewrite

SCRIPT = """#!/bin/bash
# LR=9
export THREADS=1
LR=0.05  # rate
NAME="run a"
EPOCHS=${EPOCHS:-3}
OUT=$(date)
WD=0.1 python train.py \\
    --lr $LR --wd 0.001 --hidden=64 \\
    --name 'a b' --sizes 1 2 3 --flag --deep true model.depth=4 --negative -0.5
echo "--lr 3"; accelerate launch --num_processes 2 fit.py --alpha 0.5 | tee log
"""


def test_assignments_and_options_are_found() -> None:
    assert read_values(SCRIPT, "shell") == {
        "THREADS": 1,
        "LR": 0.05,
        "NAME": "run a",
        "WD": 0.1,
        "wd": 0.001,
        "hidden": 64,
        "name": "a b",
        "deep": True,
        "model.depth": 4,
        "negative": -0.5,
        "alpha": 0.5,
    }


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("LR", 0.5, "LR=0.05  # rate", "LR=0.5  # rate"),
        ("wd", 1e-5, "--wd 0.001", "--wd 1e-05"),
        ("hidden", 128, "--hidden=64", "--hidden=128"),
        ("name", "c d", "'a b'", "'c d'"),
        ("deep", False, "--deep true", "--deep false"),
    ],
)
def test_only_the_value_changes(key: str, value: bool | int | float | str, before: str, after: str) -> None:
    assert rewrite(SCRIPT, "shell", {key: value}) == SCRIPT.replace(before, after)


def test_what_two_programs_are_given_under_one_name_is_left_alone() -> None:
    assert read_values("python a.py --lr 0.1\npython b.py --lr 0.2 --wd 1\n", "shell") == {"wd": 1}
