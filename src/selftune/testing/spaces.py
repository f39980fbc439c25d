"""Search spaces for property tests, as Hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, Range, ScalingType

_BOUNDS: dict[ScalingType, SearchStrategy[float]] = {
    ScalingType.LINEAR: st.floats(min_value=-1e6, max_value=1e6),
    ScalingType.LOG: st.floats(min_value=1e-9, max_value=1e9),
    ScalingType.REVERSE_LOG: st.floats(min_value=0.0, max_value=0.9999),
}
_SPREADS = st.floats(min_value=0.01, max_value=1.0)
_CHOICES = st.one_of(st.booleans(), st.integers(-99, 99), st.text(alphabet="abcxyz", min_size=1, max_size=5))


@st.composite
def continuous_ranges(draw: DrawFn) -> ContinuousRange:
    """Ranges of real numbers on every scale, with and without a prior and a spike at zero."""
    scaling = draw(st.sampled_from(ScalingType))
    low, high = sorted((draw(_BOUNDS[scaling]), draw(_BOUNDS[scaling])))
    center = draw(st.sampled_from([low, high, (low + high) / 2]))
    return ContinuousRange(
        low=low,
        high=high,
        scaling=scaling,
        prior=draw(st.none() | st.builds(Prior, center=st.just(center), spread=_SPREADS)),
        includes_zero=scaling is ScalingType.LOG and draw(st.booleans()),
    )


@st.composite
def integer_ranges(draw: DrawFn) -> IntegerRange:
    """Ranges of whole numbers, linear and logarithmic."""
    scaling = draw(st.sampled_from([ScalingType.LINEAR, ScalingType.LOG]))
    low = draw(st.integers(min_value=1 if scaling is ScalingType.LOG else -1000, max_value=1000))
    high = low + draw(st.integers(min_value=0, max_value=5000))
    center = st.integers(min_value=low, max_value=high)
    prior = draw(st.none() | st.builds(Prior, center=center, spread=_SPREADS))
    return IntegerRange(low=low, high=high, scaling=scaling, prior=prior)


def categorical_ranges() -> SearchStrategy[CategoricalRange]:
    """One to six different choices of any kind."""
    choices = st.lists(_CHOICES, min_size=1, max_size=6, unique_by=lambda value: str(value).lower())
    return choices.map(lambda values: CategoricalRange(values=tuple(values)))


def spaces(max_size: int = 6) -> SearchStrategy[tuple[tuple[str, Range], ...]]:
    """Search spaces of one to `max_size` hyperparameters."""
    ranges: SearchStrategy[Range] = st.one_of(continuous_ranges(), integer_ranges(), categorical_ranges())
    return st.lists(ranges, min_size=1, max_size=max_size).map(
        lambda found: tuple((f"h{number}", range_) for number, range_ in enumerate(found))
    )
