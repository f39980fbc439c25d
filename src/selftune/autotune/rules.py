"""The rules for strategy, jobs, parallelism, limits, stopping and retries, each with the numbers that led to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from selftune.autotune.budget import affordable_seconds, is_open_ended, within_budget
from selftune.autotune.limit_checks import check_grid, check_settings
from selftune.model.budget import JobBudget, MoneyBudget, TimeBudget
from selftune.model.limits import slot_seconds_of_one_job
from selftune.model.plan import Bound, Chooser, CompletionCriteria, Decision, EarlyStopping, Strategy
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.request import TuningJobRequest, UserSettings
from selftune.model.values import counted, short_number
from selftune.search.grid import combinations
from selftune.views.durations import rough

T = TypeVar("T")

MAX_RUNTIME_SECONDS = 48 * 3600.0
JOB_MAX_RUNTIME_SECONDS = 24 * 3600.0
FEWEST_JOBS, MOST_JOBS = 15, 100
JOBS_BASE, JOBS_EACH = 10, 5
"""Training jobs: 10 and 5 for each hyperparameter."""
SMALL_GRID = 20
"""Up to so many combinations are all tried."""
ROUNDS = 8
"""So many rounds of suggestions keep a model useful, so at most an eighth of the jobs run at once."""
FEWEST_ROUNDS = 3
"""With fewer rounds than these a model learns too little to be worth asking."""
RETRIES = 2
_DEFAULT_JOBS = 20
_USER, _RULE, _DEFAULT = "your settings", "rule: autotune/rules.py", "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All decisions that are not about hyperparameters or the objective."""

    strategy: Decision[Strategy]
    max_jobs: Decision[int]
    max_parallel: Decision[int]
    max_runtime_seconds: Decision[float]
    job_max_runtime_seconds: Decision[float]
    early_stopping: Decision[EarlyStopping]
    completion: Decision[CompletionCriteria]
    retry: Decision[int]
    combinations: int | None = None
    """More training jobs than these cannot run, since none repeats another; None where nothing is known of it."""


def jobs_for(hyperparameters: int) -> int:
    """How many training jobs are planned for so many hyperparameters."""
    return min(max(JOBS_BASE + JOBS_EACH * hyperparameters, FEWEST_JOBS), MOST_JOBS)


def first_to_converge(hyperparameters: int) -> int:
    """After how many training jobs a search of so many hyperparameters may end because it has converged."""
    return max(20, 4 * hyperparameters)


def planned_jobs(strategy: Strategy | None, hyperparameters: int) -> int:
    """How many training jobs a plan with this strategy has where the user sets none; most of hyperband's are short."""
    jobs = jobs_for(hyperparameters)
    return min(3 * jobs, 3 * MOST_JOBS) if strategy is Strategy.HYPERBAND else jobs


def limits_for(request: TuningJobRequest, space: Mapping[str, Range], *, slots: int) -> Limits:
    """All limits of a tuning job: the user's where set, else by rule, all of them inside the budget where there is one.

    Args:
        request: What was asked for.
        space: The ranges that are tuned.
        slots: How many training jobs the backend can run at once.

    Raises:
        UsageError: a limit that the user set is no limit, or the grid that the user wants has no end.
    """
    check_settings(request.settings)
    request = replace(request, settings=within_budget(request.settings))
    settings = request.settings
    if settings.strategy is Strategy.GRID:
        check_grid(settings, space)
    points = combinations(space)
    strategy = _strategy(settings, points, request.autotune)
    max_jobs = _max_jobs(settings, space, points, strategy.value, request.autotune)
    likely_jobs = min(max_jobs.value, jobs_for(len(space))) if is_open_ended(settings) else max_jobs.value
    likely_jobs = likely_jobs if points is None else min(likely_jobs, points)
    parallel = _max_parallel(request, likely_jobs, slots)
    strategy = _strategy_for_parallel(strategy, likely_jobs, parallel.value)
    max_runtime = _max_runtime(settings, parallel.value)
    return Limits(
        strategy=strategy,
        max_jobs=max_jobs,
        max_parallel=parallel,
        max_runtime_seconds=max_runtime,
        job_max_runtime_seconds=_job_max_runtime(settings, max_runtime.value),
        early_stopping=_early_stopping(settings, strategy.value, len(space), request.autotune),
        completion=_completion(settings, len(space), max_jobs.value, points, request.autotune),
        retry=_retry(settings, request.autotune),
        combinations=None if request.definition_name or any(map(_may_move, space.values())) else points,
    )


def _may_move(space: Range) -> bool:
    """Whether a range may come to hold more values while the search runs."""
    return not isinstance(space, CategoricalRange) and space.may_expand


def bound_of(limits: Limits, price_per_hour: float | None) -> Bound:
    """The most that a tuning job with these limits can cost."""
    jobs, parallel = min(filter(None, (limits.max_jobs.value, limits.combinations))), limits.max_parallel.value
    job_seconds = slot_seconds_of_one_job(
        max_runtime_seconds=limits.max_runtime_seconds.value,
        job_max_runtime_seconds=limits.job_max_runtime_seconds.value,
    )
    seconds = min(limits.max_runtime_seconds.value, math.ceil(jobs / parallel) * job_seconds)
    slot_seconds = min(jobs * job_seconds, parallel * seconds)
    price = None if price_per_hour is None else slot_seconds / 3600 * price_per_hour
    return Bound(jobs=jobs, seconds=seconds, slot_seconds=slot_seconds, price=price)


def _user(value: T, reason: str) -> Decision[T]:
    return Decision(value=value, by=Chooser.USER, reason=reason, source=_USER)


def _rule(value: T, reason: str, source: str = _RULE) -> Decision[T]:
    return Decision(value=value, by=Chooser.AUTOTUNE, reason=reason, source=source)


def _plain(value: T, reason: str) -> Decision[T]:
    """What holds where Autotune is off."""
    return _rule(value, reason, _DEFAULT)


def _strategy(settings: UserSettings, points: int | None, autotune: bool) -> Decision[Strategy]:
    if settings.strategy is not None:
        return _user(settings.strategy, _reason_of_yours(settings, settings.strategy, points))
    if not autotune:
        return _plain(Strategy.BAYESIAN, "Bayesian is the strategy where Autotune is off.")
    if points == 1:
        return _rule(Strategy.BAYESIAN, "There is one configuration to run, so no strategy has anything to suggest.")
    if points is not None and points <= SMALL_GRID:
        return _rule(Strategy.GRID, f"All {points} combinations fit into {SMALL_GRID} training jobs.")
    return _rule(Strategy.BAYESIAN, "A model of the objective learns most from few training jobs.")


def _reason_of_yours(settings: UserSettings, strategy: Strategy, points: int | None) -> str:
    """What there is to say of the strategy that the user set: where it does less than its name promises."""
    yours, jobs = f"You set the strategy {strategy}.", settings.max_jobs
    if strategy is Strategy.HYPERBAND:
        return f"{yours} Values are suggested as by bayesian, and most training jobs stop at an early rung."
    if strategy is Strategy.GRID and points is not None and jobs is not None and jobs < points:
        return f"{yours} Only the first {jobs} of its {points} combinations fit into {counted(jobs, 'training job')}."
    return yours


def _strategy_for_parallel(strategy: Decision[Strategy], jobs: int, parallel: int) -> Decision[Strategy]:
    """With few rounds there is nothing to learn from, so values are spread at random."""
    is_open = strategy.by is Chooser.AUTOTUNE and strategy.value is Strategy.BAYESIAN
    if not is_open or parallel <= jobs / FEWEST_ROUNDS or jobs < 4:
        return strategy
    reason = f"{parallel} of {jobs} training jobs run at once, which leaves a model too few rounds to learn in."
    return _rule(Strategy.RANDOM, reason)


def _max_jobs(
    settings: UserSettings, space: Mapping[str, Range], points: int | None, strategy: Strategy, autotune: bool
) -> Decision[int]:
    count = len(space)
    if settings.max_jobs is not None:
        paid = f"Your budget of {counted(settings.max_jobs, 'training job')}."
        yours = f"You asked for at most {counted(settings.max_jobs, 'training job')}."
        reason = paid if isinstance(settings.budget, JobBudget) else yours
        if points is not None and points < settings.max_jobs:
            reason += (
                f" No more than {points} will run: there {_are(points)}."
                if space
                else " One will run: nothing is tuned."
            )
        return _user(settings.max_jobs, reason)
    if count == 0:
        return _rule(1, "Nothing is tuned, so one training job shows all there is.")
    if strategy is Strategy.GRID and points is not None:
        reason = "There is one combination." if points == 1 else f"One training job for each of {points} combinations."
        return _rule(points, reason)
    if not autotune:
        return _plain(_DEFAULT_JOBS, f"{_DEFAULT_JOBS} training jobs are run where Autotune is off and none are asked.")
    jobs = jobs_for(count)
    if points is not None and points < jobs:
        return _rule(points, f"There {_are(points)}.")
    if is_open_ended(settings):
        most = MOST_JOBS if points is None else min(points, MOST_JOBS)
        ends = "time" if isinstance(settings.budget, TimeBudget) else "money"
        return _rule(most, f"Your budget is {ends}, which ends the search; {jobs} training jobs usually suffice.")
    limits = f", kept within {FEWEST_JOBS} and {MOST_JOBS}"
    return _rule(jobs, f"{JOBS_BASE} and {JOBS_EACH} for each of {counted(count, 'hyperparameter')}{limits}.")


def _are(points: int) -> str:
    """ "are only 6 combinations", for a sentence that begins with "there"."""
    return f"{'is' if points == 1 else 'are'} only {counted(points, 'combination')}"


def _max_parallel(request: TuningJobRequest, jobs: int, slots: int) -> Decision[int]:
    settings = request.settings
    if settings.max_parallel is not None:
        return _user(settings.max_parallel, f"You let {counted(settings.max_parallel, 'training job')} run at once.")
    if not request.autotune:
        return _plain(1, "One training job at a time is usual where Autotune is off.")
    if request.is_in_place:
        return _rule(1, "Training jobs share your folder, so one at a time runs in it.")
    if jobs == 1:
        return _rule(1, "Nothing can run beside the only training job.")
    useful = max(1, math.ceil(jobs / ROUNDS))
    parallel = max(1, min(slots, useful))
    if slots < useful:
        return _rule(parallel, f"The backend has {counted(slots, 'slot')}.")
    rounds = math.ceil(jobs / parallel)
    return _rule(
        parallel,
        f"{counted(jobs, 'training job')} in {counted(rounds, 'round')}, so that later ones learn from earlier ones.",
    )


def _max_runtime(settings: UserSettings, parallel: int) -> Decision[float]:
    affordable, yours = affordable_seconds(settings, parallel), settings.max_runtime_seconds
    if affordable is not None and (yours is None or affordable < yours):
        return _user(affordable, _reason_of_money(settings, affordable, parallel))
    if yours is not None:
        words = rough(yours)
        paid, asked = f"Your budget of {words}.", f"You let the tuning job run for {words} at most."
        return _user(float(yours), paid if isinstance(settings.budget, TimeBudget) else asked)
    return _rule(MAX_RUNTIME_SECONDS, "48 hours are the bound where no other is given.")


def _reason_of_money(settings: UserSettings, seconds: float, parallel: int) -> str:
    amount = settings.budget.amount if isinstance(settings.budget, MoneyBudget) else 0.0
    bought = rough(seconds * parallel)
    price = short_number(settings.price_per_hour or 0.0)
    used = "" if parallel == 1 else f", which {counted(parallel, 'training job')} at once use up in {rough(seconds)}"
    return f"Your budget of {short_number(amount)} buys {bought} of computing at {price} an hour{used}."


def _job_max_runtime(settings: UserSettings, max_runtime: float) -> Decision[float]:
    yours = settings.job_max_runtime_seconds
    if yours is not None:
        return _user(float(yours), f"You let each training job run for {rough(yours)} at most.")
    if max_runtime < JOB_MAX_RUNTIME_SECONDS:
        return _rule(max_runtime, "A training job may run no longer than the whole tuning job.")
    reason = "A day for one training job; once the first has shown how long one takes, five times that or a minute."
    return _rule(JOB_MAX_RUNTIME_SECONDS, reason)


def _early_stopping(settings: UserSettings, strategy: Strategy, count: int, autotune: bool) -> Decision[EarlyStopping]:
    if settings.early_stopping is not None:
        return _user(settings.early_stopping, f"You set early stopping to {settings.early_stopping}.")
    if strategy is Strategy.HYPERBAND:
        return _rule(EarlyStopping.OFF, "Hyperband's rungs stop training jobs in place of the median rule.")
    if not autotune:
        return _plain(EarlyStopping.OFF, "No training job is stopped early where Autotune is off.")
    if count == 0:
        return _rule(EarlyStopping.AUTO, "A training job without earlier ones to be worse than is never stopped early.")
    reason = "A training job that is worse than the median of earlier ones at the same step is not worth its time."
    return _rule(EarlyStopping.AUTO, reason)


def _completion(
    settings: UserSettings, count: int, jobs: int, points: int | None, autotune: bool
) -> Decision[CompletionCriteria]:
    if settings.completion is not None:
        return _user(settings.completion, "You set when the search has done enough.")
    if not autotune:
        return _plain(CompletionCriteria(), "Only its limits end the search where Autotune is off.")
    if points is not None and (points == 1 or points < jobs):
        after = "its only training job" if points == 1 else f"all {points} combinations have been tried"
        return _rule(CompletionCriteria(), f"The search ends anyway once {after}{' has ended' if points == 1 else ''}.")
    if settings.max_jobs is not None:
        return _rule(CompletionCriteria(), f"You asked for {counted(jobs, 'training job')}, and no fewer are run.")
    first = first_to_converge(count)
    if jobs <= first:
        reason = f"{counted(jobs, 'training job')} cannot tell that nothing better will come."
        return _rule(CompletionCriteria(), reason)
    reason = f"After {first} of {jobs} training jobs the search ends once many in a row brought nothing better."
    return _rule(CompletionCriteria(complete_on_convergence=True), reason)


def _retry(settings: UserSettings, autotune: bool) -> Decision[int]:
    if settings.retry is not None:
        return _user(settings.retry, f"You allow {counted(settings.retry, 'new start')} after a fault of the machine.")
    if not autotune:
        return _plain(0, "Nothing is started again where Autotune is off.")
    return _rule(RETRIES, f"Up to {RETRIES} new starts after a fault that is not the script's, inside the same bound.")
