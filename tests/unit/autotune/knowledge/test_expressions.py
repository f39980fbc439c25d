"""Arithmetic over the data's facts."""

from __future__ import annotations

import pytest

from selftune.autotune.knowledge.expressions import Expression


@pytest.mark.parametrize(
    ("text", "value"),
    [("rows / 2", 50.0), ("min(rows, 7) * 3 - 1", 20.0), ("sqrt(rows)", 10.0), ("max(1, rows / 1000)", 1.0)],
)
def test_an_expression_is_worked_out(text: str, value: float) -> None:
    assert Expression.read(text).value({"rows": 100.0}) == value


def test_without_a_fact_there_is_no_value() -> None:
    assert Expression.read("rows / columns").value({"rows": 100.0}) is None
    assert Expression.read("rows / columns").value({"rows": 100.0, "columns": 0.0}) is None


@pytest.mark.parametrize("text", ["lines / 2", "rows ** 2", "open('x')", "rows.real", "rows +", "max()", "'a'"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"none of|arithmetic|understood"):
        Expression.read(text)
