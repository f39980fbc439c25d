"""Completion criteria, one by one."""

from __future__ import annotations

import dataclasses

import pytest

from selftune.model.history import History
from selftune.model.objective import Direction, Objective
from selftune.model.plan import CompletionCriteria, EarlyStopping
from selftune.model.ranges import CategoricalRange, IntegerRange
from selftune.stopping import completion_criteria, early_stopping_rule
from selftune.stopping.completion import Converged, NotImproving, TargetReached
from selftune.stopping.median import MedianRule, NeverStop
from selftune.testing.stopping_contract import history_of

MAXIMIZE = Objective(name="accuracy", direction=Direction.MAXIMIZE)


def losses(*values: float) -> History:
    return history_of(*[[value] for value in values])


def test_the_factories_give_what_is_switched_on():
    everything = CompletionCriteria(target_objective=0.9, max_jobs_not_improving=5, complete_on_convergence=True)
    assert [type(criterion) for criterion in completion_criteria(everything, MAXIMIZE)] == [
        TargetReached, NotImproving, Converged,
    ]  # fmt: skip
    assert completion_criteria(CompletionCriteria(), MAXIMIZE) == ()
    assert isinstance(early_stopping_rule(EarlyStopping.AUTO), MedianRule)
    assert isinstance(early_stopping_rule(EarlyStopping.OFF), NeverStop)


def test_a_target_to_maximise_is_reached_from_below():
    criterion = TargetReached(target=0.9, direction=Direction.MAXIMIZE)
    assert criterion.met(losses(-0.7, -0.89), 0.0) is None
    assert criterion.met(losses(-0.7, -0.91), 0.0).reason == "The objective 0.91 reached the target 0.9."


def test_a_target_to_minimise_is_reached_from_above():
    criterion = TargetReached(target=0.1, direction=Direction.MINIMIZE)
    assert criterion.met(losses(0.3), 0.0) is None
    assert criterion.met(losses(0.3, 0.1), 0.0) is not None


@pytest.mark.parametrize(
    ("values", "is_met"),
    [
        ((1.0, 2.0, 3.0), False),
        ((1.0, 2.0, 3.0, 4.0), True),
        ((1.0, 0.995, 0.993, 0.992), True),
        ((1.0, 0.995, 0.993, 0.98), False),
        ((-0.5, -0.4, -0.4, -0.6), False),
    ],
)
def test_three_training_jobs_without_one_percent_of_gain_are_enough(values, is_met):
    assert (NotImproving(max_jobs=3).met(losses(*values), 0.0) is not None) is is_met


def test_small_gains_that_add_up_to_one_percent_count():
    creeping = [1.0 - 0.004 * step for step in range(12)]
    assert NotImproving(max_jobs=4).met(losses(*creeping), 0.0) is None


def test_a_best_that_stays_what_it_is_has_converged():
    stale = [2.0, 1.0, *([1.5] * 18)]
    assert "Converged" in Converged().met(losses(*stale), 0.0).reason
    assert Converged().met(losses(*stale[:19]), 0.0) is None


def test_a_late_improvement_keeps_the_search_going():
    assert Converged().met(losses(2.0, 1.0, *([1.5] * 17), 0.5), 0.0) is None


def test_an_improvement_within_noise_does_not():
    assert Converged().met(losses(2.0, 1.0, *([1.5] * 17), 0.999), 0.0) is not None


def test_convergence_does_not_depend_on_the_unit_of_the_objective():
    stale = [2.0, 1.0, *([1.5] * 18)]
    assert Converged().met(losses(*[1e-9 * value for value in stale]), 0.0) is not None


def test_more_hyperparameters_need_more_patience():
    stale = losses(2.0, 1.0, *([1.5] * 18))
    wide = tuple((f"n{number}", IntegerRange(low=1, high=9)) for number in range(8))
    fixed = tuple((f"n{number}", CategoricalRange(values=(1,))) for number in range(8))
    assert Converged().met(dataclasses.replace(stale, space=wide), 0.0) is None
    assert Converged().met(dataclasses.replace(stale, space=fixed), 0.0) is not None


@pytest.mark.parametrize("criterion", [NotImproving(max_jobs=5), Converged(min_jobs=6, patience=5)])
@pytest.mark.parametrize("last", [-9.0, 0.5, 1e9])
def test_the_last_value_of_a_training_job_that_was_stopped_early_ends_no_search_and_prolongs_none(criterion, last):
    history = losses(*[1.0, 0.5, *[0.7] * 5])
    stopped = dataclasses.replace(history.ended[-1], loss=last, is_stopped_early=True)
    assert criterion.met(dataclasses.replace(history, ended=(*history.ended[:-1], stopped)), 0.0) is not None
