"""What every search strategy must do: subclass `StrategyContract` and say how the strategy is made.

class TestMyStrategy(StrategyContract):
    def make_strategy(self) -> SearchStrategy:
        return MyStrategy()
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from selftune.model.constraints import Constraint
from selftune.model.history import Exhausted, History, Observation, Outcome, Running, Suggestion
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Prior, Range, ScalingType
from selftune.model.values import HyperparameterValue
from selftune.search.strategy import SearchStrategy

Space: TypeAlias = tuple[tuple[str, Range], ...]
Loss: TypeAlias = Callable[[Mapping[str, HyperparameterValue]], float | None]

MIXED_SPACE: Space = (
    ("rate", ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, prior=Prior(center=0.01, spread=0.2))),
    ("decay", ContinuousRange(low=1e-6, high=1e-1, scaling=ScalingType.LOG, includes_zero=True)),
    ("momentum", ContinuousRange(low=0.5, high=0.999, scaling=ScalingType.REVERSE_LOG)),
    ("units", IntegerRange(low=4, high=512, scaling=ScalingType.LOG)),
    ("kernel", CategoricalRange(values=("rbf", "linear", "poly"))),
)
FINITE_SPACE: Space = (
    ("depth", IntegerRange(low=1, high=3)),
    ("booster", CategoricalRange(values=("tree", "linear"))),
    ("shuffle", CategoricalRange(values=(True, False))),
)
SMALL_TREES = Constraint(text="depth <= 2", reason="Deep trees need more rows.", source="a test")
NARROW_BAND = Constraint(text="rate * units <= 2", reason="Wide layers diverge at large rates.", source="a test")
IMPOSSIBLE = Constraint(text="depth > 99", reason="Nothing keeps it.", source="a test")
POINT_SPACE: Space = (("alpha", ContinuousRange(low=0.5, high=0.5)), ("depth", IntegerRange(low=3, high=3)))


class StrategyContract:
    """Tests of one strategy; a strategy that can only count its values sets `is_finite_only`."""

    is_finite_only = False

    def make_strategy(self) -> SearchStrategy:
        """A new strategy."""
        raise NotImplementedError("A contract's subclass says how its strategy is made.")

    @property
    def space(self) -> Space:
        return FINITE_SPACE if self.is_finite_only else MIXED_SPACE

    def test_values_lie_inside_their_ranges(self) -> None:
        for suggestion in search(self.make_strategy(), self.space, bowl, jobs=10):
            assert_valid(suggestion, self.space)

    def test_at_most_as_many_suggestions_as_asked_for_come_back(self) -> None:
        made = ask(self.make_strategy(), history_of(self.space), 3)
        assert 1 <= len(made) <= 3

    def test_the_same_history_gives_the_same_suggestions(self) -> None:
        tried = search(self.make_strategy(), self.space, bowl, jobs=7)
        history = history_of(self.space, tried, bowl)
        assert ask(self.make_strategy(), history, 2) == ask(self.make_strategy(), history, 2)

    def test_nothing_is_suggested_twice(self) -> None:
        values = [suggestion.values for suggestion in search(self.make_strategy(), self.space, bowl, jobs=10)]
        assert len(set(values)) == len(values)

    def test_what_is_running_is_not_suggested_again(self) -> None:
        first = ask(self.make_strategy(), history_of(FINITE_SPACE), 12)
        running = tuple(Running(number=i, values=made.values) for i, made in enumerate(first[:11], start=1))
        history = History(space=FINITE_SPACE, running=running, max_jobs=20, max_parallel=12)
        left = ask(self.make_strategy(), history, 4)
        assert [made.values for made in left] == [made.values for made in first[11:]]

    def test_a_finite_space_is_searched_to_its_end(self) -> None:
        tried = search(self.make_strategy(), FINITE_SPACE, bowl, jobs=99)
        assert len({suggestion.values for suggestion in tried}) == 12

    def test_an_exhausted_space_says_so(self) -> None:
        tried = search(self.make_strategy(), FINITE_SPACE, bowl, jobs=99)
        made = self.make_strategy().suggest(history_of(FINITE_SPACE, tried, bowl), 1, np.random.default_rng(0))
        assert isinstance(made, Exhausted)
        assert made.reason

    def test_a_range_of_one_point_is_allowed(self) -> None:
        tried = search(self.make_strategy(), POINT_SPACE, bowl, jobs=3)
        assert [suggestion.values for suggestion in tried] == [(("alpha", 0.5), ("depth", 3))]

    def test_a_space_of_no_hyperparameters_has_one_point(self) -> None:
        assert [suggestion.values for suggestion in search(self.make_strategy(), (), bowl, jobs=3)] == [()]

    def test_a_constant_objective_does_not_stop_the_search(self) -> None:
        assert len(search(self.make_strategy(), self.space, lambda _: 1.0, jobs=9)) == 9

    def test_failed_training_jobs_do_not_stop_the_search(self) -> None:
        assert len(search(self.make_strategy(), self.space, lambda _: None, jobs=9)) == 9

    def test_the_order_of_hyperparameters_does_not_matter_to_validity(self) -> None:
        turned = self.space[::-1]
        for suggestion in search(self.make_strategy(), turned, bowl, jobs=7):
            assert_valid(suggestion, turned)

    def test_no_suggestion_breaks_a_constraint(self) -> None:
        kept = SMALL_TREES if self.is_finite_only else NARROW_BAND
        tried = search(self.make_strategy(), self.space, bowl, jobs=8, constraints=(kept,))
        assert len(tried) == 8
        assert all(kept.holds(dict(suggestion.values)) for suggestion in tried)

    def test_a_finite_space_is_searched_as_far_as_constraints_allow(self) -> None:
        tried = search(self.make_strategy(), FINITE_SPACE, bowl, jobs=99, constraints=(SMALL_TREES,))
        assert len({suggestion.values for suggestion in tried}) == 8

    def test_where_nothing_keeps_the_constraints_the_space_is_exhausted(self) -> None:
        history = replace(history_of(FINITE_SPACE), constraints=(IMPOSSIBLE,))
        made = self.make_strategy().suggest(history, 1, np.random.default_rng(0))
        assert isinstance(made, Exhausted)
        assert IMPOSSIBLE.text in made.reason

    def test_several_at_once_keep_the_constraints_too(self) -> None:
        made = ask(self.make_strategy(), replace(history_of(FINITE_SPACE), constraints=(SMALL_TREES,)), 12)
        assert {dict(suggestion.values)["depth"] for suggestion in made} <= {1, 2}
        assert len({suggestion.values for suggestion in made}) == len(made)

    def test_every_suggestion_says_what_made_it_and_why(self) -> None:
        for number, suggestion in enumerate(search(self.make_strategy(), self.space, bowl, jobs=7)):
            assert suggestion.strategy
            assert suggestion.reason.endswith(".")
            assert suggestion.seen == number


def bowl(values: Mapping[str, HyperparameterValue]) -> float:
    """A loss that is smallest where every number is 0.5 and every text as short as can be."""
    return sum(
        len(value) if isinstance(value, str) else abs(math.log(abs(value) + 1e-3) + 0.7) for value in values.values()
    )


def history_of(space: Space, tried: list[Suggestion] | None = None, loss: Loss = bowl) -> History:
    """A history in which the suggestions `tried` have ended, one at a time."""
    ended = tuple(_ended(number, made, loss) for number, made in enumerate(tried or [], start=1))
    return History(space=space, ended=ended, max_jobs=100, seed=5)


def ask(strategy: SearchStrategy, history: History, count: int) -> list[Suggestion]:
    """The strategy's suggestions with the generator that belongs to the history; none where it is exhausted."""
    jobs = len(history.ended) + len(history.running)
    made = strategy.suggest(history, count, np.random.default_rng([history.seed, jobs]))
    return [] if isinstance(made, Exhausted) else list(made)


def search(
    strategy: SearchStrategy, space: Space, loss: Loss, jobs: int, constraints: tuple[Constraint, ...] = ()
) -> list[Suggestion]:
    """All suggestions of a search with one training job at a time."""
    tried: list[Suggestion] = []
    while len(tried) < jobs:
        made = ask(strategy, replace(history_of(space, tried, loss), constraints=constraints), 1)
        if not made:
            break
        tried.extend(made)
    return tried


def assert_valid(suggestion: Suggestion, space: Space) -> None:
    """Every hyperparameter has a value of its range's own type, inside the range."""
    values = dict(suggestion.values)
    assert list(values) == [name for name, _ in space]
    for name, range_ in space:
        assert range_.contains(values[name]), f"{name}={values[name]} lies outside {range_}"
        if isinstance(range_, IntegerRange):
            assert type(values[name]) is int
        if isinstance(range_, ContinuousRange):
            assert type(values[name]) is float


def _ended(number: int, made: Suggestion, loss: Loss) -> Observation:
    reached = loss(dict(made.values))
    outcome = Outcome.FAILED if reached is None else Outcome.COMPLETED
    return Observation(number=number, values=made.values, outcome=outcome, loss=reached)
