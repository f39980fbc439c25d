"""What may have a training job: neither tried, nor forbidden; and the search for it ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
from selftune.model.history import Exhausted, History, KnownGood, Observation, Outcome, ParentResults, Running
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
        assert not made.is_certain, "of real numbers there are too many to have seen them all"


def test_where_a_finite_space_was_seen_to_its_end_it_is_certain_that_nothing_is_left():
    made = suggest(Strategy.BAYESIAN, History(space=LEAVES, constraints=(kept("num_leaves < 0"),)), 1)
    assert (made.reason, made.is_certain) == ("No untried values that keep num_leaves < 0 are left.", True)


EIGHT = tuple((f"h{i}", ContinuousRange(low=0.0, high=1.0)) for i in range(8))
SUM = " + ".join(f"h{i}" for i in range(8))


@pytest.mark.parametrize("texts", [(f"{SUM} <= 1",), (f"{SUM} >= 1", f"{SUM} <= 1.001")], ids=["simplex", "slice"])
@pytest.mark.parametrize("strategy", [Strategy.RANDOM, Strategy.BAYESIAN])
def test_where_even_draws_meet_nothing_that_is_allowed_steps_lead_there(strategy, texts):
    made = suggest(strategy, History(space=EIGHT, constraints=tuple(map(kept, texts)), seed=1, max_jobs=20), 4)
    assert len({suggestion.values for suggestion in made}) == 4
    assert all(kept(text).holds(dict(suggestion.values)) for suggestion in made for text in texts)


NEEDLE = (("n", IntegerRange(low=0, high=10**9)), *EIGHT[:7])
IN_A_HAYSTACK = kept("n % 999983 == 5")
KNOWN = (("n", 5), *((name, 0.5) for name, _ in EIGHT[:7]))
KNOWN_AS = {
    "tried": {"ended": (Observation(number=1, values=KNOWN, outcome=Outcome.COMPLETED, loss=1.0),)},
    "running": {"running": (Running(number=1, values=KNOWN),)},
    "good elsewhere": {"portfolio": (KnownGood(values=KNOWN, source="the knowledge base"),)},
    "of a parent": {"parents": (ParentResults(tuning_job="parent", rows=((KNOWN, 1.0),)),)},
}


@pytest.mark.parametrize("known", KNOWN_AS.values(), ids=KNOWN_AS)
def test_from_values_that_are_known_to_keep_the_constraints_steps_lead_to_others(known):
    history = History(space=NEEDLE, constraints=(IN_A_HAYSTACK,), max_jobs=20)
    without = suggest(Strategy.BAYESIAN, history, 1)
    assert isinstance(without, Exhausted), "neither a draw nor a step down meets one number of a million"
    made = suggest(Strategy.BAYESIAN, replace(history, **known), 3)
    assert len({suggestion.values for suggestion in made}) == 3
    assert all(IN_A_HAYSTACK.holds(dict(suggestion.values)) for suggestion in made)


BOOSTER = (
    ("booster", CategoricalRange(values=("tree", "dart"))),
    ("drop", ContinuousRange(low=0.0, high=1.0)),
    ("rate", ContinuousRange(low=0.0, high=1.0)),
)
ONLY_DART_DROPS = (("drop", Condition.read("booster == dart")),)


@pytest.mark.parametrize("text", ["drop <= 0.3", "drop >= 0.7", "drop + rate <= 1"])
@pytest.mark.parametrize("strategy", [Strategy.RANDOM, Strategy.BAYESIAN])
def test_what_does_not_act_breaks_no_constraint(strategy, text):
    made = suggest(strategy, History(space=BOOSTER, conditions=ONLY_DART_DROPS, constraints=(kept(text),), seed=2), 16)
    values = [dict(suggestion.values) for suggestion in made]
    assert {v["booster"] for v in values} == {"tree", "dart"}
    assert all(kept(text).holds(v) for v in values if v["booster"] == "dart")


def test_a_grid_goes_through_what_constraints_cannot_forbid_since_it_does_not_act():
    drops = CategoricalRange(values=(0.1, 0.3, 0.5))
    space = (BOOSTER[0], ("drop", drops), ("depth", IntegerRange(low=1, high=3)))
    history = History(space=space, conditions=ONLY_DART_DROPS, constraints=(kept("drop > 0.2"),))
    made = suggest(Strategy.GRID, history, 99)
    boosters = [dict(suggestion.values)["booster"] for suggestion in made]
    assert (boosters.count("tree"), boosters.count("dart")) == (3, 6)


def test_a_finite_space_without_end_is_not_walked_to_its_end():
    space = tuple((f"n{i}", IntegerRange(low=0, high=10**6)) for i in range(4))
    assert untried_of(space, kept("n0 < 0")).another(np.random.default_rng(0)) is None


def test_trees_are_suggested_no_more_leaves_than_their_depth_has_room_for():
    for strategy in (Strategy.RANDOM, Strategy.BAYESIAN, Strategy.GRID):
        made = suggest(strategy, History(space=LEAVES, constraints=(FEW_LEAVES,), seed=3), 40)
        assert len(made) == 40
        assert all(FEW_LEAVES.holds(dict(suggestion.values)) for suggestion in made)
