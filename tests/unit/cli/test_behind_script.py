from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from selftune.cli.options import Given, json_option, program_options
from selftune.cli.program_command import ProgramCommand, ProgramWords, ScriptWords, program_words
from selftune.model.errors import UsageError

ARGPARSE = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--seed", type=int, default=1)
name = "a word that is also an option of ours"
args = parser.parse_args()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "train.py").write_text(ARGPARSE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _parsed(*words: str) -> tuple[ProgramWords | None, Given, Path | None, bool]:
    @click.command(cls=ProgramCommand)
    @program_options
    @click.option("-o", "--output", type=click.Path(path_type=Path))
    @click.option("--detach", is_flag=True)
    @json_option
    @click.pass_context
    def plan(ctx: click.Context, given: Given, output: Path | None, detach: bool, as_json: bool) -> Any:  # noqa: ARG001
        return program_words(ctx), given, output, as_json

    parsed: tuple[ProgramWords | None, Given, Path | None, bool]
    parsed = plan.main(list(words), prog_name="selftune plan", standalone_mode=False)
    return parsed


@pytest.mark.parametrize("spelling", [("-o", "plan.toml"), ("--output", "plan.toml"), ("--output=plan.toml",)])
def test_where_the_answer_goes_may_stand_behind_the_script(spelling: tuple[str, ...]) -> None:
    words, _, output, as_json = _parsed("train.py", "--lr", "0.2", *spelling, "--json")
    assert words == ScriptWords("train.py", ("--lr", "0.2"))
    assert (output, as_json) == (Path("plan.toml"), True)


def test_what_the_script_declares_is_the_scripts(folder: Path) -> None:
    (folder / "train.py").write_text(ARGPARSE.replace('"--lr"', '"-o", "--output"').replace('"--seed"', '"--json"'))
    words, _, output, as_json = _parsed("train.py", "-o", "best.pt", "--json", "1")
    assert words == ScriptWords("train.py", ("-o", "best.pt", "--json", "1"))
    assert (output, as_json) == (None, False)


def test_what_a_module_of_the_script_declares_is_the_scripts(folder: Path) -> None:
    (folder / "train.py").write_text("from arguments import args\nprint(args)\n")
    (folder / "arguments.py").write_text(ARGPARSE)
    assert _parsed("train.py", "--seed", "3")[0] == ScriptWords("train.py", ("--seed", "3"))


def test_where_the_reader_cannot_tell_a_name_in_the_text_is_enough(folder: Path) -> None:
    (folder / "train.py").write_text("from somewhere import parse\nmax_jobs, name = parse()\n")
    assert _parsed("train.py", "--max-jobs", "3")[0] == ScriptWords("train.py", ("--max-jobs", "3"))


@pytest.mark.parametrize(
    ("behind", "moved"),
    [
        (("--max-jobs", "3"), "selftune plan --strategy random --max-jobs 3 train.py --lr 0.2"),
        (("--detach",), "selftune plan --strategy random --detach train.py --lr 0.2"),
        (("--name", "x"), "selftune plan --strategy random --name x train.py --lr 0.2"),
        (("--range", "lr=a b"), "selftune plan --strategy random --range 'lr=a b' train.py --lr 0.2"),
        (("--budget=2h", "--json"), "selftune plan --strategy random --json --budget=2h train.py --lr 0.2"),
        (("--help",), "selftune plan --strategy random --help train.py --lr 0.2"),
    ],
)
def test_an_option_of_ours_that_the_script_does_not_take_is_refused_with_the_line_to_paste(
    behind: tuple[str, ...], moved: str
) -> None:
    with pytest.raises(UsageError, match=behind[0].partition("=")[0]) as caught:
        _parsed("--strategy", "random", "train.py", "--lr", "0.2", *behind)
    corrected, _, otherwise = caught.value.hint.partition("\n")
    assert corrected == moved
    escape = shlex.split(otherwise.partition("all the same: ")[2])
    assert escape[escape.index("--") + 1 :] == [
        "python",
        "train.py",
        "--lr",
        "0.2",
        *(w for w in behind if w != "--json"),
    ]


def test_behind_two_dashes_everything_is_the_scripts() -> None:
    words, _, _, as_json = _parsed("train.py", "--lr", "0.2", "--", "--json", "--max-jobs", "3")
    assert words == ScriptWords("train.py", ("--lr", "0.2", "--", "--json", "--max-jobs", "3"))
    assert as_json is False


def test_a_script_that_does_not_parse_keeps_its_words(folder: Path) -> None:
    (folder / "train.py").write_text("def broken(:\n")
    assert _parsed("train.py", "--max-jobs", "3")[0] == ScriptWords("train.py", ("--max-jobs", "3"))
