"""Grid search."""

from __future__ import annotations

import pytest

from selftune.model.errors import InvalidRange
from selftune.model.history import Exhausted, History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange
from selftune.search import suggest
from selftune.search.grid import combinations, grid_size

SPACE = (("depth", IntegerRange(low=2, high=3)), ("loss", CategoricalRange(values=("log", "hinge"))))


def test_combinations_come_in_order_with_the_last_hyperparameter_moving_fastest():
    made = suggest(Strategy.GRID, History(space=SPACE), 9)
    assert [tuple(dict(suggestion.values).values()) for suggestion in made] == [
        (2, "log"), (2, "hinge"), (3, "log"), (3, "hinge"),
    ]  # fmt: skip


def test_the_baseline_is_not_run_again():
    baseline = Observation(number=1, values=(("depth", 2), ("loss", "hinge")), outcome=Outcome.COMPLETED, loss=1.0)
    made = suggest(Strategy.GRID, History(space=SPACE, ended=(baseline,)), 9)
    assert len(made) == 3
    assert made[1].reason == "Combination 3 of 4 of the grid."


def test_a_baseline_outside_the_grid_takes_nothing_away():
    baseline = Observation(number=1, values=(("depth", 7), ("loss", "hinge")), outcome=Outcome.COMPLETED, loss=1.0)
    assert len(suggest(Strategy.GRID, History(space=SPACE, ended=(baseline,)), 9)) == 4


def test_a_large_grid_is_not_written_out():
    space = tuple((f"x{i}", IntegerRange(low=1, high=1000)) for i in range(6))
    made = suggest(Strategy.GRID, History(space=space), 2)
    assert not isinstance(made, Exhausted)
    assert dict(made[1].values)["x5"] == 2


def test_a_continuous_range_is_refused_by_name():
    with pytest.raises(InvalidRange, match="'rate' is the continuous range") as caught:
        suggest(Strategy.GRID, History(space=(("rate", ContinuousRange(low=0.1, high=0.9)),)), 1)
    assert "List its values" in caught.value.hint


@pytest.mark.parametrize(
    ("space", "size"),
    [(SPACE, 4), ((), 1), ((("x", ContinuousRange(low=1.0, high=1.0, includes_zero=True)),), 2)],
)
def test_the_size_of_a_grid_is_known_beforehand(space, size):
    assert grid_size(space) == size


def test_real_numbers_have_no_number_of_combinations():
    assert combinations(dict(SPACE)) == 4
    assert combinations({**dict(SPACE), "rate": ContinuousRange(low=0.1, high=0.9)}) is None
