"""What the rules say of the neighbours of each limit: other strategies, more and fewer training jobs, other bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from selftune.autotune.job_limit import SHORTEST_LIMIT_SECONDS, TIMES_THE_FIRST
from selftune.autotune.rules import (
    FEWEST_ROUNDS,
    JOB_MAX_RUNTIME_SECONDS,
    MOST_JOBS,
    ROUNDS,
    SMALL_GRID,
    Limits,
    first_to_converge,
    jobs_for,
)
from selftune.model.budget import JobBudget
from selftune.model.errors import UsageError
from selftune.model.plan import Chooser, CompletionCriteria, Decision, EarlyStopping, Plan, Strategy
from selftune.model.ranges import ContinuousRange
from selftune.model.request import TuningJobRequest
from selftune.model.values import counted
from selftune.search.grid import combinations
from selftune.views.durations import rough

LimitsOf = Callable[[TuningJobRequest], Limits]
"""The limits that another request would have, its hyperparameters selected anew."""
_FLAGS: Mapping[str, str] = {
    "strategy": "--strategy",
    "max_jobs": "--max-jobs",
    "max_parallel": "--max-parallel",
    "max_runtime_seconds": "--max-runtime",
    "job_max_runtime_seconds": "--job-max-runtime",
    "early_stopping": "--early-stopping",
    "completion": "your completion criteria",
    "retry": "your number of retries",
}

_OF_A_SEARCH = frozenset({"strategy", "max_jobs", "max_parallel", "early_stopping", "completion"})
"""What means nothing where nothing is tuned."""
_MONEY = 5.0
"""What an example of a budget costs."""
_SOMETHING_TO_TUNE = "Something to tune: --tune NAME, or --range NAME=LOW..HIGH."


def limits_with_other_choices(
    plan: Plan,
    request: TuningJobRequest,
    *,
    slots: int,
    limits_of: LimitsOf,
    joins: tuple[int, tuple[str, ...]] | None,
) -> Plan:
    """The plan with what else was considered for each limit, and what would change it.

    Args:
        plan: Complete but for these.
        request: What was asked for.
        slots: How many training jobs the backend can run at once.
        limits_of: The limits that another request would have, its hyperparameters selected anew.
        joins: The fewest training jobs that would tune more hyperparameters, and which.
    """
    rules = {
        "strategy": (_strategies, _strategy_changes),
        "max_jobs": (_other_jobs, lambda plan: _jobs_changes(plan, joins)),
        "max_parallel": (
            lambda plan: _other_parallel(plan, slots),
            lambda plan: _parallel_changes(plan, slots, request.autotune),
        ),
        "max_runtime_seconds": (_other_runtime, lambda plan: _runtime_changes(plan, request.settings.price_per_hour)),
        "job_max_runtime_seconds": (_other_job_runtime, _job_runtime_changes),
        "early_stopping": (_other_stopping, _stopping_changes),
        "completion": (_other_completion, lambda plan: _completion_changes(plan, request, limits_of)),
        "retry": (_other_retry, _retry_changes),
    }
    changed: dict[str, Any] = {}
    for name, (considered, changes) in rules.items():
        decision = getattr(plan, name)
        if not plan.tuned and name in _OF_A_SEARCH and decision.by is not Chooser.USER:
            changed[name] = replace(decision, would_change=(_SOMETHING_TO_TUNE,))
        elif decision.by is Chooser.USER:
            changed[name] = _of_yours(name, decision, request, limits_of)
        else:
            changed[name] = replace(decision, considered=tuple(considered(plan)), would_change=tuple(changes(plan)))
    return replace(plan, **changed)


def _of_yours(name: str, decision: Decision[Any], request: TuningJobRequest, limits_of: LimitsOf) -> Decision[Any]:
    """What Autotune would have chosen in place of what the user set."""
    settings = request.settings
    flag = _FLAGS[name] if getattr(settings, name) is not None else "--budget"
    left_out: dict[str, Any] = {name: None} | ({"budget": None} if flag == "--budget" else {})
    without = replace(settings, **left_out)
    try:
        chosen = getattr(limits_of(replace(request, settings=without)), name)
    except UsageError:  # without it the rest makes no sense, such as a grid without end
        return replace(decision, would_change=(f"Only you, by {flag}.",))
    left = f"Left to selftune: {_shown(name, chosen.value)}. {chosen.reason}"
    return replace(decision, considered=(left,), would_change=(f"Only you: without {flag}, selftune chooses.",))


def _shown(name: str, value: Any) -> str:
    if isinstance(value, CompletionCriteria):
        return "once it has converged" if value.complete_on_convergence else "at its limits only"
    return rough(value) if name.endswith("_seconds") else str(value)


def _strategies(plan: Plan) -> Iterator[str]:
    jobs, parallel, points = plan.max_jobs.value, plan.max_parallel.value, combinations(plan.space)
    chosen = plan.strategy.value
    if chosen is Strategy.GRID:
        yield f"bayesian: for more than {SMALL_GRID} combinations; here are {points}."
    elif chosen is Strategy.RANDOM:
        yield f"bayesian: for at least {FEWEST_ROUNDS} rounds of training jobs; here are {math.ceil(jobs / parallel)}."
    if chosen is not Strategy.RANDOM:
        yield f"random: for more than a third of the training jobs at once; here {parallel} of {jobs}."
    if chosen is not Strategy.GRID:
        yield f"grid: {_why_no_grid(plan, points)}"
    if chosen is not Strategy.HYPERBAND:
        yield "hyperband: it pays where many short training jobs tell which few are worth their full length."


def _why_no_grid(plan: Plan, points: int | None) -> str:
    if points is not None:
        return f"for up to {SMALL_GRID} combinations; here are {points}."
    names = [name for name, space in plan.space.items() if isinstance(space, ContinuousRange)]
    return f"{names[0] if names else 'a range'} takes real numbers, of which no list is complete."


def _strategy_changes(plan: Plan) -> Iterator[str]:
    jobs = plan.max_jobs.value
    match plan.strategy.value:
        case Strategy.BAYESIAN if jobs >= 4:
            yield f"--max-parallel {jobs // FEWEST_ROUNDS + 1} would make it random."
        case Strategy.RANDOM:
            yield f"--max-parallel {max(jobs // FEWEST_ROUNDS, 1)} or less would make it bayesian."
        case Strategy.GRID:
            yield f"More values, so that there are over {SMALL_GRID} combinations, would make it bayesian."
        case _:
            yield "More training jobs: with so few, every strategy runs today's values first and little else."


def _other_jobs(plan: Plan) -> Iterator[str]:
    count = len(plan.tuned)
    if count > 1:
        yield f"{jobs_for(count - 1)}: for {counted(count - 1, 'hyperparameter')}, one less than are tuned."
    if jobs_for(count + 1) != jobs_for(count):
        yield f"{jobs_for(count + 1)}: for {counted(count + 1, 'hyperparameter')}, one more than are tuned."
    elif plan.tuned:
        yield f"More than {MOST_JOBS}: the best is rarely found so late, whatever is tuned."


def _jobs_changes(plan: Plan, joins: tuple[int, tuple[str, ...]] | None) -> Iterator[str]:
    if joins is not None:
        yield f"--max-jobs {joins[0]} would add {', '.join(joins[1])} to what is tuned."
    if len(plan.tuned) > 1:
        name = plan.tuned[-1].name
        yield f"--keep {name} would make it {jobs_for(len(plan.tuned) - 1)}."
    elif joins is None:
        yield "One more hyperparameter (--tune NAME) would raise it."


def _other_parallel(plan: Plan, slots: int) -> Iterator[str]:
    jobs, parallel = _jobs_to_run(plan), plan.max_parallel.value
    if plan.program.is_in_place:
        yield "More: they would write over each other's files, since all of them run in your folder."
        return
    if parallel > 1:
        yield f"1: each training job would learn from all before it, and the search take {parallel} times as long."
    if slots > parallel:
        yield f"{slots}, all slots: only {counted(math.ceil(jobs / slots), 'round')} to learn in."
    elif slots:
        yield f"More than {slots}: the backend has {counted(slots, 'slot')}."


def _jobs_to_run(plan: Plan) -> int:
    """How many training jobs there are to run: no more than combinations."""
    points = combinations(plan.space)
    return plan.max_jobs.value if points is None else min(plan.max_jobs.value, points)


def _parallel_changes(plan: Plan, slots: int, autotune: bool) -> Iterator[str]:
    parallel, points = plan.max_parallel.value, combinations(plan.space)
    more = ROUNDS * parallel + 1
    if plan.program.is_in_place:
        yield "A working folder for each training job, which is what they have without --in-place."
    elif not autotune or (points is not None and points < more):
        yield f"Only you, by --max-parallel {parallel + 1}."
    elif slots > parallel:
        yield f"--max-jobs {more} would make it {parallel + 1}."
    else:
        yield f"A backend with more than {counted(slots, 'slot')}."


def _other_runtime(plan: Plan) -> Iterator[str]:
    rounds = math.ceil(_jobs_to_run(plan) / plan.max_parallel.value)
    longest = rounds * plan.job_max_runtime_seconds.value
    if longest > plan.max_runtime_seconds.value:
        yield f"{rough(longest)}: what {counted(rounds, 'round')} of training jobs at their own limit would take."
    yield f"No bound: then nobody could say what {counted(_jobs_to_run(plan), 'training job')} could cost."


def _runtime_changes(plan: Plan, price_per_hour: float | None) -> Iterator[str]:
    price, parallel = price_per_hour or 1.0, plan.max_parallel.value
    lasts = _MONEY / price * 3_600 / parallel
    at = f"at {counted(parallel, 'training job')} at a time"
    if lasts < plan.max_runtime_seconds.value:
        flag = "" if price_per_hour else f" --price-per-hour {price:g}"
        yield f"--budget {_MONEY:g}usd{flag} would make it {rough(lasts)}, which is how long the money lasts {at}."
    half = max(round(plan.max_runtime_seconds.value / 2), 1)
    yield f"--max-runtime {half}s would make it {rough(half)}."


def _other_job_runtime(plan: Plan) -> Iterator[str]:
    others = _jobs_to_run(plan) - 1
    if others:
        yield (
            f"{TIMES_THE_FIRST:g} times what the first training job takes: not known before it has run; then it holds "
            f"for {_others(others)}, more of it for those that may be slower."
        )
    if plan.job_max_runtime_seconds.value < JOB_MAX_RUNTIME_SECONDS:
        yield f"{rough(JOB_MAX_RUNTIME_SECONDS)}, as usual: the whole tuning job is bounded to less."


def _others(count: int) -> str:
    return f"the {count} others" if count > 1 else "the other one"


def _job_runtime_changes(plan: Plan) -> Iterator[str]:
    lowered = min(max(TIMES_THE_FIRST * 60, SHORTEST_LIMIT_SECONDS), plan.job_max_runtime_seconds.value)
    yield f"A first training job of 60 s lowers it to {rough(lowered)} for those like it."


def _other_stopping(plan: Plan) -> Iterator[str]:
    if plan.early_stopping.value is EarlyStopping.AUTO:
        yield "off: every training job would run to its end, however hopeless."
    else:
        yield "auto: a training job that is worse than the median of earlier ones would be stopped."


def _stopping_changes(plan: Plan) -> Iterator[str]:
    what = plan.objective.name or "the objective"
    yield f"Nothing by itself; but where {what} is printed only once, there is nothing to stop by."


def _other_completion(plan: Plan) -> Iterator[str]:
    if plan.completion.value.complete_on_convergence:
        yield f"At its limits only: all {plan.max_jobs.value} training jobs would run, whatever they bring."
    elif plan.max_jobs.by is Chooser.USER:
        yield f"Once it has converged: then fewer than your {counted(plan.max_jobs.value, 'training job')} might run."
    else:
        first = first_to_converge(len(plan.tuned))
        most = counted(_jobs_to_run(plan), "training job")
        yield f"Once it has converged: at most {most} will run, and {first} come first."


def _completion_changes(plan: Plan, request: TuningJobRequest, limits_of: LimitsOf) -> Iterator[str]:
    if not request.autotune:
        yield "Autotune: where it is on, a long search ends once it has converged."
    elif plan.max_jobs.by is Chooser.USER:
        yield _without_your_number(request, limits_of)
    elif plan.completion.value.complete_on_convergence:
        yield f"--max-jobs {plan.max_jobs.value} would run all of them."
    elif combinations(plan.space) is not None and _jobs_to_run(plan) < jobs_for(len(plan.tuned)):
        yield f"Ranges of more than {first_to_converge(len(plan.tuned))} combinations, which are too many to try all."
    else:
        count = next(n for n in range(len(plan.tuned), MOST_JOBS) if jobs_for(n) > first_to_converge(n))
        yield f"{count} hyperparameters to tune (--tune NAME): {jobs_for(count)} training jobs may end once converged."


def _without_your_number(request: TuningJobRequest, limits_of: LimitsOf) -> str:
    """What would end the search if the user had set no number of training jobs."""
    left = replace(request.settings, max_jobs=None)
    if isinstance(left.budget, JobBudget):
        left = replace(left, budget=None)
    flag = "--max-jobs" if request.settings.max_jobs is not None else "--budget"
    try:
        limits = limits_of(replace(request, settings=left))
    except UsageError:  # without it the rest makes no sense, such as a grid without end
        return f"Only you, by a number of training jobs ({flag}) or a plan file (completion)."
    jobs, when = counted(limits.max_jobs.value, "training job"), _shown("completion", limits.completion.value)
    return f"Without {flag} there would be {jobs}, and the search would end {when}."


def _lost(parallel: int) -> str:
    return "the training job that ran on it" if parallel == 1 else f"up to {parallel} training jobs that ran on it"


def _retry_changes(plan: Plan) -> Iterator[str]:
    limit = rough(plan.bound.seconds)
    yield f"A plan file with another number (retry); all attempts together stay within the {limit} of this plan."


def _other_retry(plan: Plan) -> Iterator[str]:
    yield f"0: a machine that goes away would cost {_lost(plan.max_parallel.value)}."
    yield f"More: a fault that comes {plan.retry.value + 1} times is rarely the machine's."
