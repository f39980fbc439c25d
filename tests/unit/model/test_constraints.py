"""What must hold between hyperparameters."""

from __future__ import annotations

import pytest

from selftune.model.constraints import Constraint
from selftune.model.errors import UsageError


def constraint(text: str) -> Constraint:
    return Constraint(text=text, reason="It would fail.", source="a test")


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("num_leaves <= 2 ** max_depth", {"num_leaves": 8, "max_depth": 3}, True),
        ("num_leaves <= 2 ** max_depth", {"num_leaves": 9, "max_depth": 3}, False),
        ("warmup < 0.5 * epochs", {"warmup": 3, "epochs": 5}, False),
        ("n_embd % n_head == 0", {"n_embd": 64, "n_head": 4}, True),
        ("n_embd % n_head == 0", {"n_embd": 66, "n_head": 4}, False),
        ("{batch-size} <= 100", {"batch-size": 128}, False),
        ("{optimizer.lr} > {optimizer.min-lr}", {"optimizer.lr": 0.1, "optimizer.min-lr": 0.01}, True),
    ],
)
def test_arithmetic_decides(text, values, holds):
    assert constraint(text).holds(values) is holds


@pytest.mark.parametrize("values", [{}, {"a": 1}, {"a": 1, "b": "auto"}, {"a": 1, "b": True}])
def test_what_is_not_known_forbids_nothing(values):
    assert constraint("a > 2 * b").holds(values)


def test_numbers_that_break_arithmetic_forbid_nothing():
    assert constraint("a <= 1 / b").holds({"a": 5, "b": 0})
    assert constraint("a <= 2 ** b").holds({"a": 5, "b": 10_000})


def test_it_names_the_hyperparameters_that_it_speaks_of():
    assert constraint("{batch-size} * steps <= 2 ** depth").names == {"batch-size", "steps", "depth"}


@pytest.mark.parametrize(
    "text",
    ["", "a", "a <", "a < b < c", "__import__('os')", "a.b < 1", "f(a) < 1", "a < 'x'", "[a] < 1", "a if b else c"],
)
def test_anything_but_one_comparison_of_arithmetic_is_refused(text):
    with pytest.raises(UsageError, match="is no constraint"):
        constraint(text)


@pytest.mark.parametrize(
    ("text", "gap"),
    [("a <= b", 0.0), ("a > b", 4.0), ("a * b == 10", 13.0), ("a < missing", 0.0)],
)
def test_how_far_apart_the_sides_of_a_broken_constraint_are(text, gap):
    assert constraint(text).gap({"a": -1, "b": 3}) == gap


@pytest.mark.parametrize("text", ["a + b != 2", "b - a < 4"])
def test_a_constraint_may_be_broken_by_nothing_at_all(text):
    assert constraint(text).gap({"a": -1, "b": 3}) > 0
    assert not constraint(text).holds({"a": -1, "b": 3})


def test_the_root_of_a_negative_number_makes_no_statement():
    assert constraint("x ** 0.5 <= 1").holds({"x": -4.0})
    assert not constraint("x ** 2 <= 1").holds({"x": -4.0})
