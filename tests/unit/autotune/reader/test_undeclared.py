"""Options that a program surely refuses, and arguments of which its source does not tell the names."""

from __future__ import annotations

import pytest

PARSER = """
    import argparse
    p = argparse.ArgumentParser()
    p.add_argument("--lr", type=float, default=0.01)
    {more}
    print("val_loss:", a.lr)
"""


def read(programs, more: str, *arguments: str):
    lines = "\n    ".join(more.splitlines())
    return programs.script(PARSER.format(more=lines), *arguments)


def test_a_mistyped_option_is_not_tuned_and_the_nearest_is_named(programs, found) -> None:
    reading = read(programs, "a = p.parse_args()", "--lrr", "0.1")

    assert found(reading, "lrr").fixed_because == "is no argument that train.py declares"
    assert found(reading, "lr").fixed_because == ""
    notes = [text for text in reading.warnings if "--lrr" in text]
    assert len(notes) == 1
    assert notes[0].endswith("Did you mean --lr?")


def test_an_abbreviated_option_is_no_mistake(programs) -> None:
    assert read(programs, "a = p.parse_args()", "--l", "0.1").warnings == ()


@pytest.mark.parametrize(
    "more",
    [
        "a, _ = p.parse_known_args()",
        "import engine\nengine.add_arguments(p)\na = p.parse_args()",
        "def add(q):\n    import engine\n    q.add_argument('--m')\n    engine.more(q)\nadd(p)\na = p.parse_args()",
        "import sys\nsys.argv.remove('--lrr')\na = p.parse_args()",
        "for name in open('names'): p.add_argument(name)\na = p.parse_args()",
        "import engine\np = engine.parser()\na = p.parse_args(engine.words())",
    ],
)
def test_an_option_that_code_unseen_may_take_is_believed(programs, found, more: str) -> None:
    reading = read(programs, more, "--lrr", "0.1")

    assert found(reading, "lrr").fixed_because == ""
    assert not any("refuse" in text for text in reading.warnings)


def test_names_that_only_a_run_tells_are_said_with_their_line(programs) -> None:
    reading = read(programs, "for name in open('names'): p.add_argument('--' + name)\na = p.parse_args()")

    assert [text for text in reading.warnings if text.startswith("train.py:5 ") and "--probe" in text]


def test_a_function_that_declares_what_its_callers_name_is_no_dynamic_name(programs, found) -> None:
    more = "def add(name, value): p.add_argument(name, default=value)\nadd('--depth', 3)\na = p.parse_args()"
    reading = read(programs, more)

    assert found(reading, "depth").value == 3
    assert reading.warnings == ()


def test_words_that_are_handed_on_undeclared_are_said_only_where_they_are_used(programs) -> None:
    used = read(programs, "a, rest = p.parse_known_args()\nprint(rest)")
    unused = read(programs, "a, rest = p.parse_known_args()")

    assert any("parse_known_args" in text for text in used.warnings)
    assert unused.warnings == ()
