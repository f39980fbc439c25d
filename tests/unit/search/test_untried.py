"""What may have a training job: neither tried, nor forbidden; and the search for it ends."""

from __future__ import annotations

import numpy as np

from selftune.model.constraints import Constraint
from selftune.model.history import Exhausted, History
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.search import suggest
from selftune.search.encoder import Encoder
from selftune.search.untried import Untried


def kept(text):
    return Constraint(text=text, reason="A test says so.", source="a test")


BOX = (("x", ContinuousRange(low=0.0, high=1.0)), ("y", ContinuousRange(low=0.0, high=1.0)))
LEAVES = (
    ("num_leaves", IntegerRange(low=2, high=1024, scaling=ScalingType.LOG)),
    ("max_depth", IntegerRange(low=2, high=12)),
)
FEW_LEAVES = kept("num_leaves <= 2 ** max_depth")


def untried_of(space, *constraints):
    return Untried(Encoder(space), History(space=space, constraints=constraints))


def test_a_point_that_breaks_a_constraint_is_none_to_try():
    untried = untried_of(BOX, kept("x < y"))
    assert untried.has(np.array([0.1, 0.9]))
    assert not untried.has(np.array([0.9, 0.1]))


def test_a_constraint_on_other_hyperparameters_forbids_nothing():
    assert untried_of(BOX, kept("warmup < epochs")).has(np.array([0.9, 0.1]))


def test_choices_that_are_numbers_are_held_to_constraints():
    space = (("width", CategoricalRange(values=(12, 16, 20))), ("heads", CategoricalRange(values=(4, 5))))
    made = suggest(Strategy.GRID, History(space=space, constraints=(kept("width % heads == 0"),)), 99)
    assert [suggestion.values for suggestion in made] == [
        (("width", 12), ("heads", 4)),
        (("width", 16), ("heads", 4)),
        (("width", 20), ("heads", 4)),
        (("width", 20), ("heads", 5)),
    ]


def test_a_sliver_of_a_box_is_found():
    (made,) = suggest(Strategy.RANDOM, History(space=BOX, constraints=(kept("x + y < 0.05"),)), 1)
    assert sum(dict(made.values).values()) < 0.05


def test_where_nothing_fits_in_a_box_the_search_ends_and_says_what_cannot_be_kept():
    for strategy in (Strategy.RANDOM, Strategy.BAYESIAN):
        made = suggest(strategy, History(space=BOX, constraints=(kept("x + y > 3"),)), 3)
        assert isinstance(made, Exhausted)
        assert made.reason == "No untried values that keep x + y > 3 were found."


def test_a_finite_space_without_end_is_not_walked_to_its_end():
    space = tuple((f"n{i}", IntegerRange(low=0, high=10**6)) for i in range(4))
    assert untried_of(space, kept("n0 < 0")).another(np.random.default_rng(0)) is None


def test_trees_are_suggested_no_more_leaves_than_their_depth_has_room_for():
    for strategy in (Strategy.RANDOM, Strategy.BAYESIAN, Strategy.GRID):
        made = suggest(strategy, History(space=LEAVES, constraints=(FEW_LEAVES,), seed=3), 40)
        assert len(made) == 40
        assert all(FEW_LEAVES.holds(dict(suggestion.values)) for suggestion in made)
