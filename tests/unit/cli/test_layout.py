from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.cli.layout import paragraph, table, wrap

PASTED = [
    "selftune run --from train-1a2b --range 'lr=0.001..0.1:log' --max-jobs 40",
    "--metric-regex 'validation loss : ([-+0-9.eE]+)'",
    "--hp learning_rate=VALUE",
    '"a regular expression with blanks"',
    "`selftune explain train-1a2b lr`",
]


@pytest.mark.parametrize("pasted", PASTED)
@pytest.mark.parametrize("width", [30, 45, 60])
def test_what_is_to_be_pasted_is_never_wrapped_inside(pasted: str, width: int) -> None:
    text = f"Something went wrong with today's value, so that you may want to try {pasted}, which isn't hard."
    assert any(pasted in line for line in paragraph(text, width=width))
    assert any(pasted in line for line in table([("Note", text)], width=width))


def test_what_is_wider_than_the_screen_stands_on_a_line_of_its_own() -> None:
    lines = wrap("Go on with selftune run --from train-1a2b --max-jobs 40. It takes the best values.", 30)
    assert lines == ["Go on with", "selftune run --from train-1a2b --max-jobs 40.", "It takes the best values."]


def test_an_indented_line_is_kept_as_it_is() -> None:
    text = "Its last lines:\n    epoch 1   loss  0.5   accuracy  0.75   time  1.5\nPrint one."
    assert paragraph(text, width=30)[1] == "    epoch 1   loss  0.5   accuracy  0.75   time  1.5"


def test_an_apostrophe_opens_no_quotation() -> None:
    assert wrap("today's value isn't the script's own", 14) == ["today's value", "isn't the", "script's own"]


@given(st.text(alphabet="ab -'\"`.,;()=", max_size=80), st.integers(10, 40))
def test_no_word_is_lost_and_none_is_added(text: str, width: int) -> None:
    assert re.sub(r"\s", "", "".join(wrap(text, width))) == re.sub(r"\s", "", text)
