"""What is tried early is shown by what differs from today, and factors of today's value as such."""

from __future__ import annotations

from dataclasses import replace

from selftune.model.plan import Chooser, Decision, EarlierValues, Learning, Plan
from selftune.testing.factories import a_plan, a_request, a_tuned_hyperparameter
from selftune.views.explain import explain_plan
from selftune.views.portfolio_text import configuration_texts, most_tried


def plan(configurations: int = 3, **changes: object) -> Plan:
    values = tuple((("lr", 0.01 * 3**n), ("depth", 6)) for n in range(1, configurations + 1))
    hyperparameters = [a_tuned_hyperparameter("lr", 0.01), a_tuned_hyperparameter("depth", 6)]
    return a_plan(hyperparameters, **{"portfolio": values, "portfolio_source": "the portfolio of X", **changes})


def test_a_factor_of_todays_value_is_told_as_one() -> None:
    assert configuration_texts(plan(portfolio_factors=("lr",)))[0] == "lr 0.03 (3 times today's)"


def test_a_value_that_was_learnt_as_such_is_told_alone() -> None:
    assert configuration_texts(plan())[0] == "lr 0.03"


def test_no_more_are_said_to_be_tried_than_the_search_tries() -> None:
    assert [most_tried(plan(5, max_jobs=jobs)) for jobs in (6, 24, 40)] == [1, 4, 5]


def test_what_earlier_tuning_jobs_found_comes_before_it() -> None:
    learning = Learning(values=(EarlierValues(values=(("lr", 0.2),), tuning_job="monday"),))
    decision = Decision(value=learning, by=Chooser.AUTOTUNE, reason="It was tuned before.", source="the store")
    assert most_tried(replace(plan(5, max_jobs=10), learning=decision)) == 1
    assert most_tried(replace(plan(5, max_jobs=6), learning=decision)) == 0


def test_what_is_tried_is_what_was_chosen_and_nothing_else_was_considered() -> None:
    (found,) = explain_plan(plan(max_jobs=10), a_request(), "portfolio")
    assert found.value == "up to 2 configurations tried early: lr 0.03; lr 0.09"
    assert not any("0.03" in sentence for sentence in found.alternatives)
