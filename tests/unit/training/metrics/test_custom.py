"""The user's own regular expression."""

from __future__ import annotations

import pytest

from selftune.model.errors import UsageError
from selftune.training.metrics import MetricReader, check_regex


def test_the_first_group_is_the_value() -> None:
    found = MetricReader("score", r"ended at ([0-9.]+)").read("ended at 0.5 and ended at 0.7\n")
    assert found == [("score", 0.5), ("score", 0.7)]


def test_other_metrics_are_still_seen_beside_the_users() -> None:
    found = MetricReader("loss", r"loss is now (\S+)").read("loss is now 0.4, acc=0.9\nloss=7\n")
    assert found == [("loss", 0.4), ("acc", 0.9)]


def test_what_the_group_holds_may_be_no_number() -> None:
    assert MetricReader("score", r"score=(\w*)").read("score=none\nscore=3\n") == [("score", 3.0)]


def test_an_expression_without_a_group_is_refused() -> None:
    with pytest.raises(UsageError, match="no group") as error:
        check_regex("loss=[0-9]+")
    assert "brackets" in error.value.hint


def test_an_expression_that_does_not_compile_is_refused() -> None:
    with pytest.raises(UsageError, match="does not compile"):
        check_regex("loss=([0-9]+")


def test_an_expression_that_backtracks_for_ever_costs_values_and_not_time() -> None:
    reader = MetricReader("x", r"(a+)+$")
    assert reader.read(("a" * 60 + "b\n") * 3 + "loss=1\n") == [("loss", 1.0)]
