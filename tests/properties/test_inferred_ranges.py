"""Whatever the name and the value: an inferred range holds the value, keeps to hard bounds and is searchable."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.autotune.evidence import traits_of
from selftune.autotune.knowledge import KnowledgeEntry, all_entries, frameworks_in
from selftune.autotune.ranges import accepts, inferred_range
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.autotune.roles import judge, range_on_request
from selftune.model.plan import Role
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue

ENTRIES = list(all_entries())
WORDS = [
    "lr",
    "decay",
    "dropout",
    "batch",
    "size",
    "hidden",
    "dim",
    "layers",
    "epochs",
    "beta",
    "gamma",
    "ratio",
    "weight",
    "x",
]
names = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("_".join),
    st.sampled_from([name for entry in ENTRIES for name in entry.names]),
    st.text(min_size=1, max_size=12),
)
numbers = st.one_of(
    st.integers(min_value=-(10**12), max_value=10**12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(min_value=0, max_value=1),
    st.sampled_from([0, 1, -1, 0.0, 1.0, 0.1, 0.9, 0.999, 32, 1e-3, 1e-8]),
)
values = st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8))


def check_searchable(inferred: Range) -> None:
    """Both ends lie on the scale, and the prior lies inside."""
    if isinstance(inferred, CategoricalRange):
        return
    low, high = inferred.scaling.forward(inferred.low), inferred.scaling.forward(inferred.high)
    assert math.isfinite(low)
    assert math.isfinite(high)
    assert inferred.prior is not None
    assert inferred.low <= inferred.prior.center <= inferred.high
    assert 0 < inferred.prior.spread <= 0.5


def check_bounds(inferred: Range, value: HyperparameterValue | None) -> None:
    if isinstance(inferred, CategoricalRange) or inferred.hard_bounds is None:
        return
    assert inferred.hard_bounds.contains(inferred.low)
    assert inferred.hard_bounds.contains(inferred.high)
    assert value is None or inferred.contains(value)


@settings(max_examples=200, deadline=None)
@given(entry=st.sampled_from(ENTRIES), value=values, declared_type=st.sampled_from([None, "int", "float", "str"]))
def test_a_known_range_holds_todays_value_within_hard_bounds(
    entry: KnowledgeEntry, value: HyperparameterValue | None, declared_type: str | None
) -> None:
    inferred = inferred_range(entry, value, declared_type=declared_type)
    if inferred is None:
        return
    assert value is None or inferred.contains(value)
    check_searchable(inferred)
    if accepts(entry, value):
        check_bounds(inferred, value)


@settings(max_examples=200, deadline=None)
@given(
    name=names, value=values, imports=st.sampled_from([(), ("pytorch",), ("xgboost",), ("sklearn",), ("transformers",)])
)
def test_any_name_with_any_value_is_judged_and_what_is_tuned_has_a_range(
    name: str, value: HyperparameterValue | None, imports: tuple[str, ...]
) -> None:
    found = FoundHyperparameter(name=name, value=value, source="command line", is_listed=True)
    judgement = judge(found, traits_of(frameworks_in(imports, (), [name]), [found]))
    assert judgement.reason
    assert (judgement.role is Role.TUNED) <= (judgement.range is not None)
    requested = range_on_request(judgement)
    if requested is not None and value is not None:
        is_accepted = judgement.entry is None or accepts(judgement.entry, value)
        assert requested.contains(value) == is_accepted
        check_searchable(requested)
