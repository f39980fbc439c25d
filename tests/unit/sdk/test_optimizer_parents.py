"""Results of earlier searches, as an optimizer reads them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from selftune import Optimizer
from selftune.model.errors import UsageError

LINE = {"x": (0.0, 1.0)}
RISING = [({"x": place / 10}, place) for place in range(11)]
"""The objective grows with x."""


@pytest.mark.parametrize(("objective_type", "best"), [("Maximize", 1.0), ("Minimize", 0.0)])
def test_pairs_are_read_in_the_direction_of_the_search(objective_type, best):
    assert Optimizer(LINE, objective_type, seed=0, parents=[RISING]).ask() == {"x": best}


@pytest.mark.parametrize(("objective_type", "told"), [("Maximize", 7.0), ("Minimize", 1.0)])
def test_an_optimizer_brings_the_direction_of_its_own(objective_type, told):
    parent = Optimizer(LINE, objective_type, seed=0)
    for values, objective in RISING:
        parent.tell(values, -abs(objective - told) if objective_type == "Maximize" else abs(objective - told))
    assert Optimizer(LINE, "Maximize", seed=0, parents=[parent]).ask() == {"x": told / 10}


def test_values_of_numpy_are_values_and_each_has_the_type_of_its_range():
    ranges = {"n": (1, 9), "x": (0.0, 1.0), "c": ["a", "b"]}
    rows = [
        ({"n": np.int64(n) if n > 1 else 1.0, "x": np.float32(0.5), "c": np.str_("b")}, np.float64(n))
        for n in range(1, 7)
    ]
    optimizer = Optimizer(ranges, seed=0, parents=[rows])
    assert optimizer.warnings == ()
    assert Optimizer.from_json(optimizer.to_json()).ask() == {"n": 1, "x": 0.5, "c": "b"}
    assert '"rows":[[[["n",1],["x",0.5],["c","b"]],1.0],' in optimizer.to_json()


def test_what_has_no_finite_objective_shows_nothing():
    rows = [*RISING[:5], ({"x": 0.95}, None), ({"x": 0.96}, math.nan), ({"x": 0.97}, -math.inf)]
    assert Optimizer(LINE, seed=0, parents=[rows]).ask() == {"x": 0.0}


def test_values_without_a_place_in_the_ranges_are_left_out_with_a_warning():
    rows = [({"x": value}, 0.0) for value in ("q", None, [1], True, 7.0)]
    with pytest.warns(UserWarning, match="Only 0 of 5 results of the parent 1 lie inside"):
        assert "x" in Optimizer(LINE, seed=0, parents=[rows]).ask()


def test_a_name_that_is_no_text_is_no_name_in_common():
    with pytest.raises(UsageError, match="it has 1, y, and here are x"):
        Optimizer(LINE, parents=[[({1: 0.5, "y": 0.1}, 1.0)]])
