"""A signature counts once, but for the moment in which two equal calls have the same one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from selftune.server.aws.errors import AwsError
from selftune.server.aws.replays import SAME_MOMENT, UsedSignatures

NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
LATER = SAME_MOMENT + timedelta(milliseconds=1)


def is_refused_again_after(later: timedelta) -> bool:
    used = UsedSignatures()
    used.use("a1" * 32, NOW)
    try:
        used.use("a1" * 32, NOW + later)
    except AwsError:
        return True
    return False


def test_what_is_sent_again_later_is_refused_for_as_long_as_its_signature_could_hold() -> None:
    used = UsedSignatures()
    used.use("a1" * 32, NOW)
    for later in (LATER, timedelta(minutes=5), timedelta(minutes=10)):
        with pytest.raises(AwsError, match="carried out already") as caught:
            used.use("a1" * 32, NOW + later)
        assert (caught.value.code, caught.value.status) == ("InvalidSignatureException", 403)


def test_equal_calls_of_one_second_are_both_carried_out() -> None:
    assert not is_refused_again_after(timedelta())
    assert not is_refused_again_after(SAME_MOMENT)
    assert is_refused_again_after(LATER)


def test_signatures_that_hold_no_more_are_forgotten_and_so_are_the_oldest_of_too_many() -> None:
    used = UsedSignatures(size=2)
    for name in ("a1", "b2", "c3"):
        used.use(name * 32, NOW)
    used.use("a1" * 32, NOW + LATER)  # made room for
    with pytest.raises(AwsError):
        used.use("c3" * 32, NOW + LATER)
    used.use("c3" * 32, NOW + timedelta(minutes=11))  # too old to pass the check of its time
