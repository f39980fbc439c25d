from __future__ import annotations

from typing import Any

import click
import pytest

from selftune.cli.options import Given, program_options
from selftune.cli.program_command import (
    AlgorithmWord,
    CommandWords,
    ProgramCommand,
    ProgramWords,
    ScriptWords,
    program_words,
)
from selftune.model.errors import UnknownName, UsageError
from selftune.model.objective import Direction
from selftune.model.plan import EarlyStopping, Strategy
from selftune.model.ranges import CategoricalRange


def _parsed(*words: str) -> tuple[ProgramWords | None, Given]:
    @click.command(cls=ProgramCommand)
    @program_options
    @click.pass_context
    def command(ctx: click.Context, given: Given) -> Any:
        return program_words(ctx), given

    parsed: tuple[ProgramWords | None, Given] = command.main(list(words), standalone_mode=False)
    return parsed


def test_everything_after_two_dashes_is_the_command() -> None:
    words, given = _parsed("--max-jobs", "3", "--", "python", "train.py", "--max-jobs", "9", "--", "x")
    assert words == CommandWords(("python", "train.py", "--max-jobs", "9", "--", "x"))
    assert given.max_jobs == 3


def test_everything_after_a_script_is_the_scripts() -> None:
    words, given = _parsed("--seed", "0", "fit/train.py", "--lr", "0.1", "--seed", "7", "-v")
    assert words == ScriptWords("fit/train.py", ("--lr", "0.1", "--seed", "7", "-v"))
    assert given.seed == 0


def test_options_may_follow_a_built_in_algorithm() -> None:
    words, given = _parsed("xgboost", "--data", "train=a.csv", "--target", "price", "--hp", "max_depth=5")
    assert words == AlgorithmWord("xgboost")
    assert (given.data, given.target, given.hp) == (("train=a.csv",), "price", (("max_depth", 5),))


def test_nothing_to_run_is_left_to_the_caller() -> None:
    assert _parsed("--max-jobs", "3")[0] is None


def test_two_dashes_without_a_command_are_refused() -> None:
    with pytest.raises(UsageError, match="no command after --"):
        _parsed("--")


def test_a_second_word_after_an_algorithm_is_refused() -> None:
    with pytest.raises(click.UsageError, match="unexpected extra argument"):
        _parsed("xgboost", "train.csv")


def test_every_option_is_read_into_its_type() -> None:
    _, given = _parsed(
        *("--metric", "validation:rmse:min", "--range", "act=relu,tanh", "--strategy", "Random"),
        *("--early-stopping", "off", "--max-runtime", "30m", "--tune", "a", "--tune", "b", "--no-autotune"),
        *("--hp", "lr=1e-3", "--hp", "--bias=true", "--price-per-hour", "2", "--only-listed"),
    )
    assert given.metric == ("validation:rmse", Direction.MINIMIZE)
    assert given.ranges == (("act", CategoricalRange(values=("relu", "tanh"))),)
    assert (given.strategy, given.early_stopping) == (Strategy.RANDOM, EarlyStopping.OFF)
    assert (given.max_runtime, given.tune, given.autotune) == (1800.0, ("a", "b"), False)
    assert given.hp == (("lr", 0.001), ("bias", True))
    assert (given.price_per_hour, given.only_listed) == (2.0, True)


@pytest.mark.parametrize(
    ("text", "name", "direction"),
    [
        ("val_loss:min", "val_loss", Direction.MINIMIZE),
        ("acc:max", "acc", Direction.MAXIMIZE),
        ("validation:rmse", "validation:rmse", None),
    ],
)
def test_a_colon_inside_a_metrics_name_is_kept(text: str, name: str, direction: Direction | None) -> None:
    assert _parsed("--metric", text)[1].metric == (name, direction)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--max-jobs", "0"),
        ("--max-parallel", "-1"),
        ("--max-jobs", "many"),
        ("--max-runtime", "soon"),
        ("--price-per-hour", "0"),
        ("--seed", "x"),
        ("--hp", "max_depth"),
        ("--metric", ":min"),
        ("--name", "a_b"),
    ],
)
def test_a_value_that_makes_no_sense_names_its_option(option: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        _parsed(option, text)
    assert caught.value.message.startswith(f"{option}: ")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("option", "text", "near"),
    [("--strategy", "bayes", "bayesian"), ("--early-stopping", "of", "off"), ("--backend", "loca", "local")],
)
def test_an_unknown_choice_names_the_nearest(option: str, text: str, near: str) -> None:
    with pytest.raises(UnknownName, match=near):
        _parsed(option, text)
