from __future__ import annotations

import pytest

from selftune.model.plan import Chooser
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, IntegerRange, ScalingType
from selftune.testing.factories import a_tuned_hyperparameter
from selftune.views.edges import edge_notes

LOG = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, may_expand=True)


def notes(range, value, **changes):
    return edge_notes([a_tuned_hyperparameter("lr", 0.01, range, **changes)], {"lr": value})


@pytest.mark.parametrize(("value", "end"), [(1.2e-4, "lowest"), (1e-4, "lowest"), (0.8, "highest")])
def test_a_best_value_at_an_edge_on_the_ranges_own_scale_is_noted(value, end):
    (note,) = notes(LOG, value)
    assert note.end == end
    assert f"{end} 5 %" in note.text


@pytest.mark.parametrize("value", [0.01, 0.5])
def test_a_best_value_inside_is_not_noted(value):
    assert notes(LOG, value) == ()


def test_an_inferred_range_is_no_wall_and_a_wider_one_is_shown():
    (note,) = notes(LOG, 1e-4)
    assert not note.is_wall
    assert "--range lr=1e-06..1:log" in note.text


def test_a_users_range_is_a_wall_and_the_note_has_the_flag_to_paste():
    (note,) = notes(ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG), 1.0, by=Chooser.USER)
    assert note.is_wall
    assert "It is your range: it stays. Try --range lr=0.0001..100:log." in note.text


def test_a_suggested_range_of_whole_numbers_has_whole_bounds():
    (note,) = notes(IntegerRange(low=8, high=256, scaling=ScalingType.LOG), 8, by=Chooser.USER)
    assert "--range lr=1..256:log" in note.text


def test_beyond_what_the_algorithm_accepts_nothing_is_suggested():
    fraction = ContinuousRange(low=0.5, high=1.0, hard_bounds=HardBounds(low=0.0, high=1.0), may_expand=True)
    assert notes(fraction, 1.0) == ()
    (note,) = notes(fraction, 0.5)
    assert "--range lr=0.25..1:linear" in note.text


def test_a_suggested_range_ends_at_the_hard_bound():
    near_zero = ContinuousRange(low=0.1, high=1.0, hard_bounds=HardBounds(low=0.0))
    (note,) = notes(near_zero, 0.1)
    assert "--range lr=0..1:linear" in note.text


@pytest.mark.parametrize("range", [CategoricalRange(values=(1, 2)), IntegerRange(low=3, high=3)])
def test_choices_and_single_points_have_no_edges(range):
    assert notes(range, 3) == ()


def test_an_added_zero_below_a_log_range_is_no_edge():
    assert notes(ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, includes_zero=True), 0.0) == ()
