"""The words of a command line as slots, in every style."""

from __future__ import annotations

import pytest

from selftune.autotune.reader.interface import Declaration, Form, Interface
from selftune.autotune.reader.tokens import TokenReading, read_tokens
from selftune.model.command import CommandTemplate
from selftune.model.values import HyperparameterValue


def template(reading: TokenReading) -> CommandTemplate:
    return CommandTemplate(parts=tuple(reading.parts), today=tuple(reading.values.items()))


@pytest.mark.parametrize(
    ("words", "name", "value", "changed"),
    [
        (["--lr", "0.01"], "lr", 0.01, ["--lr", "0.5"]),
        (["--lr=0.01"], "lr", 0.01, ["--lr=0.5"]),
        (["-lr", "0.01"], "lr", 0.01, ["-lr", "0.5"]),
        (["-k", "3"], "k", 3, ["-k", "0.5"]),
        (["--optimizer.lr=1e-3"], "optimizer.lr", 0.001, ["--optimizer.lr=0.5"]),
        (["lr=0.01"], "lr", 0.01, ["lr=0.5"]),
        (["+model.lr=0.01"], "model.lr", 0.01, ["+model.lr=0.5"]),
        (["0.01"], "arg1", 0.01, ["0.5"]),
        (["--shift", "-0.5"], "shift", -0.5, ["--shift", "0.5"]),
        (["--eps", "1e-08"], "eps", 1e-08, ["--eps", "0.5"]),
        (["-Dlr=0.01"], "lr", 0.01, ["-Dlr=0.5"]),
    ],
)
def test_a_new_value_goes_back_in_the_form_and_place_of_the_old(
    words: list[str], name: str, value: HyperparameterValue, changed: list[str]
) -> None:
    reading = read_tokens(words, Interface())
    assert reading.values == {name: value}
    assert list(template(reading).render({})) == words
    assert list(template(reading).render({name: 0.5})) == changed


BATCH = Declaration(name="batch", dest="batch", source="train.py:1", options=("-b", "--batch"), declared_type="int")
QUIET = Declaration(name="quiet", dest="quiet", source="train.py:2", options=("-q",), form=Form.SWITCH)


def test_a_value_that_is_joined_to_a_declared_letter_is_its_value() -> None:
    reading = read_tokens(["-b64", "-q"], Interface(declarations=(BATCH, QUIET)))
    assert reading.values == {"batch": 64, "quiet": True}
    assert list(template(reading).render({"batch": 128})) == ["-b128", "-q"]


def test_letters_behind_a_switch_or_behind_one_that_is_not_declared_are_no_value() -> None:
    reading = read_tokens(["-q64", "-c64", "--b64"], Interface(declarations=(BATCH, QUIET)))
    assert "batch" not in reading.values
    assert [*reading.values.values()] == [True, True, True]


def test_the_last_of_repeated_names_wins_and_the_others_stay() -> None:
    reading = read_tokens(["--lr", "1", "--lr", "2", "--lr=3"], Interface())
    assert reading.values == {"lr": 3}
    assert list(template(reading).render({"lr": 9})) == ["--lr", "1", "--lr", "2", "--lr=9"]


def test_several_numbers_after_an_option_are_a_list_and_stay() -> None:
    reading = read_tokens(["--layers", "64", "32", "--lr", "1"], Interface())
    assert reading.values == {"layers": "64 32", "lr": 1}
    assert list(template(reading).render({"layers": "1", "lr": 2})) == ["--layers", "64", "32", "--lr", "2"]


def test_one_value_and_a_path_after_an_option_are_a_value_and_a_position() -> None:
    reading = read_tokens(["--lr", "0.1", "data.csv"], Interface())
    assert reading.values == {"lr": 0.1}


def test_an_option_without_a_value_is_a_flag_that_can_be_left_out() -> None:
    reading = read_tokens(["--augment", "--lr", "1"], Interface())
    assert reading.flags == {"augment"}
    assert list(template(reading).render({"augment": False})) == ["--lr", "1"]


def test_a_boolean_word_keeps_its_spelling() -> None:
    reading = read_tokens(["--augment", "True", "--mix=false"], Interface())
    assert list(template(reading).render({"augment": False, "mix": True})) == ["--augment", "False", "--mix=true"]


def test_what_stands_behind_two_dashes_is_by_position() -> None:
    reading = read_tokens(["--lr", "1", "--", "--x", "5"], Interface())
    assert reading.values == {"lr": 1, "arg2": 5}
    assert list(template(reading).render({"arg2": 6})) == ["--lr", "1", "--", "--x", "6"]


def test_a_text_by_position_is_no_hyperparameter() -> None:
    assert read_tokens(["data.csv", "http://host/?a=1"], Interface()).values == {}


def declared(*declarations: Declaration) -> Interface:
    return Interface(declarations=declarations, is_open=False, has_abbreviations=True)


def test_a_declared_switch_takes_no_value() -> None:
    switch = Declaration(name="fast", dest="fast", source="t:1", options=("--fast",), form=Form.SWITCH)
    reading = read_tokens(["--fast", "7"], declared(switch))
    assert reading.values == {"fast": True, "arg1": 7}


def test_a_pair_is_written_as_its_other_spelling() -> None:
    pair = Declaration(
        name="mix",
        dest="mix",
        source="t:1",
        options=("--mix",),
        off_options=("--no-mix",),
        form=Form.PAIR,
        default=True,
    )
    reading = read_tokens(["--no-mix"], declared(pair))
    assert reading.values == {"mix": False}
    assert list(template(reading).render({"mix": True})) == ["--mix"]


def test_a_short_spelling_and_an_abbreviation_mean_the_declared_argument() -> None:
    batch = Declaration(name="batch-size", dest="batch_size", source="t:1", options=("--batch-size", "-b"))
    assert read_tokens(["-b", "8"], declared(batch)).values == {"batch-size": 8}
    assert read_tokens(["--batch", "8"], declared(batch)).values == {"batch-size": 8}


def test_a_declared_option_takes_a_value_that_looks_like_an_option() -> None:
    name = Declaration(name="name", dest="name", source="t:1", options=("--name",), declared_type="str")
    assert read_tokens(["--name", "-x"], declared(name)).values == {"name": "-x"}


def test_a_number_for_a_declared_float_is_a_float_and_text_stays_text() -> None:
    lr = Declaration(name="lr", dest="lr", source="t:1", options=("--lr",), declared_type="float")
    tag = Declaration(name="tag", dest="tag", source="t:1", options=("--tag",), declared_type="str")
    values = read_tokens(["--lr", "1", "--tag", "007"], declared(lr, tag)).values
    assert values == {"lr": 1.0, "tag": "007"}
    assert isinstance(values["lr"], float)


def test_a_declared_list_stays_however_it_is_written() -> None:
    sizes = Declaration(name="sizes", dest="sizes", source="t:1", options=("--sizes",), form=Form.LIST)
    reading = read_tokens(["--sizes", "64", "--sizes=32"], declared(sizes))
    assert list(template(reading).render({"sizes": 1})) == ["--sizes", "64", "--sizes=32"]


def test_a_long_spelling_is_the_name_that_the_user_gets_to_see() -> None:
    decay = Declaration(name="weight-decay", dest="weight_decay", source="t:1", options=("--weight-decay", "--wd"))
    assert read_tokens(["--wd", "0.1"], declared(decay)).values == {"wd": 0.1}
