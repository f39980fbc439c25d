"""Laws that hold for every search: no order, no unit, no repetition, no way out of the ranges."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from selftune.model.history import Exhausted, History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.search import suggest
from selftune.testing.spaces import spaces
from selftune.testing.strategy_contract import assert_valid

SAMPLED = [Strategy.RANDOM, Strategy.BAYESIAN]
SEEDS = st.integers(0, 2**31)
DYADIC = st.integers(-(2**20), 2**20).map(lambda whole: whole / 64)
"""Losses whose sums, differences and halves are exact, so that a change of unit changes no digit."""
few = settings(max_examples=12, deadline=None)


def history_of(space, losses, seed, **others):
    """A history of even points that ended with these losses; None is a failure."""
    found = suggest(Strategy.RANDOM, History(space=space, seed=seed), len(losses)) if losses else []
    points = [] if isinstance(found, Exhausted) else found
    ended = tuple(
        Observation(
            number=number,
            values=made.values,
            outcome=Outcome.FAILED if loss is None else Outcome.COMPLETED,
            loss=loss,
        )
        for number, (made, loss) in enumerate(
            zip([] if isinstance(points, Exhausted) else points, losses, strict=False), start=1
        )
    )
    return History(space=space, ended=ended, seed=seed, max_jobs=50, **others)


def values_of(made):
    return None if isinstance(made, Exhausted) else [dict(suggestion.values) for suggestion in made]


def with_losses(history, change):
    changed = (replace(job, loss=None if job.loss is None else change(job.loss)) for job in history.ended)
    return replace(history, ended=tuple(changed))


@pytest.mark.parametrize("strategy", SAMPLED)
@given(data=st.data(), space=spaces(), losses=st.lists(DYADIC | st.none(), max_size=8), seed=SEEDS)
@few
def test_the_order_of_hyperparameters_changes_nothing(strategy, data, space, losses, seed):
    turned = tuple(data.draw(st.permutations(space)))
    history = history_of(space, losses, seed)
    made, again = (suggest(strategy, replace(history, space=order), 3) for order in (space, turned))
    assert values_of(made) == values_of(again)
    if not isinstance(again, Exhausted):
        assert [name for name, _ in again[0].values] == [name for name, _ in turned]


@given(
    space=spaces(max_size=3),
    losses=st.lists(DYADIC, min_size=4, max_size=8),
    seed=SEEDS,
    factor=st.sampled_from([2.0**-20, 0.5, 4.0, 2.0**30]),
    shift=st.integers(-(2**20), 2**20),
)
@few
def test_another_unit_of_the_objective_changes_nothing(space, losses, seed, factor, shift):
    history = history_of(space, losses, seed)
    moved = with_losses(history, lambda loss: factor * (loss + shift))
    assert values_of(suggest(Strategy.BAYESIAN, history, 2)) == values_of(suggest(Strategy.BAYESIAN, moved, 2))


@given(space=spaces(max_size=3), losses=st.lists(DYADIC, min_size=5, max_size=8, unique=True), seed=SEEDS)
@few
def test_how_bad_the_worse_half_is_changes_nothing(space, losses, seed):
    history = history_of(space, losses, seed)
    assume(len(history.ended) == len(losses))
    middle = sorted(losses)[len(losses) // 2]
    stretched = with_losses(history, lambda loss: loss if loss <= middle else middle + 8 * (loss - middle))
    assert values_of(suggest(Strategy.BAYESIAN, history, 1)) == values_of(suggest(Strategy.BAYESIAN, stretched, 1))


@given(losses=st.lists(DYADIC, min_size=6, max_size=9, unique=True), seed=SEEDS)
@few
def test_the_objective_is_what_the_model_goes_by(losses, seed):
    space = tuple((name, ContinuousRange(low=0.0, high=1.0)) for name in "ab")
    history = history_of(space, losses, seed)
    upside_down = with_losses(history, lambda loss: -loss)
    assert values_of(suggest(Strategy.BAYESIAN, history, 1)) != values_of(suggest(Strategy.BAYESIAN, upside_down, 1))


@pytest.mark.parametrize("strategy", SAMPLED)
@given(space=spaces(max_size=4), losses=st.lists(DYADIC | st.none(), max_size=8), seed=SEEDS, running=st.integers(0, 6))
@few
def test_many_at_once_never_coincide(strategy, space, losses, seed, running):
    history = history_of(space, losses, seed)
    taken = [dict(job.values) for job in history.ended]
    pending = values_of(suggest(strategy, history, running)) or [] if running else []
    numbered = enumerate(pending, start=len(taken) + 1)
    history = replace(history, running=tuple(Running(number=n, values=tuple(v.items())) for n, v in numbered))
    made = values_of(suggest(strategy, history, 8)) or []
    everything = list(map(str, [*taken, *pending, *made]))
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("strategy", SAMPLED)
@given(seed=SEEDS, at=st.sampled_from([0.0, 0.3, 1.0]), scaling=st.sampled_from(ScalingType))
@settings(max_examples=4, deadline=None)
def test_a_search_that_has_arrived_does_not_repeat_itself(strategy, seed, at, scaling):
    low, high = (0.001, 0.9)
    range_ = ContinuousRange(low=low, high=high, scaling=scaling)
    history = History(space=(("x", range_),), seed=seed, max_jobs=40)
    for number in range(1, 31):
        (made,) = suggest(strategy, history, 1)
        loss = abs(range_.place(dict(made.values)["x"]) - at)
        ended = Observation(number=number, values=made.values, outcome=Outcome.COMPLETED, loss=loss)
        history = replace(history, ended=(*history.ended, ended))
    assert len({job.values for job in history.ended}) == 30


FINITE = st.lists(
    st.integers(1, 3).map(lambda high: IntegerRange(low=1, high=high))
    | st.sampled_from([CategoricalRange(values=("a", "b")), ContinuousRange(low=0.5, high=0.5)]),
    min_size=1,
    max_size=3,
).map(lambda found: tuple((f"h{number}", range_) for number, range_ in enumerate(found)))


@given(losses=st.lists(DYADIC, min_size=5, max_size=8), seed=SEEDS)
@few
def test_many_at_once_never_coincide_where_little_is_left(losses, seed):
    space = (("a", IntegerRange(low=1, high=4)), ("b", CategoricalRange(values=("x", "y", "z"))))
    history = history_of(space, losses, seed)
    made = values_of(suggest(Strategy.BAYESIAN, history, 20))
    everything = [*(str(dict(job.values)) for job in history.ended), *map(str, made)]
    assert len(set(everything)) == len(everything) == 12


@pytest.mark.parametrize("strategy", [*SAMPLED, Strategy.GRID])
@given(data=st.data(), space=FINITE, seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_a_finite_space_is_searched_to_its_end_and_then_exhausted(strategy, data, space, seed):
    size = math.prod(1 if isinstance(r, ContinuousRange) else _count(r) for _, r in space)
    history = History(space=space, seed=seed, max_jobs=50)
    for number in range(1, size + 1):
        made = suggest(strategy, history, 1)
        assert not isinstance(made, Exhausted)
        loss = data.draw(DYADIC | st.none())
        outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
        ended = Observation(number=number, values=made[0].values, outcome=outcome, loss=loss)
        history = replace(history, ended=(*history.ended, ended))
    assert len({job.values for job in history.ended}) == size
    assert isinstance(suggest(strategy, history, 1), Exhausted)


@pytest.mark.parametrize("strategy", SAMPLED)
@given(seed=SEEDS)
@few
def test_a_seed_repeats_a_search_and_another_one_does_not(strategy, seed):
    space = tuple((name, ContinuousRange(low=0.0, high=1.0)) for name in "abc")
    losses = [3.0, 1.0, 2.0, 5.0, 4.0]
    made = values_of(suggest(strategy, history_of(space, losses, seed), 2))
    assert made == values_of(suggest(strategy, history_of(space, losses, seed), 2))
    assert made != values_of(suggest(strategy, history_of(space, losses, seed + 1), 2))


@pytest.mark.parametrize("strategy", SAMPLED)
@pytest.mark.parametrize("objective", ["constant", "failed"])
@given(dimension=st.integers(1, 100), seed=SEEDS)
@settings(max_examples=5, deadline=None)
def test_whatever_the_dimension_nothing_learnt_is_nothing_broken(strategy, objective, dimension, seed):
    kinds = (
        ContinuousRange(low=1e-3, high=1.0, scaling=ScalingType.LOG),
        IntegerRange(low=1, high=64, scaling=ScalingType.LOG),
        CategoricalRange(values=("a", "b", "c")),
        ContinuousRange(low=2.0, high=2.0),
    )
    space = tuple((f"h{number}", kinds[number % len(kinds)]) for number in range(dimension))
    history = history_of(space, [1.0 if objective == "constant" else None] * 8, seed)
    made = suggest(strategy, history, 4)
    assert not isinstance(made, Exhausted)
    for suggestion in made:
        assert_valid(suggestion, space)
        assert "no model" not in suggestion.strategy
    taken = [*(job.values for job in history.ended), *(suggestion.values for suggestion in made)]
    assert len(set(taken)) == len(history.ended) + 4


def _count(range_):
    return len(range_.values) if isinstance(range_, CategoricalRange) else range_.high - range_.low + 1
