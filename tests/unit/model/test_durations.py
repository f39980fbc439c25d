from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.model.durations import parse_duration, written_duration
from selftune.model.errors import UsageError
from selftune.views.durations import rough


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("1d", 86400),
        ("1h30m", 5400),
        ("0.5h", 1800),
        ("45", 45),
        ("5min", 300),
    ],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "0m", "-5m", "5x", "m"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_duration(text)
    assert "30m" in caught.value.hint


@given(st.one_of(st.integers(1, 10**7).map(float), st.floats(0.001, 1e6)))
def test_a_duration_written_reads_back_equal(seconds: float) -> None:
    assert parse_duration(written_duration(seconds)) == seconds


def test_a_rough_duration_has_at_most_two_parts() -> None:
    assert [rough(0.84), rough(42), rough(300), rough(5400), rough(172_800)] == [
        "0.84 s",
        "42 s",
        "5 min",
        "1 h 30 min",
        "48 h",
    ]
