"""For any space and any results: suggestions are valid, new and repeatable."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.model.constraints import Constraint
from selftune.model.history import Exhausted, History, KnownGood, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange
from selftune.search import suggest
from selftune.search.portfolio import most_from_portfolio
from selftune.testing.spaces import spaces
from selftune.testing.strategy_contract import assert_valid

LOSSES = st.one_of(st.none(), st.floats(min_value=-1e12, max_value=1e12), st.sampled_from([0.0, 1.0]))
SAMPLED = [Strategy.RANDOM, Strategy.BAYESIAN]


def history_with(space, losses, strategy, seed):
    """A history in which the strategy's own suggestions ended with these losses."""
    ended: list[Observation] = []
    for loss in losses:
        made = suggest(strategy, History(space=space, ended=tuple(ended), seed=seed), 1)
        if isinstance(made, Exhausted):
            break
        outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
        ended.append(Observation(number=len(ended) + 1, values=made[0].values, outcome=outcome, loss=loss))
    return History(space=space, ended=tuple(ended), seed=seed, max_jobs=50)


@pytest.mark.parametrize("strategy", SAMPLED)
@given(space=spaces(), losses=st.lists(LOSSES, max_size=7), seed=st.integers(0, 2**31), count=st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_suggestions_are_valid_new_and_repeatable(strategy, space, losses, seed, count):
    history = history_with(space, losses, strategy, seed)
    made = suggest(strategy, history, count)
    if isinstance(made, Exhausted):
        assert made == suggest(strategy, history, count)
        assert math.prod(_size(range_) for _, range_ in space) == len(history.ended)
        return
    for suggestion in made:
        assert_valid(suggestion, space)
    taken = [job.values for job in history.ended] + [suggestion.values for suggestion in made]
    assert len(set(map(str, taken))) == len(taken)
    assert list(made) == list(suggest(strategy, history, count))


@pytest.mark.parametrize("strategy", SAMPLED)
@pytest.mark.parametrize("dimension", [1, 2, 50])
def test_one_to_fifty_hyperparameters_are_searched(strategy, dimension):
    space = tuple((f"x{number}", ContinuousRange(low=0.0, high=1.0)) for number in range(dimension))
    history = history_with(space, [3.0, 2.0, 1.0, None, 2.0, 5.0], strategy, seed=1)
    made = suggest(strategy, history, 2)
    assert len(made) == 2
    for suggestion in made:
        assert_valid(suggestion, space)


@given(space=spaces(max_size=3), seed=st.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_random_points_do_not_depend_on_the_order_in_which_results_arrive(space, seed):
    first = suggest(Strategy.RANDOM, History(space=space, seed=seed), 4)
    ended = tuple(
        Observation(number=number, values=made.values, outcome=Outcome.COMPLETED, loss=float(number))
        for number, made in enumerate(first, start=1)
    )
    running = tuple(Running(number=job.number, values=job.values) for job in ended)
    one_ended = suggest(Strategy.RANDOM, History(space=space, seed=seed, ended=ended[:1], running=running[1:]), 2)
    all_ended = suggest(Strategy.RANDOM, History(space=space, seed=seed, ended=ended), 2)
    assert _values(one_ended) == _values(all_ended)


def _values(made):
    return None if isinstance(made, Exhausted) else [suggestion.values for suggestion in made]


def _size(range_):
    if not isinstance(range_, ContinuousRange):
        return len(range_.values) if hasattr(range_, "values") else range_.high - range_.low + 1
    points = 1 if range_.low == range_.high else math.inf
    return points + (range_.includes_zero and range_.low > 0)


CONSTRAINTS = st.sampled_from(["h0 <= h1", "h0 * 2 > h1", "h0 < 10", "h1 % 2 == 0"]).map(
    lambda text: Constraint(text=text, reason="It must hold.", source="a test")
)


@pytest.mark.parametrize("strategy", SAMPLED)
@given(
    space=spaces(max_size=3),
    constraints=st.lists(CONSTRAINTS, max_size=2).map(tuple),
    losses=st.lists(LOSSES, max_size=6),
    seed=st.integers(0, 2**31),
    count=st.integers(1, 4),
)
@settings(max_examples=15, deadline=None)
def test_whatever_the_space_no_suggestion_breaks_a_constraint(strategy, space, constraints, losses, seed, count):
    ended: list[Observation] = []
    for loss in losses:
        made = suggest(strategy, History(space=space, ended=tuple(ended), seed=seed, constraints=constraints), 1)
        if isinstance(made, Exhausted):
            return
        outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
        ended.append(Observation(number=len(ended) + 1, values=made[0].values, outcome=outcome, loss=loss))
    history = History(space=space, ended=tuple(ended), seed=seed, constraints=constraints)
    made = suggest(strategy, history, count)
    suggested = [] if isinstance(made, Exhausted) else [suggestion.values for suggestion in made]
    for values in [*(job.values for job in ended), *suggested]:
        assert all(constraint.holds(dict(values)) for constraint in constraints)


@st.composite
def portfolios(draw, space):
    """Values from elsewhere, of which some lie outside the space, repeat one another, or lack a name."""
    seen = suggest(Strategy.RANDOM, History(space=space, seed=draw(st.integers(0, 99))), 3)
    inside = [] if isinstance(seen, Exhausted) else [suggestion.values for suggestion in seen]
    values = [*inside, *inside[:1], (("h0", -1e9), *inside[0][1:]) if inside else (), ()]
    kept = draw(st.lists(st.sampled_from(values), max_size=5))
    return tuple(
        KnownGood(values=v, source=f"tuning job {i}", is_earlier=draw(st.booleans())) for i, v in enumerate(kept)
    )


@pytest.mark.parametrize("strategy", SAMPLED)
@given(data=st.data(), space=spaces(max_size=3), losses=st.lists(LOSSES, max_size=6), seed=st.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_whatever_the_portfolio_suggestions_are_valid_new_and_few_of_them_from_it(strategy, data, space, losses, seed):
    portfolio = data.draw(portfolios(space))
    ended: list[Observation] = []
    made_by: list[str] = []
    for loss in losses:
        history = History(space=space, ended=tuple(ended), seed=seed, max_jobs=10, portfolio=portfolio)
        made = suggest(strategy, history, 1)
        if isinstance(made, Exhausted):
            break
        assert list(made) == list(suggest(strategy, history, 1))
        assert_valid(made[0], space)
        made_by.append(made[0].strategy)
        outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
        ended.append(Observation(number=len(ended) + 1, values=made[0].values, outcome=outcome, loss=loss))
    assert len({str(job.values) for job in ended}) == len(ended)
    assert made_by.count("portfolio") <= most_from_portfolio(10)
