"""Ranges around today's value."""

from __future__ import annotations

import pytest

from selftune.autotune.heuristics import guess
from selftune.autotune.knowledge import KnowledgeEntry, ValueType
from selftune.autotune.ranges import inferred_range
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, ScalingType


def entry(**fields: object) -> KnowledgeEntry:
    basics = {"framework": "own", "name": "x", "meaning": "a thing", "source": "test", "type": ValueType.FLOAT}
    return KnowledgeEntry(**{**basics, **fields})  # type: ignore[arg-type]


def test_a_value_inside_the_box_leaves_the_box_as_it_is() -> None:
    inferred = inferred_range(entry(low=0.4, high=1.0), 0.8)
    assert isinstance(inferred, ContinuousRange)
    assert (inferred.low, inferred.high) == (0.4, 1.0)


def test_a_value_outside_a_log_box_stretches_it_by_half_a_decade() -> None:
    inferred = inferred_range(entry(low=0.01, high=0.1, scale=ScalingType.LOG), 1.0)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.low == 0.01
    assert 3.1 < inferred.high < 3.2


def test_a_value_on_the_edge_of_a_linear_box_stretches_it_by_a_fifth() -> None:
    inferred = inferred_range(entry(low=0.0, high=0.5), 0.5)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.high == 0.6


def test_a_positive_value_below_a_positive_box_does_not_stretch_it_to_zero_or_less() -> None:
    inferred = inferred_range(entry(low=0.1, high=1.0), 0.05)
    assert isinstance(inferred, ContinuousRange)
    assert (inferred.low, inferred.high) == (0.025, 1.0)


def test_a_value_below_a_box_that_holds_negative_numbers_stretches_it_as_far_as_ever() -> None:
    inferred = inferred_range(entry(low=-0.5, high=0.5), -0.5)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.low == -0.7


def test_hard_bounds_stop_the_stretching() -> None:
    inferred = inferred_range(entry(low=0.5, high=1.0, bounds=HardBounds(low=0, high=1)), 1.0)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.high == 1.0


def test_a_factor_centres_the_range_on_the_value() -> None:
    inferred = inferred_range(entry(low=1, high=1000, factor=(4, 2), type=ValueType.INT, scale=ScalingType.LOG), 32)
    assert isinstance(inferred, IntegerRange)
    assert (inferred.low, inferred.high) == (8, 64)


def test_a_step_goes_down_and_up_from_the_value() -> None:
    inferred = inferred_range(entry(low=1, high=64, step=(2, 3), type=ValueType.INT), 5)
    assert isinstance(inferred, IntegerRange)
    assert (inferred.low, inferred.high) == (3, 8)


def test_without_a_value_the_box_is_the_range() -> None:
    inferred = inferred_range(entry(low=0.01, high=0.1, scale=ScalingType.LOG, factor=(2, 2)), None)
    assert isinstance(inferred, ContinuousRange)
    assert (inferred.low, inferred.high) == (0.01, 0.1)


def test_a_momentum_of_one_falls_back_to_a_linear_scale() -> None:
    inferred = inferred_range(entry(low=0.5, high=0.99, scale=ScalingType.REVERSE_LOG), 1.0)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.scaling is ScalingType.LINEAR
    assert inferred.contains(1.0)


def test_zero_beside_a_log_scale_is_a_spike() -> None:
    inferred = inferred_range(entry(low=1e-6, high=0.1, scale=ScalingType.LOG, has_zero=True), 0)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.includes_zero
    assert inferred.low == 1e-6


def test_the_prior_is_centred_on_the_value_else_on_the_default() -> None:
    box = entry(low=0.01, high=1.0, scale=ScalingType.LOG, default=0.3)
    of_value, of_default = inferred_range(box, 0.05), inferred_range(box, None)
    assert isinstance(of_value, ContinuousRange)
    assert isinstance(of_default, ContinuousRange)
    assert of_value.prior is not None
    assert of_default.prior is not None
    assert (of_value.prior.center, of_default.prior.center) == (0.05, 0.3)


def test_an_inferred_range_may_expand() -> None:
    inferred = inferred_range(entry(low=0.0, high=1.0), 0.5)
    assert isinstance(inferred, ContinuousRange)
    assert inferred.may_expand


def test_todays_choice_comes_first_and_is_not_repeated() -> None:
    choices = entry(type=ValueType.CATEGORICAL, values=(1, 4, 10))
    assert inferred_range(choices, 4.0) == CategoricalRange(values=(4.0, 1, 10))
    assert inferred_range(choices, 7) == CategoricalRange(values=(7, 1, 4, 10))


def test_a_value_of_another_kind_gets_no_range() -> None:
    assert inferred_range(entry(type=ValueType.CATEGORICAL, values=(1, 4)), "many") is None
    assert inferred_range(entry(low=0, high=1), True) is None
    assert inferred_range(entry(low=0, high=1), "high") is None
    assert inferred_range(entry(low=0, high=1), float("nan")) is None


@pytest.mark.parametrize(
    ("value", "low", "high"), [(0.9, 0.0, 0.99), (0.99, 0.9, 0.999), (0.9999, 0.999, 0.99999), (0.95, 0.5, 0.995)]
)
def test_a_range_of_a_number_close_to_one_has_plain_ends(value: float, low: float, high: float) -> None:
    made_up = guess("tau", value)
    assert made_up is not None
    chosen = inferred_range(made_up.entry, value)
    assert isinstance(chosen, ContinuousRange)
    assert (chosen.low, chosen.high) == (low, high)


@pytest.mark.parametrize("value", [0.00666, 0.666, 0.1 + 0.2, 1 / 3, 7.77e-7, 123456.789])
def test_ends_have_three_digits_and_are_rounded_outwards(value: float) -> None:
    chosen = inferred_range(entry(high=1e30, factor=(7, 7), scale=ScalingType.LOG), value)
    assert isinstance(chosen, ContinuousRange)
    assert (chosen.low, chosen.high) == (float(f"{chosen.low:.2e}"), float(f"{chosen.high:.2e}"))
    assert value / 7 * 0.99 <= chosen.low <= value / 7
    assert value * 7 <= chosen.high <= value * 7 * 1.01
