"""Numbers in headers and queries are those that can be meant."""

from __future__ import annotations

import pytest

from selftune.server.http import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5000, None)],
)
def test_a_number_that_no_disk_has_is_none(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1_0", "1.0", "\u00b2", "\u0663"])
def test_digits_are_those_of_ascii_and_nothing_else(text: str) -> None:
    assert whole_number(text) is None


def test_a_number_may_be_bounded_more_closely() -> None:
    assert whole_number("99999", digits=5) == 99_999
    assert whole_number("100000", digits=5) is None
