"""The rules for strategy, jobs, parallelism, limits, stopping and retries, each with the numbers that led to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from selftune.model.errors import InvalidRange, UsageError
from selftune.model.limits import slot_seconds_of_one_job
from selftune.model.plan import Bound, Chooser, CompletionCriteria, Decision, EarlyStopping, Strategy
from selftune.model.ranges import Range
from selftune.model.request import TuningJobRequest, UserSettings
from selftune.model.values import counted
from selftune.search.grid import combinations, grid_size

T = TypeVar("T")

MAX_RUNTIME_SECONDS = 48 * 3600.0
JOB_MAX_RUNTIME_SECONDS = 24 * 3600.0
FEWEST_JOBS, MOST_JOBS = 15, 100
JOBS_BASE, JOBS_EACH = 10, 5
"""Training jobs: 10 and 5 for each hyperparameter."""
SMALL_GRID = 20
"""Up to so many combinations are all tried."""
LARGEST_GRID = 1000
"""A grid of more combinations is run only in part, and only where the user sets how many training jobs."""
ROUNDS = 8
"""So many rounds of suggestions keep a model useful, so at most an eighth of the jobs run at once."""
RETRIES = 2
_DEFAULT_JOBS = 20
_YOURS = "You set it."


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


def jobs_for(hyperparameters: int) -> int:
    """How many training jobs are planned for so many hyperparameters."""
    return min(max(JOBS_BASE + JOBS_EACH * hyperparameters, FEWEST_JOBS), MOST_JOBS)


def planned_jobs(strategy: Strategy | None, hyperparameters: int) -> int:
    """How many training jobs a plan with this strategy has where the user sets none; most of hyperband's are short."""
    jobs = jobs_for(hyperparameters)
    return min(3 * jobs, 3 * MOST_JOBS) if strategy is Strategy.HYPERBAND else jobs


def limits_for(request: TuningJobRequest, space: Mapping[str, Range], *, slots: int) -> Limits:
    """All limits of a tuning job: the user's where set, else by rule.

    Args:
        request: What was asked for.
        space: The ranges that are tuned.
        slots: How many training jobs the backend can run at once.

    Raises:
        UsageError: a limit that the user set is no limit, or the grid that the user wants has no end.
    """
    settings = request.settings
    check_settings(settings)
    if settings.strategy is Strategy.GRID:
        _check_grid(settings, space)
    points = combinations(space)
    strategy = _strategy(settings, points, request.autotune)
    max_jobs = _max_jobs(settings, space, points, strategy.value, request.autotune)
    parallel = _max_parallel(request, max_jobs.value, slots)
    strategy = _strategy_for_parallel(strategy, max_jobs.value, parallel.value)
    max_runtime = _max_runtime(settings)
    return Limits(
        strategy=strategy,
        max_jobs=max_jobs,
        max_parallel=parallel,
        max_runtime_seconds=max_runtime,
        job_max_runtime_seconds=_job_max_runtime(settings, max_runtime.value),
        early_stopping=_early_stopping(settings, strategy.value, request.autotune),
        completion=_completion(settings, len(space), max_jobs.value, request.autotune),
        retry=_retry(settings, request.autotune),
    )


def _check_grid(settings: UserSettings, space: Mapping[str, Range]) -> None:
    """Refuse a grid that cannot be run, before its first training job rather than after it."""
    points = grid_size(tuple(space.items()))
    if points <= LARGEST_GRID or settings.max_jobs is not None:
        return
    largest = max(space, key=lambda name: grid_size(((name, space[name]),)))
    raise InvalidRange(
        f"The grid has {points} combinations, more than {LARGEST_GRID} training jobs; "
        f"'{largest}' alone has {grid_size(((largest, space[largest]),))} values ({space[largest]}).",
        hint=f"List fewer values (--range {largest}=a,b,c), set --max-jobs, or use --strategy bayesian.",
    )


def bound_of(limits: Limits, price_per_hour: float | None) -> Bound:
    """The most that a tuning job with these limits can cost."""
    jobs, parallel = limits.max_jobs.value, limits.max_parallel.value
    job_seconds = slot_seconds_of_one_job(
        max_runtime_seconds=limits.max_runtime_seconds.value,
        job_max_runtime_seconds=limits.job_max_runtime_seconds.value,
    )
    seconds = min(limits.max_runtime_seconds.value, math.ceil(jobs / parallel) * job_seconds)
    slot_seconds = min(jobs * job_seconds, parallel * seconds)
    price = None if price_per_hour is None else slot_seconds / 3600 * price_per_hour
    return Bound(jobs=jobs, seconds=seconds, slot_seconds=slot_seconds, price=price)


def check_settings(settings: UserSettings) -> None:
    """Refuse limits that are none.

    Raises:
        UsageError: names the limit, what was given and what is expected.
    """
    at_least_one = (
        ("maximum of training jobs", "--max-jobs", settings.max_jobs),
        ("maximum of parallel training jobs", "--max-parallel", settings.max_parallel),
    )
    for title, flag, count in at_least_one:
        if count is not None and count < 1:
            raise UsageError(f"The {title} is {count}, but it must be at least 1.", hint=f"For example: {flag} 20")
    above_zero = (
        ("run time of the tuning job", "--max-runtime", settings.max_runtime_seconds),
        ("run time of a training job", "--job-max-runtime", settings.job_max_runtime_seconds),
    )
    for title, flag, seconds in above_zero:
        if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
            raise UsageError(
                f"The maximum {title} is {seconds} s, but it must be above 0.", hint=f"For example: {flag} 30m"
            )
    if settings.retry is not None and settings.retry < 0:
        raise UsageError(f"The number of retries is {settings.retry}, but it cannot be negative.", hint="For none: 0")
    if settings.price_per_hour is not None and settings.price_per_hour < 0:
        raise UsageError(
            f"The price of a slot-hour is {settings.price_per_hour}, but it cannot be negative.",
            hint="For example: --price-per-hour 0.5",
        )
    patience = settings.completion.max_jobs_not_improving if settings.completion else None
    if patience is not None and patience < 1:
        raise UsageError(f"The number of jobs without improvement is {patience}, but it must be at least 1.")


def _user(value: T) -> Decision[T]:
    return Decision(value=value, by=Chooser.USER, reason=_YOURS, source="your settings")


def _rule(value: T, reason: str, source: str = "rule: autotune/rules.py") -> Decision[T]:
    return Decision(value=value, by=Chooser.AUTOTUNE, reason=reason, source=source)


def _strategy(settings: UserSettings, points: int | None, autotune: bool) -> Decision[Strategy]:
    if settings.strategy is not None:
        return replace(_user(settings.strategy), reason=_reason_of_yours(settings, points))
    if not autotune:
        return _rule(Strategy.BAYESIAN, "the default where Autotune is off", "default")
    if points is not None and 1 < points <= SMALL_GRID:
        return _rule(Strategy.GRID, f"all {points} combinations fit into {SMALL_GRID} training jobs")
    return _rule(Strategy.BAYESIAN, "a model of the objective learns most from few training jobs")


def _reason_of_yours(settings: UserSettings, points: int | None) -> str:
    """What there is to say of the strategy that the user set: where it does less than its name promises."""
    if settings.strategy is Strategy.HYPERBAND:
        return f"{_YOURS} Hyperband's brackets are not here yet: values are suggested as by bayesian."
    jobs = settings.max_jobs
    if settings.strategy is Strategy.GRID and points is not None and jobs is not None and jobs < points:
        return f"{_YOURS} Only the first {jobs} of its {points} combinations fit into {counted(jobs, 'training job')}."
    return _YOURS


def _strategy_for_parallel(strategy: Decision[Strategy], jobs: int, parallel: int) -> Decision[Strategy]:
    """With few rounds there is nothing to learn from, so values are spread at random."""
    if strategy.by is Chooser.USER or strategy.value is not Strategy.BAYESIAN or parallel <= jobs / 3 or jobs < 4:
        return strategy
    reason = f"{parallel} of {jobs} training jobs run at once, which leaves a model too few rounds to learn in"
    return _rule(Strategy.RANDOM, reason)


def _max_jobs(
    settings: UserSettings, space: Mapping[str, Range], points: int | None, strategy: Strategy, autotune: bool
) -> Decision[int]:
    if settings.max_jobs is not None:
        return _user(settings.max_jobs)
    count = len(space)
    if count == 0:
        return _rule(1, "nothing is tuned, so one training job shows all there is")
    if strategy is Strategy.GRID and points is not None:
        reason = "there is one combination" if points == 1 else f"one training job for each of {points} combinations"
        return _rule(points, reason)
    if not autotune:
        return _rule(_DEFAULT_JOBS, "the default where Autotune is off", "default")
    jobs = jobs_for(count)
    limits = f", kept within {FEWEST_JOBS} and {MOST_JOBS}"
    reason = f"{JOBS_BASE} and {JOBS_EACH} for each of {counted(count, 'hyperparameter')}{limits}"
    if points is not None and points < jobs:
        return _rule(points, f"there {'is' if points == 1 else 'are'} only {counted(points, 'combination')}")
    return _rule(jobs, reason)


def _max_parallel(request: TuningJobRequest, jobs: int, slots: int) -> Decision[int]:
    settings = request.settings
    if settings.max_parallel is not None:
        return _user(settings.max_parallel)
    if not request.autotune:
        return _rule(1, "the default where Autotune is off", "default")
    if request.is_in_place:
        return _rule(1, "training jobs share your folder, so one at a time runs in it")
    useful = max(1, math.ceil(jobs / ROUNDS))
    parallel = max(1, min(slots, useful))
    if slots < useful:
        return _rule(parallel, f"the backend has {counted(slots, 'slot')}")
    rounds = math.ceil(jobs / parallel)
    return _rule(
        parallel,
        f"{counted(jobs, 'training job')} in {counted(rounds, 'round')}, so that later ones learn from earlier ones",
    )


def _max_runtime(settings: UserSettings) -> Decision[float]:
    if settings.max_runtime_seconds is not None:
        return _user(float(settings.max_runtime_seconds))
    return _rule(MAX_RUNTIME_SECONDS, "48 hours where no other bound is given")


def _job_max_runtime(settings: UserSettings, max_runtime: float) -> Decision[float]:
    if settings.job_max_runtime_seconds is not None:
        return _user(float(settings.job_max_runtime_seconds))
    if max_runtime < JOB_MAX_RUNTIME_SECONDS:
        return _rule(max_runtime, "no longer than the whole tuning job")
    return _rule(JOB_MAX_RUNTIME_SECONDS, "a day for one training job, so that one that hangs cannot use up everything")


def _early_stopping(settings: UserSettings, strategy: Strategy, autotune: bool) -> Decision[EarlyStopping]:
    if settings.early_stopping is not None:
        return _user(settings.early_stopping)
    if strategy is Strategy.HYPERBAND:
        return _rule(EarlyStopping.AUTO, "the median rule stops training jobs in place of Hyperband's brackets")
    if not autotune:
        return _rule(EarlyStopping.OFF, "the default where Autotune is off", "default")
    reason = "a training job that is worse than the median of earlier ones at the same step is not worth its time"
    return _rule(EarlyStopping.AUTO, reason)


def _completion(settings: UserSettings, count: int, jobs: int, autotune: bool) -> Decision[CompletionCriteria]:
    if settings.completion is not None:
        return _user(settings.completion)
    if not autotune:
        return _rule(CompletionCriteria(), "the default where Autotune is off", "default")
    if settings.max_jobs is not None:
        return _rule(CompletionCriteria(), f"You asked for {counted(jobs, 'training job')}, and no fewer are run.")
    first = max(20, 4 * count)
    if jobs <= first:
        reason = f"{counted(jobs, 'training job')} cannot tell that nothing better will come"
        return _rule(CompletionCriteria(), reason)
    reason = f"after {first} of {jobs} training jobs the search ends once many in a row brought nothing better"
    return _rule(CompletionCriteria(complete_on_convergence=True), reason)


def _retry(settings: UserSettings, autotune: bool) -> Decision[int]:
    if settings.retry is not None:
        return _user(settings.retry)
    if not autotune:
        return _rule(0, "the default where Autotune is off", "default")
    return _rule(RETRIES, f"up to {RETRIES} new starts after a fault that is not the script's, inside the same bound")
