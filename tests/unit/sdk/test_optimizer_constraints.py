"""Constraints of an optimizer: they speak of what acts, and a narrow space is not an exhausted one."""

from __future__ import annotations

import pytest

from selftune.model.errors import NoValuesFound, SpaceExhausted, UsageError
from selftune.sdk.optimizer import Optimizer

EIGHT = {f"h{i}": (0.0, 1.0) for i in range(8)}
SIMPLEX = " + ".join(EIGHT) + " <= 1"
BOOSTER = {"booster": ["tree", "dart"], "drop": (0.0, 1.0)}


@pytest.mark.parametrize("first", [(), (dict.fromkeys(EIGHT, 0.1),)], ids=["no start values", "start values"])
def test_a_run_in_a_narrow_space_goes_on_as_long_as_it_was_asked_to(first):
    optimizer = Optimizer(EIGHT, seed=1, constraints=[SIMPLEX], first=first)
    optimizer.run(lambda values: sum(value**2 for value in values.values()), jobs=8)
    assert len(optimizer.results) == 8
    assert all(sum(result.values.values()) <= 1 for result in optimizer.results)


def test_a_run_that_finds_nothing_does_not_pass_for_one_that_has_seen_all():
    optimizer = Optimizer(EIGHT, seed=1, constraints=["h0 + h1 > 3"])
    with pytest.raises(NoValuesFound, match=r"(?s)No untried values that keep h0 \+ h1 > 3 were found.*`first`"):
        optimizer.run(lambda values: values["h0"], jobs=3)


def test_a_run_ends_where_a_finite_space_holds_no_more_that_keeps_the_constraints():
    optimizer = Optimizer({"a": (1, 3), "b": (1, 3)}, seed=1, constraints=["a + b <= 3"])
    optimizer.run(lambda values: values["a"], jobs=9)
    assert len(optimizer.results) == 3
    with pytest.raises(SpaceExhausted, match=r"No untried values that keep a \+ b <= 3 are left"):
        optimizer.ask()


def test_start_values_break_no_constraint_with_what_does_not_act():
    conditions = {"drop": "booster == dart"}
    made = Optimizer(BOOSTER, seed=1, constraints=["drop <= 0.3"], conditions=conditions, first=[{"booster": "tree"}])
    assert dict(made.ask()) == {"booster": "tree"}
    with pytest.raises(UsageError, match=r"break what must hold: drop <= 0\.3"):
        Optimizer(BOOSTER, constraints=["drop <= 0.3"], conditions=conditions, first=[{"booster": "dart", "drop": 0.5}])
