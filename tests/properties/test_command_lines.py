"""Any command line, read and rendered with today's values, is the command line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from selftune.autotune.reader.command import read_command
from selftune.autotune.reader.interface import Interface
from selftune.autotune.reader.tokens import read_tokens
from selftune.model.command import CommandTemplate

NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_.-]{0,8}", fullmatch=True)
VALUES = st.one_of(
    st.integers(-1000, 1000).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(
        ["1e-3", "-1e-08", "True", "false", "adam", "a/b.csv", "", "x=y", "[64,64]", "-", "0x1f", "nan", "1_000"]
    ),
)
PIECES = st.one_of(
    st.tuples(NAMES, VALUES).map(lambda pair: [f"--{pair[0]}", pair[1]]),
    st.tuples(NAMES, VALUES).map(lambda pair: [f"--{pair[0]}={pair[1]}"]),
    st.tuples(NAMES, VALUES).map(lambda pair: [f"-{pair[0]}", pair[1]]),
    st.tuples(NAMES, VALUES).map(lambda pair: [f"{pair[0]}={pair[1]}"]),
    st.tuples(NAMES, VALUES).map(lambda pair: [f"+{pair[0]}={pair[1]}"]),
    st.tuples(NAMES, st.lists(VALUES, min_size=2, max_size=4)).map(lambda pair: [f"--{pair[0]}", *pair[1]]),
    NAMES.map(lambda name: [f"--{name}"]),
    NAMES.map(lambda name: [f"--no-{name}"]),
    VALUES.map(lambda value: [value]),
    st.just(["--"]),
)
COMMANDS = st.lists(PIECES, max_size=8).map(lambda pieces: [word for piece in pieces for word in piece])


@given(COMMANDS)
def test_rendering_today_s_values_gives_the_command_back(words: list[str]) -> None:
    reading = read_tokens(words, Interface())
    template = CommandTemplate(parts=tuple(reading.parts), today=tuple(reading.values.items()))
    assert list(template.render({})) == words
    assert list(template.render(dict(template.today))) == words


@given(COMMANDS, st.floats(0, 1))
def test_a_new_value_changes_one_word_at_most(words: list[str], value: float) -> None:
    reading = read_tokens(words, Interface())
    template = CommandTemplate(parts=tuple(reading.parts), today=tuple(reading.values.items()))
    for name in template.slot_names - reading.flags:
        rendered = template.render({name: value})
        assert len(rendered) == len(words)
        assert sum(new != old for new, old in zip(rendered, words, strict=True)) <= 1


SCRIPT = """
import argparse
p = argparse.ArgumentParser()
p.add_argument("--lr", "-l", type=float, default=0.1)
p.add_argument("--layers", nargs="+", type=int, default=[1])
p.add_argument("--fast", action="store_true")
p.add_argument("--mix", action=argparse.BooleanOptionalAction, default=True)
p.add_argument("rest", nargs="*")
"""
DECLARED = st.lists(
    st.sampled_from(
        [
            ["--lr", "1e-3"],
            ["--lr=-2"],
            ["-l", "3"],
            ["--l", "5"],
            ["--layers", "1", "2"],
            ["--fast"],
            ["--mix"],
            ["--no-mix"],
            ["file"],
        ]
    ),
    max_size=6,
).map(lambda pieces: [word for piece in pieces for word in piece])


@given(DECLARED)
def test_a_script_with_a_parser_gets_its_own_command_back(words: list[str]) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "train.py").write_text(SCRIPT)
        reading = read_command(["python", "train.py", *words], Path(folder))
    assert reading.template.render({}) == ("python", "train.py", *words)
    assert reading.template.render(dict(reading.template.today)) == ("python", "train.py", *words)
