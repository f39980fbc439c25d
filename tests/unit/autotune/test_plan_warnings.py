"""What a plan warns of before anything runs: what the program's own parser would turn away, what it never prints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.request import UserSettings

from .factories import command_request, script_folder

SCRIPT = """
import argparse
from sklearn.linear_model import Ridge

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, default=1.0)
parser.add_argument("-b", "--batch", type=int, default=32)
parser.add_argument("--widths", type=float, nargs="+", default=[1.0, 2.0])
parser.add_argument("--solver", choices=["svd", "lsqr", "a b"], default="svd")
args = parser.parse_args()
model = Ridge(alpha=args.alpha, solver=args.solver)
print(f"val_mse={score}")
"""


def warnings(folder: Path, *arguments: str, **settings: object) -> tuple[str, ...]:
    request = command_request(script_folder(folder, SCRIPT), *arguments)
    return make_plan(replace(request, settings=UserSettings(**settings)), slots=1).warnings  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--alpha", "abc"], "alpha=abc (train.py:6 declares float)"),
        (["-b", "3.5"], "batch=3.5 (train.py:7 declares int)"),
        (["--widths", "1", "x"], "widths=x (train.py:8 declares float)"),
        (["--solver", "qr"], "solver=qr (train.py:9 takes svd, lsqr, a b)"),
    ],
)
def test_a_value_that_the_programs_parser_cannot_read_is_said(tmp_path: Path, arguments: list[str], what: str) -> None:
    said = f"The program's own parser turns away {what}: every training job will fail."
    assert said in warnings(tmp_path, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--alpha", "1e-3", "-b", "7", "--widths", "1", "2.5", "--solver", "lsqr"],
        ["--alpha", "1", "--solver", "a b"],
        ["--alpha", "$ALPHA"],
    ],
)
def test_a_value_that_it_reads_or_that_is_filled_in_later_is_not(tmp_path: Path, arguments: list[str]) -> None:
    assert not any("turns away" in warning for warning in warnings(tmp_path, *arguments))


def test_a_metric_that_the_source_does_not_print_is_said_with_what_it_prints(tmp_path: Path) -> None:
    said = "Nothing in the source is seen to print val_rmse; it prints val_mse."
    assert said in warnings(tmp_path, objective_name="val_rmse")


@pytest.mark.parametrize(
    "settings",
    [{"objective_name": "validation-mse"}, {"objective_name": "val_rmse", "objective_regex": r"rmse=(\S+)"}, {}],
    ids=["another spelling", "a regular expression", "none"],
)
def test_a_metric_that_is_printed_or_found_by_a_regular_expression_is_not(tmp_path: Path, settings) -> None:
    assert not any("is seen to print" in warning for warning in warnings(tmp_path, **settings))
