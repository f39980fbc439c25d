"""Several training job definitions: which is next, what ends, and the bound that all share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.engine.definitions import FIRST_JOBS, RANGES_STAY, check_definitions, next_definition, with_common_bound
from selftune.engine.history import history_of
from selftune.engine.lifecycle import initial_state, step
from selftune.model.errors import UsageError
from selftune.model.events import SuggestionsMade, TuningJobCreated
from selftune.model.jobs import TuningJobStatus
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.request import UserSettings
from selftune.testing.factories import (
    T0,
    a_plan,
    a_request,
    a_state,
    a_suggestion,
    a_training_job,
    a_tuned_hyperparameter,
    a_tuning_job,
)


def a_job(**plan):
    """Two definitions: one of the usual space, one of a hyperparameter `depth`."""
    job = a_tuning_job(plan=replace(a_plan(**plan), baseline=None))
    other = a_plan([a_tuned_hyperparameter("depth", 0.1)], objective="error", **plan)
    return replace(job, alternatives=(replace(job, plan=other, definition=1),))


def ran(number, definition, objective):
    values = {"depth": 0.1} if definition else {"lr": 0.1, "batch-size": 8}
    job = a_training_job(number, values, objective=objective)
    return replace(job, suggestion=replace(job.suggestion, definition=definition))


def test_each_definition_has_its_turn_first():
    state, job, order = a_state(), a_job(), []
    for number in range(1, 2 * FIRST_JOBS + 1):
        order.append(next_definition(job, state))
        state = a_state([*state.training_jobs, ran(number, order[-1], 1.0)])
    assert order == [0, 1] * FIRST_JOBS


def test_then_two_of_three_go_to_the_definition_of_the_best():
    jobs = [ran(n, (n - 1) % 2, 0.1 if n == 2 else 1.0) for n in range(1, 2 * FIRST_JOBS + 1)]
    state, order = a_state(jobs), []
    for number in range(len(jobs) + 1, len(jobs) + 7):
        order.append(next_definition(a_job(), state))
        state = a_state([*state.training_jobs, ran(number, order[-1], 1.0)])
    assert order == [1, 1, 0, 1, 1, 0]


def test_an_objective_of_zero_is_an_objective():
    jobs = [ran(n, (n - 1) % 2, 0.0 if n == 2 else 1.0) for n in range(1, 2 * FIRST_JOBS + 1)]
    assert next_definition(a_job(), a_state(jobs)) == 1


def test_a_definition_without_untried_values_is_passed_over():
    assert next_definition(a_job(), a_state(exhausted=(0,))) == 1


def test_the_search_goes_on_until_all_spaces_are_exhausted():
    job = a_job(max_jobs=9)
    state, _ = step(job, initial_state(job), TuningJobCreated(at=T0))
    state, _ = step(job, state, SuggestionsMade(at=T0, suggestions=(), is_exhausted=True, definition=1))
    assert (state.exhausted, state.is_exhausted, state.suggestions_requested > 0) == ((1,), False, True)
    state, _ = step(job, state, SuggestionsMade(at=T0, suggestions=(), is_exhausted=True, definition=0))
    assert state.is_exhausted
    assert state.status is TuningJobStatus.FAILED  # nothing was there to run


def test_a_strategy_sees_its_own_definition_and_a_criterion_sees_all():
    job, state = a_job(), a_state([ran(1, 0, 0.5), ran(2, 1, 0.7)])
    assert [o.number for o in history_of(job, state).ended] == [1, 2]
    own = history_of(job, state, of=1)
    assert [o.number for o in own.ended] == [2]
    assert [name for name, _ in own.space] == ["depth"]


def test_a_suggestion_takes_its_definition_along():
    job = a_job()
    state, _ = step(job, initial_state(job), TuningJobCreated(at=T0))
    made = replace(a_suggestion({"depth": 0.1}), definition=1)
    state, _ = step(job, state, SuggestionsMade(at=T0, suggestions=(made,), definition=1))
    assert state.training_job(1).definition == 1


def test_all_definitions_share_the_largest_bound():
    first, second = with_common_bound(
        [a_plan(max_jobs=4, max_runtime_seconds=100.0), a_plan(max_jobs=4, max_runtime_seconds=900.0)]
    )
    assert first.bound == second.bound
    assert (first.bound.jobs, first.bound.seconds) == (4, 900.0)
    assert second.max_runtime_seconds == first.max_runtime_seconds


def test_ranges_of_several_definitions_stay_and_the_plans_say_so():
    open_plan = a_plan([a_tuned_hyperparameter("lr", 0.1)])
    assert open_plan.space["lr"].may_expand
    for plan in with_common_bound([open_plan, open_plan]):
        assert not plan.space["lr"].may_expand
        assert RANGES_STAY in plan.warnings
    assert with_common_bound([open_plan]) == [open_plan]


def test_grids_add_up():
    grids = [a_plan(max_jobs=jobs, strategy=Strategy.GRID) for jobs in (4, 6)]
    assert [plan.max_jobs.value for plan in with_common_bound(grids)] == [10, 10]


def a_definition(name="one", metric="loss", direction=Direction.MINIMIZE):
    return a_request(definition_name=name, settings=UserSettings(objective_name=metric, objective_direction=direction))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (a_definition("one"), "name of its own"),
        (a_definition("two", None), "needs an objective"),
        (a_definition("two", direction=Direction.MAXIMIZE), "one type"),
    ],
)
def test_definitions_that_do_not_compare_are_refused(other, said):
    with pytest.raises(UsageError, match=said):
        check_definitions(replace(a_definition(), alternatives=(other,)))


def test_different_metrics_of_one_direction_compare():
    check_definitions(replace(a_definition(), alternatives=(a_definition("two", "error"),)))
    check_definitions(a_request())
