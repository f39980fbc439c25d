"""Strategy, jobs, parallelism, limits, stopping and retries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.autotune.rules import Limits, bound_of, jobs_for, limits_for
from selftune.model.errors import InvalidRange, UsageError
from selftune.model.plan import Chooser, CompletionCriteria, EarlyStopping, Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

REAL = ContinuousRange(low=0.0, high=1.0)
CHOICE = CategoricalRange(values=(1, 2, 3))
REQUEST = TuningJobRequest(name="job", program=CommandRequest(argv=("true",), folder="/"))


def limits(space: dict[str, Range], *, slots: int = 8, autotune: bool = True, **settings: object) -> Limits:
    request = replace(REQUEST, autotune=autotune, settings=UserSettings(**settings))  # type: ignore[arg-type]
    return limits_for(request, space, slots=slots)


def reals(count: int) -> dict[str, Range]:
    return {f"x{i}": REAL for i in range(count)}


def test_jobs_grow_with_hyperparameters_within_bounds() -> None:
    assert [jobs_for(n) for n in (1, 2, 6, 18, 50)] == [15, 20, 40, 100, 100]


def test_the_reason_for_the_jobs_names_the_hyperparameters() -> None:
    assert "6 hyperparameters" in limits(reals(6)).max_jobs.reason


def test_at_most_an_eighth_of_the_jobs_run_at_once() -> None:
    assert limits(reals(6), slots=8).max_parallel.value == 5
    assert limits(reals(6), slots=2).max_parallel.value == 2
    assert "2 slots" in limits(reals(6), slots=2).max_parallel.reason


def test_a_backend_without_free_slots_still_runs_one_job() -> None:
    assert limits(reals(2), slots=0).max_parallel.value == 1


def test_jobs_that_share_the_users_folder_run_one_at_a_time() -> None:
    request = replace(REQUEST, is_in_place=True)
    assert limits_for(request, reals(6), slots=8).max_parallel.value == 1


def test_a_small_choice_is_tried_whole() -> None:
    chosen = limits({"a": CHOICE, "b": CHOICE})
    assert chosen.strategy.value is Strategy.GRID
    assert chosen.max_jobs.value == 9


def test_many_parallel_jobs_are_spread_at_random() -> None:
    chosen = limits(reals(2), max_parallel=10, max_jobs=12)
    assert chosen.strategy.value is Strategy.RANDOM
    assert "10 of 12" in chosen.strategy.reason


def test_otherwise_a_model_suggests() -> None:
    assert limits(reals(3)).strategy.value is Strategy.BAYESIAN


@pytest.mark.parametrize("autotune", [True, False])
def test_hyperband_stops_by_its_rungs_and_not_by_the_median_rule(autotune: bool) -> None:
    chosen = limits(reals(2), autotune=autotune, strategy=Strategy.HYPERBAND)
    assert chosen.strategy.value is Strategy.HYPERBAND
    assert chosen.strategy.by is Chooser.USER
    assert "rung" in chosen.strategy.reason
    assert chosen.early_stopping.value is EarlyStopping.OFF
    assert "rungs" in chosen.early_stopping.reason


def test_hyperband_refuses_the_median_rule_beside_it() -> None:
    with pytest.raises(UsageError, match="its own rungs"):
        limits(reals(2), strategy=Strategy.HYPERBAND, early_stopping=EarlyStopping.AUTO)


def test_hyperband_plans_no_more_training_jobs_than_what_really_suggests() -> None:
    assert limits(reals(2), strategy=Strategy.HYPERBAND).max_jobs == limits(reals(2)).max_jobs


def test_a_user_who_turns_early_stopping_off_turns_it_off_for_hyperband_too() -> None:
    chosen = limits(reals(2), strategy=Strategy.HYPERBAND, early_stopping=EarlyStopping.OFF)
    assert chosen.early_stopping.value is EarlyStopping.OFF
    assert chosen.early_stopping.by is Chooser.USER


@pytest.mark.parametrize("autotune", [True, False])
def test_a_grid_over_real_numbers_is_refused_in_the_plan_with_what_to_do(autotune: bool) -> None:
    with pytest.raises(InvalidRange, match="'rate' is the continuous range") as error:
        limits({"choice": CHOICE, "rate": REAL}, autotune=autotune, strategy=Strategy.GRID, max_jobs=5)
    assert error.value.exit_code == 2
    assert "--range rate=0,1" in error.value.hint


def test_a_grid_without_end_is_refused_and_names_its_longest_range() -> None:
    with pytest.raises(InvalidRange, match="3000000 combinations") as error:
        limits({"a": CHOICE, "depth": IntegerRange(low=1, high=1_000_000)}, strategy=Strategy.GRID)
    assert "'depth' alone has 1000000 values" in error.value.message
    assert "--max-jobs" in error.value.hint


def test_a_long_grid_with_a_limit_on_jobs_says_how_much_of_it_is_run() -> None:
    chosen = limits({"depth": IntegerRange(low=1, high=5000)}, strategy=Strategy.GRID, max_jobs=1)
    assert chosen.max_jobs.value == 1
    assert chosen.strategy.reason.endswith("Only the first 1 of its 5000 combinations fit into 1 training job.")


def test_one_combination_is_spoken_of_as_one() -> None:
    single = {"depth": IntegerRange(low=3, high=3)}
    assert limits(single, strategy=Strategy.GRID).max_jobs.reason == "There is one combination."
    assert limits(single).max_jobs.reason == "There is only 1 combination."


def test_with_nothing_to_tune_one_job_is_run() -> None:
    assert limits({}).max_jobs.value == 1


def test_convergence_is_looked_for_where_there_are_jobs_enough() -> None:
    assert limits(reals(6)).completion.value.complete_on_convergence
    assert not limits(reals(1)).completion.value.complete_on_convergence


def test_the_run_time_is_bounded_by_two_days() -> None:
    chosen = limits(reals(2))
    assert chosen.max_runtime_seconds.value == 48 * 3600
    assert chosen.job_max_runtime_seconds.value == 24 * 3600


def test_a_training_job_may_not_outlast_the_tuning_job() -> None:
    assert limits(reals(2), max_runtime_seconds=600.0).job_max_runtime_seconds.value == 600


def test_what_the_user_sets_wins_and_says_so() -> None:
    chosen = limits(
        reals(6),
        strategy=Strategy.RANDOM,
        max_jobs=7,
        max_parallel=3,
        max_runtime_seconds=60.0,
        job_max_runtime_seconds=10.0,
        early_stopping=EarlyStopping.OFF,
        completion=CompletionCriteria(target_objective=0.5),
        retry=5,
    )
    decisions = [
        chosen.strategy,
        chosen.max_jobs,
        chosen.max_parallel,
        chosen.max_runtime_seconds,
        chosen.job_max_runtime_seconds,
        chosen.early_stopping,
        chosen.completion,
        chosen.retry,
    ]
    assert {decision.by for decision in decisions} == {Chooser.USER}
    assert (chosen.max_jobs.value, chosen.max_parallel.value, chosen.retry.value) == (7, 3, 5)


def test_without_autotune_plain_defaults_hold() -> None:
    chosen = limits(reals(2), autotune=False, max_jobs=10)
    assert chosen.strategy.value is Strategy.BAYESIAN
    assert chosen.max_parallel.value == 1
    assert chosen.early_stopping.value is EarlyStopping.OFF
    assert chosen.completion.value == CompletionCriteria()
    assert chosen.retry.value == 0


def test_the_bound_is_the_worst_case_of_the_limits() -> None:
    chosen = limits(reals(2), max_jobs=10, max_parallel=2, max_runtime_seconds=7200.0, job_max_runtime_seconds=600.0)
    bound = bound_of(chosen, price_per_hour=3.0)
    one_job = 600 + 2 + 60  # its limit, a start, and the time to end once it is told to
    assert (bound.jobs, bound.seconds, bound.slot_seconds) == (10, 5 * one_job, 10 * one_job)
    assert bound.price == pytest.approx(10 * one_job / 3600 * 3)


def test_the_bound_counts_the_last_round_though_it_is_not_full() -> None:
    chosen = limits(reals(2), max_jobs=15, max_parallel=2, max_runtime_seconds=7200.0, job_max_runtime_seconds=600.0)
    assert bound_of(chosen, None).seconds == 8 * (600 + 2 + 60)


def test_the_bound_in_slot_time_never_exceeds_the_run_time_of_all_slots() -> None:
    bound = bound_of(limits(reals(2), max_jobs=100, max_parallel=2, max_runtime_seconds=60.0), None)
    assert (bound.seconds, bound.slot_seconds, bound.price) == (60, 120, None)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("max_jobs", 0, "--max-jobs"),
        ("max_jobs", -3, "--max-jobs"),
        ("max_jobs", 1_000_000_000, "at most 1000000"),
        ("max_parallel", 1_000_000, "at most 10000"),
        ("max_parallel", 0, "--max-parallel"),
        ("max_runtime_seconds", 0.0, "--max-runtime"),
        ("max_runtime_seconds", float("nan"), "--max-runtime"),
        ("job_max_runtime_seconds", -1.0, "--job-max-runtime"),
        ("retry", -1, "cannot be negative"),
        ("price_per_hour", -1.0, "--price-per-hour"),
        ("completion", CompletionCriteria(max_jobs_not_improving=0), "at least 1"),
    ],
)
def test_a_limit_that_is_none_is_refused_with_what_to_do(setting: str, value: object, words: str) -> None:
    with pytest.raises(UsageError) as error:
        limits(reals(1), **{setting: value})
    assert words in str(error.value)


def test_more_training_jobs_than_combinations_are_not_spoken_of_as_if_they_ran() -> None:
    chosen = limits({"a": CHOICE, "b": CHOICE}, max_jobs=40, strategy=Strategy.BAYESIAN)
    assert chosen.max_jobs.reason == (
        "You asked for at most 40 training jobs. No more than 9 will run: there are only 9 combinations."
    )
    assert chosen.completion.reason == "The search ends anyway once all 9 combinations have been tried."
    assert chosen.max_parallel.reason == "9 training jobs in 5 rounds, so that later ones learn from earlier ones."


def test_the_bound_counts_no_training_jobs_that_cannot_run() -> None:
    few = {"kernel": CategoricalRange(values=("rbf", "linear")), "degree": IntegerRange(low=2, high=4)}
    for space, most in (({}, 1), (few, 6), ({"degree": IntegerRange(low=2, high=4, may_expand=True)}, 20)):
        chosen = limits(space, max_jobs=20, max_parallel=1, max_runtime_seconds=1e9, job_max_runtime_seconds=600.0)
        assert (chosen.max_jobs.value, bound_of(chosen, None).jobs) == (20, most)
        assert bound_of(chosen, None).seconds == pytest.approx(most * 662)
