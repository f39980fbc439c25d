from __future__ import annotations

import numpy as np
import pytest

from selftune.model.errors import InvalidRange, UnknownName, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.sdk.parameters import (
    CategoricalParameter,
    ContinuousParameter,
    IntegerParameter,
    parameter_of,
    range_of,
)


def test_a_scale_left_to_auto_is_logarithmic_over_a_hundredfold() -> None:
    assert ContinuousParameter(0.001, 0.1).as_range().scaling is ScalingType.LOG
    assert ContinuousParameter(0.001, 0.01).as_range().scaling is ScalingType.LINEAR
    assert ContinuousParameter(0.0, 1000.0).as_range().scaling is ScalingType.LINEAR


def test_a_scale_that_is_named_holds() -> None:
    assert ContinuousParameter(1, 2, scaling_type="Logarithmic").as_range().scaling is ScalingType.LOG
    assert ContinuousParameter(0.5, 0.9, "ReverseLogarithmic").as_range().scaling is ScalingType.REVERSE_LOG


def test_an_unknown_scale_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'Logarithmic'"):
        ContinuousParameter(1, 2, scaling_type="Logaritmic")


def test_zero_beside_a_range_makes_it_logarithmic_and_is_part_of_what_it_is() -> None:
    with_zero = ContinuousParameter(0.01, 0.1, includes_zero=True)
    assert with_zero.as_range() == ContinuousRange(low=0.01, high=0.1, scaling=ScalingType.LOG, includes_zero=True)
    assert with_zero != ContinuousParameter(0.01, 0.1)
    assert repr(with_zero) == "ContinuousParameter(0.01, 0.1, scaling_type='Auto', includes_zero=True)"


@pytest.mark.parametrize("scale", ["Linear", "ReverseLogarithmic"])
def test_zero_stands_beside_a_logarithmic_range_only(scale: str) -> None:
    with pytest.raises(InvalidRange, match=r"(?s)beside a logarithmic range only.*start at zero: \(0\.0, 0\.5\)"):
        ContinuousParameter(0.1, 0.5, scale, includes_zero=True)


def test_a_log_scale_from_zero_is_refused_with_both_ways_out() -> None:
    with pytest.raises(InvalidRange, match="cannot start at 0") as caught:
        ContinuousParameter(0, 0.01, "Logarithmic")
    assert "(1e-08, 0.01, 'Logarithmic')" in caught.value.hint
    assert "ContinuousParameter(1e-08, 0.01, includes_zero=True)" in caught.value.hint
    with pytest.raises(InvalidRange, match="cannot start at 0") as caught:
        ContinuousParameter(0, 0.01, includes_zero=True)
    assert "(1e-08, 0.01" in caught.value.hint


def test_a_user_range_is_a_wall() -> None:
    assert not ContinuousParameter(0.1, 1.0).as_range().may_expand


def test_bounds_in_the_wrong_order_are_refused_at_once() -> None:
    with pytest.raises(InvalidRange, match="above high"):
        ContinuousParameter(0.1, 0.01)


def test_a_bound_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidRange, match="must be a finite number"):
        ContinuousParameter("0.1", 1)  # type: ignore[arg-type]


def test_an_integer_range_needs_whole_bounds() -> None:
    assert IntegerParameter(1, 8).as_range() == IntegerRange(low=1, high=8)
    with pytest.raises(InvalidRange, match="no whole number"):
        IntegerParameter(0.5, 8)


def test_numpy_scalars_are_plain_numbers() -> None:
    assert IntegerParameter(np.int64(1), np.int64(4)).as_range() == IntegerRange(low=1, high=4)
    assert CategoricalParameter([np.float32(0.5)]).values == [0.5]


def test_choices_are_read_by_their_text() -> None:
    assert CategoricalParameter(["32", 64, "adam"]).as_range() == CategoricalRange(values=(32, 64, "adam"))


@pytest.mark.parametrize(
    "parameter",
    [
        ContinuousParameter(0.1, 0.9, "ReverseLogarithmic"),
        ContinuousParameter(1e-6, 0.1, "Logarithmic", includes_zero=True),
        IntegerParameter(1, 512, "Logarithmic"),
        CategoricalParameter(["a", "b"]),
    ],
)
def test_a_range_shows_as_the_parameter_that_gave_it(
    parameter: ContinuousParameter | IntegerParameter | CategoricalParameter,
) -> None:
    assert parameter_of(parameter.as_range()) == parameter


def test_a_range_of_another_kind_is_refused_with_the_three_kinds() -> None:
    with pytest.raises(UsageError, match="Use ContinuousParameter"):
        range_of("lr", (0.1, 0.2))
    assert range_of("lr", ContinuousParameter(0.1, 0.2)) == ContinuousRange(low=0.1, high=0.2)
