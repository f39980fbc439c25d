"""Hyperband's rungs: who is among the best third of those before it goes on, everybody else stops."""

from __future__ import annotations

import math

import pytest

from selftune.model.history import Observation, Outcome, Running
from selftune.stopping.hyperband import HyperbandRule
from selftune.stopping.rules import Continue, Stop
from selftune.testing.stopping_contract import history_of, running

RULE = HyperbandRule(low=1, high=None, eta=3)


def test_without_an_end_there_is_one_bracket_with_rungs_at_powers_of_three():
    assert RULE.rungs(1)[:5] == (1, 3, 9, 27, 81)
    assert {RULE.bracket(number) for number in range(1, 50)} == {0}


def test_brackets_let_the_first_rungs_pass():
    rule = HyperbandRule(low=1, high=27)
    assert {rule.bracket(number): rule.rungs(number) for number in range(1, 200)} == {
        0: (1, 3, 9),
        1: (3, 9),
        2: (9,),
    }


def test_most_training_jobs_begin_in_the_bracket_that_stops_most():
    rule = HyperbandRule(low=1, high=27)
    sizes = [sum(rule.bracket(number) == bracket for number in range(1, 46)) for bracket in range(3)]
    assert sizes == [27, 12, 6]


@pytest.mark.parametrize(("own", "verdict"), [(0.05, Continue), (0.15, Continue), (0.25, Stop), (0.9, Stop)])
def test_the_best_third_goes_on(own, verdict):
    history = history_of(*[[loss] for loss in (0.1, 0.2, 0.3, 0.4, 0.5)])
    assert isinstance(RULE.decide(history, running(6, [own])), verdict)


def test_the_smallest_loss_up_to_the_rung_counts_whatever_came_later():
    history = history_of(*[[0.5, 0.5, 0.5, 0.0], [0.6, 0.6, 0.6, 0.0], [0.7] * 4])
    assert RULE.decide(history, running(4, [0.4, 0.9, 0.9, 0.9])) == Continue()
    assert isinstance(RULE.decide(history, running(4, [0.9, 0.9, 0.8, 0.1])), Stop)


def test_between_rungs_the_last_one_counts():
    history = history_of([0.1], [0.2], [0.3, 0.3, 0.3])
    assert isinstance(RULE.decide(history, running(4, [0.9, 0.0])), Stop)


def test_with_fewer_than_three_nobody_is_stopped():
    assert RULE.decide(history_of([0.1]), running(2, [9.0])) == Continue()


def test_those_who_come_later_call_nobody_back():
    history = history_of(*[[0.9]] * 2, *[[0.1]] * 9)
    assert RULE.decide(history, running(3, [0.5])) == Continue()


def test_running_and_stopped_training_jobs_are_rivals_and_diverged_ones_are_not():
    stopped = Observation(number=1, values=(), outcome=Outcome.STOPPED, loss=0.1, curve=(0.1,), is_stopped_early=True)
    diverged = Observation(number=2, values=(), outcome=Outcome.FAILED, loss=None, curve=(-9.0, math.nan, math.nan))
    going = [Running(number=n, values=(), curve=(0.2,)) for n in (3, 4)]
    history = history_of()
    history = type(history)(space=history.space, ended=(stopped, diverged), running=tuple(going))
    verdict = RULE.decide(history, running(5, [0.3]))
    assert isinstance(verdict, Stop)
    assert "4 of the 4" in verdict.reason
    assert not verdict.is_complete


def test_who_has_used_all_of_its_resource_is_stopped_and_its_value_stands():
    rule = HyperbandRule(low=1, high=9)
    assert rule.decide(history_of(), running(2, [0.1] * 9)) == Continue()
    verdict = rule.decide(history_of(), running(2, [0.1] * 10))
    assert isinstance(verdict, Stop)
    assert verdict.is_complete
    assert "9 reports" in verdict.reason


def test_divergence_ends_a_training_job_at_once():
    assert isinstance(RULE.decide(history_of(), running(2, [0.1, math.nan])), Stop)
