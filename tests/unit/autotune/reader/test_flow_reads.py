"""A function is visited again where something that its last visit read has changed, and only there."""

from __future__ import annotations

import pytest

from selftune.autotune.reader.python.flow_reads import Reads, Summary
from selftune.autotune.reader.python.flow_values import Value

RATE, DEPTH = Value(origins=frozenset({"rate"})), Value(origins=frozenset({"depth"}))


def test_what_is_as_it_was_need_not_be_read_again() -> None:
    state, reads = {"lr": RATE}, Reads()
    assert reads.get(state, "lr") == RATE
    assert reads.get(state, "width") is None
    state["other"] = DEPTH
    assert reads.are_current()


@pytest.mark.parametrize("name", ["lr", "width"])
def test_a_changed_value_is_noticed_also_where_there_was_none(name: str) -> None:
    state, reads = {"lr": RATE}, Reads()
    reads.get(state, "lr")
    reads.get(state, "width")
    state[name] = DEPTH
    assert not reads.are_current()


def test_who_read_all_items_notices_a_new_one() -> None:
    state, reads = {"lr": RATE}, Reads()
    assert reads.all(state) == {"lr": RATE}
    assert reads.are_current()
    state["depth"] = DEPTH
    assert not reads.are_current()


def test_another_result_of_a_function_is_noticed() -> None:
    summary, reads = Summary(), Reads()
    reads.result(summary)
    assert reads.are_current()
    summary.factors = frozenset({"weight"})
    assert not reads.are_current()


def test_a_visit_that_left_something_out_is_never_current() -> None:
    assert not Reads(is_partial=True).are_current()
