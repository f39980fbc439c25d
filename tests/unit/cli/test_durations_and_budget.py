from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.cli.budget import JobBudget, MoneyBudget, TimeBudget, parse_budget, within_budget, within_money
from selftune.cli.durations import parse_duration, written_duration
from selftune.model.errors import UsageError
from selftune.model.request import UserSettings
from selftune.testing.factories import a_plan
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


def test_a_budget_is_jobs_time_or_money() -> None:
    assert parse_budget("20jobs") == JobBudget(20)
    assert parse_budget("2h") == TimeBudget(7200)
    assert parse_budget("5usd") == MoneyBudget(5)
    assert parse_budget("$2.50") == MoneyBudget(2.5)


@pytest.mark.parametrize("text", ["0jobs", "0usd", "lots", "5 eur"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a budget"):
        parse_budget(text)


def test_a_budget_sets_the_limit_that_it_means() -> None:
    assert within_budget(UserSettings(), JobBudget(20)).max_jobs == 20
    assert within_budget(UserSettings(), TimeBudget(60)).max_runtime_seconds == 60


def test_a_limit_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="--budget and --max-jobs"):
        within_budget(UserSettings(max_jobs=3), JobBudget(20))


def test_a_budget_in_money_needs_a_price() -> None:
    with pytest.raises(UsageError) as caught:
        within_budget(UserSettings(), MoneyBudget(5))
    assert "--price-per-hour" in caught.value.hint


def test_money_buys_run_time_shared_by_the_jobs_that_run_at_once() -> None:
    settings = within_money(UserSettings(price_per_hour=2.0), MoneyBudget(5), a_plan(max_parallel=2))
    assert settings.max_runtime_seconds == 2.5 * 3600 / 2
