from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.cli.range_syntax import as_continuous, parse_named_range, parse_range, range_text
from selftune.model.errors import InvalidRange, UnknownName, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType


def test_a_continuous_range_with_a_scale_is_read() -> None:
    name, range_ = parse_named_range("lr=1e-5..1e-1:log")
    assert name == "lr"
    assert range_ == ContinuousRange(low=1e-5, high=0.1, scaling=ScalingType.LOG)


def test_two_whole_bounds_make_an_integer_range() -> None:
    assert parse_named_range("batch-size=8..256:log")[1] == IntegerRange(low=8, high=256, scaling=ScalingType.LOG)


def test_a_dot_or_an_exponent_in_one_bound_makes_it_continuous() -> None:
    assert parse_named_range("dropout=0.0..1")[1] == ContinuousRange(low=0.0, high=1.0)
    assert parse_named_range("penalty=1..1e3")[1] == ContinuousRange(low=1.0, high=1000.0)


def test_negative_bounds_are_numbers() -> None:
    assert parse_named_range("shift=-2..2")[1] == IntegerRange(low=-2, high=2)


def test_a_comma_list_is_a_choice_of_typed_values() -> None:
    assert parse_named_range("act=relu,tanh")[1] == CategoricalRange(values=("relu", "tanh"))
    assert parse_named_range("depth=2,4,8")[1] == CategoricalRange(values=(2, 4, 8))
    assert parse_named_range("bias=true,false")[1] == CategoricalRange(values=(True, False))


def test_dashes_before_the_name_do_not_count() -> None:
    assert parse_named_range("--lr=0.1..0.2")[0] == "lr"


def test_a_name_may_hold_dots() -> None:
    assert parse_named_range("optimizer.lr=0.1..0.2")[0] == "optimizer.lr"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("lr=0.1..0.01", "Range of lr: low 0.1 is above high 0.01.", "Did you mean --range lr=0.01..0.1 ?"),
        ("lr=1..0:log", "Range of lr: low 1 is above high 0.", "Did you mean --range lr=0..1:log ?"),
        (
            "lr=0..1:log",
            "Range of lr: a log scale cannot start at 0.",
            "Smallest useful value? e.g. --range lr=1e-6..1:log, or drop :log.",
        ),
        (
            "lr=0.1..0.1",
            "Range of lr: low and high are both 0.1, so there is nothing to tune.",
            "To hold it there: --hp lr=0.1 --keep lr",
        ),
        ("lr=0.1-0.5", "Range of lr: '0.1-0.5' is one value, not a range.", "Did you mean --range lr=0.1..0.5 ?"),
        ("lr=[0.1:0.5]", "Range of lr: '[0.1:0.5]' is one value, not a range.", "Did you mean --range lr=0.1..0.5 ?"),
    ],
)
def test_a_mistaken_range_is_answered_with_a_corrected_one(text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidRange) as caught:
        parse_named_range(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize("text", ["lr=..0.1", "lr=0.1..", "lr=a..b", "lr=0..inf", "lr=nan..1", "act=a,,b", "lr=a,a"])
def test_nonsense_names_the_hyperparameter(text: str) -> None:
    with pytest.raises(InvalidRange, match=r"^Range of (lr|act): "):
        parse_named_range(text)


@pytest.mark.parametrize("text", ["lr", "=0..1", "lr="])
def test_half_an_option_says_how_a_range_is_written(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_named_range(text)
    assert "LOW..HIGH" in caught.value.hint


def test_an_unknown_scale_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        parse_named_range("lr=0.1..0.2:lgo")
    assert "'log'" in caught.value.hint


def test_a_reverse_log_scale_must_end_below_one() -> None:
    with pytest.raises(InvalidRange, match="Range of momentum"):
        parse_named_range("momentum=0.5..1.0:reverse-log")


def test_whole_bounds_become_continuous_on_request() -> None:
    assert as_continuous(IntegerRange(low=0, high=1)) == ContinuousRange(low=0.0, high=1.0)


_bounds = st.tuples(st.floats(min_value=-1e12, max_value=1e12), st.floats(min_value=-1e12, max_value=1e12)).filter(
    lambda pair: pair[0] < pair[1]
)


@given(_bounds)
def test_a_continuous_range_written_reads_back_equal(bounds: tuple[float, float]) -> None:
    range_ = ContinuousRange(low=bounds[0], high=bounds[1])
    assert parse_range("x", range_text(range_)) == range_


@pytest.mark.parametrize("text", ["wd=0 or 1e-6..0.01:log", "wd=0.0  or 0.000001..1e-2:LOG"])
def test_a_zero_beside_a_log_scale_is_read(text: str) -> None:
    range_ = ContinuousRange(low=1e-6, high=0.01, scaling=ScalingType.LOG, includes_zero=True)
    assert parse_named_range(text) == ("wd", range_)
    assert parse_range("wd", range_text(range_)) == range_
    assert range_text(range_) == "0 or 1e-06..0.01:log"


def test_whole_bounds_beside_a_zero_are_real_numbers() -> None:
    range_ = parse_range("wd", "0 or 1..10:log")
    assert range_ == ContinuousRange(low=1.0, high=10.0, scaling=ScalingType.LOG, includes_zero=True)


@pytest.mark.parametrize("text", ["wd=0 or 0.1..1", "wd=0 or 0.1..0.9:reverse-log"])
def test_a_zero_beside_any_other_scale_is_answered_with_what_to_write(text: str) -> None:
    with pytest.raises(InvalidRange, match=r"Range of wd: a zero stands only beside a log scale") as caught:
        parse_named_range(text)
    assert "wd=0 or 0.1.." in (caught.value.hint or "")


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_an_integer_range_written_reads_back_equal(low: int, width: int) -> None:
    range_ = IntegerRange(low=low, high=low + width, scaling=ScalingType.LOG)
    assert parse_range("x", range_text(range_)) == range_
