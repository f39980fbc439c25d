"""What was asked for last is kept; what was asked for longest ago goes first."""

from __future__ import annotations

from selftune.store.recent import Recent


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_a_value_that_is_put_again_takes_no_second_place() -> None:
    recent: Recent[str, int] = Recent(2)
    for value in range(5):
        recent.put("a", value)
    recent.put("b", 0)
    assert recent.get("a") == 4
