"""Laws that hold for every search: no order, no unit, no repetition, no way out of the ranges."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from selftune.model.codec import dumps, loads
from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
from selftune.model.errors import UsageError
from selftune.model.history import Exhausted, History, Observation, Outcome, ParentResults, Running, TimeSpent
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.sdk.optimizer import Optimizer
from selftune.search import suggest
from selftune.search.allowed import Allowed
from selftune.search.encoder import Encoder
from selftune.testing.spaces import spaces
from selftune.testing.strategy_contract import assert_valid

SAMPLED = [Strategy.RANDOM, Strategy.BAYESIAN]
SEEDS = st.integers(0, 2**31)
DYADIC = st.integers(-(2**20), 2**20).map(lambda whole: whole / 64)
"""Losses whose sums, differences and halves are exact, so that a change of unit changes no digit."""
few = settings(max_examples=12, deadline=None)


def history_of(space, losses, seed, **others):
    """A history of even points that ended with these losses; None is a failure."""
    kept = {name: others[name] for name in ("conditions", "constraints") if name in others}
    found = suggest(Strategy.RANDOM, History(space=space, seed=seed, **kept), len(losses)) if losses else []
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
@pytest.mark.parametrize("objective", ["constant", "failed", "plain"])
@given(dimension=st.integers(1, 100), seed=SEEDS)
@settings(max_examples=5, deadline=None)
def test_whatever_the_dimension_and_the_objective_nothing_is_broken(strategy, objective, dimension, seed):
    kinds = (
        ContinuousRange(low=1e-3, high=1.0, scaling=ScalingType.LOG),
        IntegerRange(low=1, high=64, scaling=ScalingType.LOG),
        CategoricalRange(values=("a", "b", "c")),
        ContinuousRange(low=2.0, high=2.0),
    )
    space = tuple((f"h{number}", kinds[number % len(kinds)]) for number in range(dimension))
    history = history_of(space, [None if objective == "failed" else 1.0] * 8, seed)
    if objective == "plain":
        history = replace(history, ended=tuple(replace(job, loss=height(space, job.values)) for job in history.ended))
    made = suggest(strategy, history, 4)
    assert not isinstance(made, Exhausted)
    for suggestion in made:
        assert_valid(suggestion, space)
        assert "no model" not in suggestion.strategy
    taken = [*(job.values for job in history.ended), *(suggestion.values for suggestion in made)]
    assert len(set(taken)) == len(history.ended) + 4


def height(space, values):
    """A plain objective, with few digits: the mean place of the values in their ranges."""
    return round(64 * Encoder(space).cube([dict(values)]).mean()) / 64


MIXED = (
    ("rate", ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG)),
    ("units", IntegerRange(low=4, high=512, scaling=ScalingType.LOG)),
    ("kernel", CategoricalRange(values=("rbf", "linear", "poly"))),
    ("momentum", ContinuousRange(low=0.0, high=1.0)),
)
CIRCUMSTANCES = ("four hundred and fifty results", "two parents", "a budget of time")


def history_in(circumstances, seed):
    """Training jobs of a plain objective: more than one model takes, or few beside what else a search may know."""
    count = 450 if circumstances == CIRCUMSTANCES[0] else 8
    history = history_of(MIXED, [1.0] * count, seed)
    ended = tuple(replace(job, loss=height(MIXED, job.values)) for job in history.ended)
    history = replace(history, ended=ended, max_jobs=2 * count)
    if circumstances == "two parents":
        history = replace(history, parents=(parent_of("one", seed + 1, 1.0), parent_of("other", seed + 2, -8.0)))
    if circumstances == "a budget of time":
        timed = (replace(job, duration_seconds=1.0 + dict(job.values)["units"]) for job in history.ended)
        spent = TimeSpent(total_seconds=9000.0, spent_seconds=1000.0)
        history = replace(history, ended=tuple(timed), time=spent)
    return history


def parent_of(name, seed, unit):
    """Twelve training jobs; one of a negative unit found good what is bad here."""
    ended = history_of(MIXED, [1.0] * 12, seed).ended
    rows = ((job.values, unit * height(MIXED, job.values)) for job in ended)
    return ParentResults(tuning_job=name, rows=tuple(sorted(rows, key=lambda row: row[1])))


in_circumstances = pytest.mark.parametrize("circumstances", CIRCUMSTANCES)
fewest = settings(max_examples=3, deadline=None)


@in_circumstances
@given(data=st.data(), seed=SEEDS)
@fewest
def test_in_all_circumstances_the_order_of_hyperparameters_changes_nothing(circumstances, data, seed):
    history = history_in(circumstances, seed)
    turned = replace(history, space=tuple(data.draw(st.permutations(MIXED))))
    assert values_of(suggest(Strategy.BAYESIAN, history, 2)) == values_of(suggest(Strategy.BAYESIAN, turned, 2))


@in_circumstances
@given(seed=SEEDS, factor=st.sampled_from([2.0**-20, 0.5, 2.0**30]), shift=st.integers(-(2**20), 2**20))
@fewest
def test_in_all_circumstances_another_unit_of_any_objective_changes_nothing(circumstances, seed, factor, shift):
    history = history_in(circumstances, seed)
    moved = with_losses(history, lambda loss: factor * (loss + shift))
    parents = (
        replace(parent, rows=tuple((values, 4.0 * (loss - shift)) for values, loss in parent.rows))
        for parent in history.parents
    )
    moved = replace(moved, parents=tuple(parents))
    assert values_of(suggest(Strategy.BAYESIAN, history, 2)) == values_of(suggest(Strategy.BAYESIAN, moved, 2))


@in_circumstances
@given(seed=SEEDS, running=st.integers(0, 9))
@fewest
def test_in_all_circumstances_nothing_is_suggested_twice(circumstances, seed, running):
    history = history_in(circumstances, seed)
    pending = suggest(Strategy.BAYESIAN, history, running) if running else []
    numbered = enumerate(pending, start=len(history.ended) + 1)
    history = replace(history, running=tuple(Running(number=n, values=made.values) for n, made in numbered))
    made = suggest(Strategy.BAYESIAN, history, 6)
    everything = [job.values for job in (*history.ended, *history.running, *made)]
    assert len(set(everything)) == len(everything) == len(history.ended) + running + 6


@in_circumstances
@given(seed=SEEDS)
@fewest
def test_in_all_circumstances_a_search_goes_on_after_a_restart_as_if_unbroken(circumstances, seed):
    history = history_in(circumstances, seed)
    read_again = loads(History, dumps(history))
    assert read_again == history
    assert suggest(Strategy.BAYESIAN, read_again, 2) == suggest(Strategy.BAYESIAN, history, 2)


COMPARED = st.sampled_from(["kind == a", "kind == a|b", "kind != c", "units > 3", "units == 1|2", "rate <= 0.5"])
CONDITIONS = st.fixed_dictionaries(
    {}, optional={"rate": COMPARED.filter(lambda text: "rate" not in text), "drop": COMPARED, "skip": COMPARED}
)
CONSTRAINTS = st.lists(
    st.sampled_from(["drop <= 0.3", "drop >= 0.2", "rate + drop <= 0.6", "units * rate <= 2", "skip > drop"]),
    max_size=2,
    unique=True,
)
CONDITIONAL = (
    ("kind", CategoricalRange(values=("a", "b", "c"))),
    ("units", IntegerRange(low=1, high=5)),
    *((name, ContinuousRange(low=0.0, high=1.0)) for name in ("rate", "drop", "skip")),
)


def acting(values, conditions):
    """Of values those that act, by the conditions' own words: what depends on what does not act does not act."""
    left = dict(values)
    for _ in conditions:
        for name, condition in conditions.items():
            if not condition.is_known_to_hold(left):
                left.pop(name, None)
    return left


@pytest.mark.parametrize("strategy", SAMPLED)
@given(texts=CONDITIONS, kept=CONSTRAINTS, losses=st.lists(DYADIC | st.none(), max_size=6), seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_what_acts_keeps_the_constraints_and_what_does_not_act_breaks_none(strategy, texts, kept, losses, seed):
    conditions = {name: Condition.read(text) for name, text in texts.items()}
    constraints = tuple(Constraint(text=text, reason="A test says so.", source="a test") for text in kept)
    history = history_of(
        CONDITIONAL, losses, seed, conditions=tuple(conditions.items()), constraints=constraints, max_parallel=4
    )
    made = [acting(values, conditions) for values in values_of(suggest(strategy, history, 4))]
    assert len({str(values) for values in made}) == 4
    assert all(constraint.holds(values) for values in made for constraint in constraints)
    encoder = Encoder(CONDITIONAL, tuple(conditions.items()))
    drawn = encoder.snap(np.random.default_rng(seed).random((20, len(CONDITIONAL))))
    alive = [acting(encoder.values(point), conditions) for point in drawn]
    expected = [all(constraint.holds(values) for constraint in constraints) for values in alive]
    assert Allowed(encoder, constraints).mask(drawn).tolist() == expected
    for values, is_allowed in zip(alive[:4], expected, strict=False):
        assert is_start_value(values, texts, kept) == is_allowed


def is_start_value(values, texts, kept):
    """Whether an optimizer takes values to start with."""
    ranges = {"kind": ["a", "b", "c"], "units": (1, 5), **dict.fromkeys(("rate", "drop", "skip"), (0.0, 1.0))}
    try:
        Optimizer(ranges, conditions=texts, constraints=kept, first=[values])
    except UsageError as error:
        if "break what must hold" not in str(error):
            raise
        return False
    return True


def _count(range_):
    return len(range_.values) if isinstance(range_, CategoricalRange) else range_.high - range_.low + 1
