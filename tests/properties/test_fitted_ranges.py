"""Whatever the data are like: a fitted range holds today's value, keeps to hard bounds and is searchable."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.autotune.data_facts import DataFacts
from selftune.autotune.knowledge import KnowledgeEntry, all_entries
from selftune.autotune.knowledge.fitting import fitted
from selftune.autotune.ranges import accepts, inferred_range
from selftune.model.values import HyperparameterValue

from .test_inferred_ranges import check_bounds, check_searchable

BY_DATA = [e for e in all_entries() if e.low_by_data or e.high_by_data or e.max_by_data or e.usual_by_data]
facts = st.builds(
    DataFacts,
    source=st.just("train.csv"),
    rows=st.integers(min_value=1, max_value=10**9),
    columns=st.none() | st.integers(min_value=1, max_value=10**5),
    classes=st.none() | st.integers(min_value=2, max_value=50),
    imbalance=st.none() | st.floats(min_value=1, max_value=1e6),
    negatives_per_positive=st.none() | st.floats(min_value=1e-5, max_value=1e5),
)
values = st.none() | st.integers(min_value=0, max_value=10**6) | st.floats(min_value=0, max_value=1e6)


@settings(max_examples=300, deadline=None)
@given(entry=st.sampled_from(BY_DATA), facts=facts, value=values)
def test_a_range_fitted_to_the_data_holds_todays_value_within_hard_bounds(
    entry: KnowledgeEntry, facts: DataFacts, value: HyperparameterValue | None
) -> None:
    entry = fitted(entry, facts)
    inferred = inferred_range(entry, value)
    if inferred is None:
        return
    assert value is None or inferred.contains(value)
    check_searchable(inferred)
    if accepts(entry, value):
        check_bounds(inferred, value)


@settings(max_examples=200, deadline=None)
@given(entry=st.sampled_from(BY_DATA), facts=facts)
def test_the_data_leave_room_for_what_is_suggested(entry: KnowledgeEntry, facts: DataFacts) -> None:
    entry = fitted(entry, facts)
    inferred = inferred_range(entry, None)
    if inferred is None or entry.room is None:
        return
    least = entry.bounds.low if entry.bounds is not None and entry.bounds.low is not None else 0.0
    assert inferred.high <= max(entry.room, least, inferred.low)  # type: ignore[union-attr]
