"""Times for people."""

from __future__ import annotations

import pytest

from selftune.views.durations import used_and_limit


@pytest.mark.parametrize(
    ("used", "limit", "words"),
    [
        (1.72, 1.8, ("1.7 s", "1.8 s")),
        (5.96, 6.0, ("6 s", "6 s")),
        (42.3, 60.0, ("0:42", "60 s")),
        (97.6, 600.0, ("1:38", "10 min")),
        (139.8, 140.0, ("2:20", "2:20")),
        (46_000.0, 46_200.0, ("12:46:40", "12:50:00")),
        (3_600.0, 172_800.0, ("1:00:00", "48 h")),
    ],
)
def test_a_time_and_its_limit_are_rounded_alike(used, limit, words):
    assert used_and_limit(used, limit) == words
