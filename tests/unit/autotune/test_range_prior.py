"""Where good values are expected, and how far today's value is trusted."""

from __future__ import annotations

import math

import pytest

from selftune.autotune.knowledge import KnowledgeEntry, ValueType, all_entries
from selftune.autotune.range_prior import Standing, range_prior, standing
from selftune.autotune.ranges import inferred_range
from selftune.model.ranges import ContinuousRange, IntegerRange, ScalingType

RATE = KnowledgeEntry(
    framework="own",
    name="rate",
    meaning="a rate",
    source="test",
    type=ValueType.FLOAT,
    low=1e-5,
    high=1e-1,
    factor=(30, 30),
    scale=ScalingType.LOG,
    default=1e-3,
)


def changed(**fields: object) -> KnowledgeEntry:
    return KnowledgeEntry(**{**{f: getattr(RATE, f) for f in RATE.__slots__}, **fields})  # type: ignore[arg-type]


def known(framework: str, name: str = "learning_rate") -> KnowledgeEntry:
    return next(e for e in all_entries() if (e.framework, e.name) == (framework, name))


def inferred(entry: KnowledgeEntry, value: float) -> ContinuousRange:
    found = inferred_range(entry, value)
    assert isinstance(found, ContinuousRange)
    return found


def center(entry: KnowledgeEntry, value: float) -> float:
    prior = inferred(entry, value).prior
    assert prior is not None
    return prior.center


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1e-2, Standing.USUAL),
        (2e-5, Standing.USUAL),
        (1.2e-5, Standing.UNUSUAL),
        (9e-2, Standing.UNUSUAL),
        (2e-1, Standing.UNUSUAL),
        (5e-1, Standing.OUTLYING),
        (1e-6, Standing.OUTLYING),
    ],
)
def test_a_value_is_trusted_the_less_the_farther_it_lies_outside(value: float, expected: Standing) -> None:
    assert standing(RATE, value) is expected


def test_the_librarys_own_default_is_meant_wherever_it_lies() -> None:
    assert standing(changed(default=1e-5), 1e-5) is Standing.USUAL


def test_a_box_that_is_searched_whole_has_no_unusual_edge() -> None:
    assert standing(changed(factor=None), 1.2e-5) is Standing.USUAL


def test_a_fence_around_what_is_possible_doubts_nobody() -> None:
    assert standing(changed(low=1e-8, high=1e2), 1.2e-8) is Standing.USUAL
    assert standing(known("dl"), 20.0) is Standing.USUAL, "without an optimizer a rate of 20 may be meant"


def test_a_size_is_as_large_as_somebody_can_afford() -> None:
    assert standing(changed(affects_cost=True), 10.0) is Standing.USUAL
    assert standing(changed(type=ValueType.INT), 10.0) is Standing.USUAL


@pytest.mark.parametrize("value", [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0])
def test_the_range_of_an_adam_rate_up_to_a_thousand_times_off_holds_it_and_the_usual_one(value: float) -> None:
    found = inferred(known("dl.adam"), value)
    assert found.contains(value)
    assert found.contains(1e-3)


def test_beside_an_outlying_value_the_whole_box_is_searched() -> None:
    found = inferred(RATE, 10.0)
    assert found.low == 1e-5
    assert found.high >= 10


def test_beside_an_unusual_value_the_range_reaches_what_is_usual_and_no_further() -> None:
    found = inferred(RATE, 1e-5)
    assert found.low == pytest.approx(1e-5 / 10**0.5, rel=0.01)
    assert found.high == pytest.approx(1e-2)


@pytest.mark.parametrize(("framework", "value"), [("dl.adam", 2e-5), ("dl.sgd", 0.4), ("hf", 2e-5)])
def test_what_fine_tuning_and_large_batches_use_is_meant(framework: str, value: float) -> None:
    found = inferred(known(framework), value)
    assert found.prior is not None
    assert found.prior.center == value
    assert found.high / value <= 30.1
    assert value / found.low <= 30.1


def test_good_values_are_expected_at_a_usual_value_and_in_the_middle_of_the_box_beside_an_outlying_one() -> None:
    assert center(RATE, 1e-2) == 1e-2
    assert center(RATE, 10.0) == pytest.approx(1e-3)
    assert center(RATE, 1e-5) == pytest.approx(1e-4), "half-way beside an unusual one"


def test_the_librarys_default_is_usual_unless_it_lies_near_the_edge_of_the_box() -> None:
    assert center(changed(default=5e-3), 10.0) == pytest.approx(5e-3)
    assert center(changed(default=5e-2), 10.0) == pytest.approx(1e-3)


def test_what_is_usual_for_such_data_is() -> None:
    assert center(changed(usual=2e-3), 10.0) == 2e-3


def test_half_way_the_expectation_reaches_both_ends() -> None:
    found = inferred(RATE, 1e-5)
    assert found.prior is not None
    decades = math.log10(found.high / found.low) * found.prior.spread
    assert decades == pytest.approx(1.0, rel=0.01), "a deviation lies at each of the two"


def test_a_value_on_no_log_scale_gives_way_to_what_is_usual() -> None:
    prior = range_prior(changed(has_zero=True), 1e-5, 0.1, ScalingType.LOG, 0.0)
    assert prior.center == 1e-3


def test_a_boosting_rate_never_goes_beyond_one_unless_it_is_there_today() -> None:
    for framework in ("lightgbm", "sklearn.histgb", "sklearn.boosted"):
        of_one, of_ten = inferred(known(framework), 0.9), inferred(known(framework), 10.0)
        assert of_one.high <= 1
        assert of_one.hard_bounds is not None
        assert of_one.hard_bounds.high == 1
        assert of_ten.high == 10
        assert 0.01 < center(known(framework), 10.0) <= 0.1
        assert of_ten.hard_bounds is not None
        assert of_ten.hard_bounds.high == 10


SHARES = ("subsample", "colsample", "fraction", "max_samples", "momentum", "dropout", "drop_rate", "rate_drop")


@pytest.mark.parametrize(
    "entry",
    [e for e in all_entries() if e.type is ValueType.FLOAT and any(word in e.name for word in SHARES)],
    ids=lambda entry: entry.key,
)
def test_no_share_ever_leaves_what_makes_sense(entry: KnowledgeEntry) -> None:
    found = inferred_range(entry, (entry.low + entry.high) / 2)
    assert isinstance(found, ContinuousRange)
    bounds = found.hard_bounds
    assert bounds is not None
    assert bounds.low is not None
    assert bounds.high is not None
    assert bounds.low >= 0
    assert bounds.high <= 1
    may_be_one = any(word in entry.name for word in ("subsample", "colsample", "fraction", "max_samples"))
    if may_be_one and "exploration" not in entry.name:
        assert bounds.low > 0, "none of the rows or columns is nothing to learn from"
    if "momentum" in entry.name:
        assert bounds.high < 1 or found.scaling is ScalingType.REVERSE_LOG or "decay" in entry.name


def test_a_wide_layer_gets_less_room_upwards_than_a_narrow_one() -> None:
    entry = known("dl", "hidden_size")
    highs = []
    for width in (64, 256, 1024):
        found = inferred_range(entry, width)
        assert isinstance(found, IntegerRange)
        highs.append(found.high / width)
    assert highs == sorted(highs, reverse=True)
    assert highs[0] == 8
    assert highs[-1] == 2
    assert inferred_range(entry, 4096).high == 8192  # type: ignore[union-attr]
