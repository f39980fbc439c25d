"""Conditions of an optimizer: what can never hold is refused, what holds is found among the suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftune import ContinuousParameter, Optimizer
from selftune.model.acting import Conditions, Dependences
from selftune.model.conditions import Condition
from selftune.model.errors import UnknownName, UsageError

SPACE = {
    "x": (0.0, 1.0),
    "n": (1, 3),
    "c": ["a", "b"],
    "left-right": ["near", "far and wide"],
    "size": [32, 64],
    "decay": ContinuousParameter(1e-6, 0.1, includes_zero=True),
}


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"x": "c == a or c == b"}, r"'c == a or c == b' joins by 'or'; .* like this: booster == a\|b"),
        ({"x": "c == zzz"}, "The condition of 'x' is c == zzz, but 'c' has no choice 'zzz'"),
        ({"x": "c != zzz"}, "'c' has no choice 'zzz'"),
        ({"x": "c == a|zzz"}, "'c' has no choice 'zzz'"),
        ({"x": "n == 2.5"}, r"'n' has no value '2\.5'.*\n.*1\.\.3"),
        ({"x": "n == two"}, "'n' has no value 'two'"),
        ({"x": "decay == -1"}, "'decay' has no value '-1'.*\n.*0 or 1e-06..0.1"),
        ({"x": "c > 7"}, r"'c' is one of a, b.*\n.*c == a\|b"),
        ({"x": "n > 7"}, "'x' would never act: it needs n > 7, but the range of 'n' is 1..3"),
        ({"x": "n > 1.5 and n < 1.9"}, r"it needs n > 1\.5 and n < 1\.9"),
        ({"x": "n >= 2 and n < 2"}, "it needs n >= 2 and n < 2"),
        ({"x": "size > 64"}, "it needs size > 64, but the range of 'size' is 32, 64"),
        ({"x": "c != a|b"}, r"it needs c != a\|b"),
        ({"n": "c == a", "x": "n > 1 and c == b"}, "'x' would never act: it needs c == a and c == b"),
        ({"x": "x > 0"}, "The condition of 'x' speaks of 'x' itself"),
        ({"n": "x > 0.5", "x": "n == 2"}, "run in a circle: '(n|x)' waits for"),
        ({"n": "x > 0.5", "x": "c == a", "c": "n == 2"}, "run in a circle"),
        ({"x": 5}, "The condition of 'x' cannot be read: 5 is no text"),
        ({"x": "c = a"}, "'c = a' is no comparison"),
        ("x: c == a", "conditions is 'x: c == a', but it must be a dict"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused_with_the_reason(conditions, message):
    with pytest.raises(UsageError, match=f"(?s){message}"):
        Optimizer(SPACE, conditions=conditions)


@pytest.mark.parametrize(
    ("conditions", "where"),
    [({"q": "c == a"}, "named in conditions"), ({"x": "q == a"}, "named in the condition of 'x'")],
)
def test_a_condition_speaks_of_known_names(conditions, where):
    with pytest.raises(UnknownName, match=f"No hyperparameter 'q' in the ranges: it is {where}"):
        Optimizer(SPACE, conditions=conditions)


@pytest.mark.parametrize(
    "text",
    [
        "c == 'a'",
        'left-right == "far and wide"',
        "{left-right} == near",
        "n > 2",
        "n > 1.5 and n < 2.5",
        "size >= 64",
        "decay == 0",
        "decay != 0",
        "decay < 1e-7",
        "decay > 0.0001 and decay < 0.01",
        "decay > 0.001 and c == a",
    ],
)
def test_a_condition_that_can_hold_lets_its_hyperparameter_act_where_it_holds(text):
    optimizer = Optimizer(SPACE, seed=3, conditions={"x": text})
    made = optimizer.ask(40)
    condition = Condition.read(text)
    assert any("x" in suggestion for suggestion in made)
    assert all(("x" in suggestion) == condition.is_known_to_hold(suggestion) for suggestion in made)


def test_a_soft_range_may_come_to_hold_what_a_condition_waits_for():
    space = {"soft_ranges": {"n": (1, 4)}, "ranges": {"x": (0.0, 1.0)}, "conditions": {"x": "n > 100"}}
    assert Optimizer(hard_bounds={"n": (1, None)}, **space).warnings == ()
    with pytest.raises(UsageError, match="would never act"):
        Optimizer(hard_bounds={"n": (1, 100)}, **space)
    narrow = {"soft_ranges": {"x": (0.1, 0.4)}, "ranges": {"n": (1, 4)}, "conditions": {"n": "x > 0.5"}}
    assert Optimizer(hard_bounds={"x": (0.0, 0.6)}, **narrow).warnings == ()
    with pytest.raises(UsageError, match="would never act"):
        Optimizer(hard_bounds={"x": (0.0, 0.5)}, **narrow)


NAMES = ("a", "b", "c", "d")
CLAUSES = st.tuples(st.sampled_from(NAMES), st.sampled_from(["==", "!=", ">", ">=", "<", "<="]), st.integers(0, 3))


@given(
    st.dictionaries(st.sampled_from(NAMES), st.lists(CLAUSES, min_size=1, max_size=3), min_size=1),
)
@settings(max_examples=150, deadline=None)
def test_what_is_refused_never_acts_and_what_is_taken_can(found):
    texts = {
        name: " and ".join(f"{parent} {sign} {value}" for parent, sign, value in clauses)
        for name, clauses in found.items()
    }
    space = dict.fromkeys(NAMES, (0, 3))
    everything = [
        dict(zip(NAMES, (a, b, c, d), strict=True))
        for a in range(4)
        for b in range(4)
        for c in range(4)
        for d in range(4)
    ]
    ranges = tuple(Optimizer(space).ranges.items())
    conditions = Conditions(ranges, [(name, Condition.read(text)) for name, text in texts.items()])
    ever = frozenset().union(*(conditions.acting(values) for values in everything))
    has_circle = bool(Dependences(NAMES, [(name, Condition.read(text)) for name, text in texts.items()]).cycle)
    if has_circle or ever < set(NAMES):
        with pytest.raises(UsageError, match="circle|itself" if has_circle else "would never act"):
            Optimizer(space, conditions=texts)
    else:
        assert Optimizer(space, conditions=texts).warnings == ()
