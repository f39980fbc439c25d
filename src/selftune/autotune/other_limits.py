"""What the rules say of the neighbours of each limit: other strategies, more and fewer training jobs, other bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from selftune.autotune.job_limit import SHORTEST_LIMIT_SECONDS, TIMES_THE_FIRST
from selftune.autotune.rules import (
    FEWEST_ROUNDS,
    JOB_MAX_RUNTIME_SECONDS,
    MOST_JOBS,
    ROUNDS,
    SMALL_GRID,
    jobs_for,
    limits_for,
)
from selftune.model.errors import UsageError
from selftune.model.plan import Chooser, CompletionCriteria, Decision, EarlyStopping, Plan, Strategy
from selftune.model.ranges import ContinuousRange
from selftune.model.request import TuningJobRequest
from selftune.model.values import counted
from selftune.search.grid import combinations
from selftune.views.durations import rough

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


def limits_with_other_choices(
    plan: Plan, request: TuningJobRequest, *, slots: int, joins: tuple[int, tuple[str, ...]] | None
) -> Plan:
    """The plan with what else was considered for each limit, and what would change it.

    Args:
        plan: Complete but for these.
        request: What was asked for.
        slots: How many training jobs the backend can run at once.
        joins: The fewest training jobs that would tune more hyperparameters, and which.
    """
    rules = {
        "strategy": (_strategies, _strategy_changes),
        "max_jobs": (_other_jobs, lambda plan: _jobs_changes(plan, joins)),
        "max_parallel": (lambda plan: _other_parallel(plan, slots), lambda plan: _parallel_changes(plan, slots)),
        "max_runtime_seconds": (_other_runtime, _runtime_changes),
        "job_max_runtime_seconds": (_other_job_runtime, _job_runtime_changes),
        "early_stopping": (_other_stopping, _stopping_changes),
        "completion": (_other_completion, _completion_changes),
        "retry": (_other_retry, lambda _: iter(("Nothing by itself: it is the same in every plan.",))),
    }
    changed: dict[str, Any] = {}
    for name, (considered, changes) in rules.items():
        decision = getattr(plan, name)
        if decision.by is Chooser.USER:
            changed[name] = _of_yours(name, decision, request, plan, slots)
        else:
            changed[name] = replace(decision, considered=tuple(considered(plan)), would_change=tuple(changes(plan)))
    return replace(plan, **changed)


def _of_yours(name: str, decision: Decision[Any], request: TuningJobRequest, plan: Plan, slots: int) -> Decision[Any]:
    """What Autotune would have chosen in place of what the user set."""
    settings = request.settings
    flag = _FLAGS[name] if getattr(settings, name) is not None else "--budget"
    left_out: dict[str, Any] = {name: None} | ({"budget": None} if flag == "--budget" else {})
    without = replace(settings, **left_out)
    try:
        chosen = getattr(limits_for(replace(request, settings=without), plan.space, slots=slots), name)
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
    jobs, parallel = plan.max_jobs.value, plan.max_parallel.value
    if parallel > 1:
        yield f"1: each training job would learn from all before it, and the search take {parallel} times as long."
    if slots > parallel:
        yield f"{slots}, all slots: only {counted(math.ceil(jobs / slots), 'round')} to learn in."
    elif slots:
        yield f"More than {slots}: the backend has {counted(slots, 'slot')}."


def _parallel_changes(plan: Plan, slots: int) -> Iterator[str]:
    parallel = plan.max_parallel.value
    if slots > parallel:
        yield f"--max-jobs {ROUNDS * parallel + 1} would make it {parallel + 1}."
    else:
        yield f"A backend with more than {counted(slots, 'slot')}."


def _other_runtime(plan: Plan) -> Iterator[str]:
    rounds = math.ceil(plan.max_jobs.value / plan.max_parallel.value)
    longest = rounds * plan.job_max_runtime_seconds.value
    if longest > plan.max_runtime_seconds.value:
        yield f"{rough(longest)}: what {counted(rounds, 'round')} of training jobs at their own limit would take."
    yield "No bound: then nobody could say what the search costs at most."


def _runtime_changes(_: Plan) -> Iterator[str]:
    yield "--budget 2h would make it 2 h, and --budget 5usd as long as the money lasts."


def _other_job_runtime(plan: Plan) -> Iterator[str]:
    yield (
        f"{TIMES_THE_FIRST:g} times what the first training job takes: not known before it has run; then it holds for "
        "the others, more of it for those that may be slower."
    )
    if plan.job_max_runtime_seconds.value < JOB_MAX_RUNTIME_SECONDS:
        yield f"{rough(JOB_MAX_RUNTIME_SECONDS)}, as usual: the whole tuning job is bounded to less."


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
    else:
        yield "Once it has converged: too few training jobs are planned to tell."


def _completion_changes(plan: Plan) -> Iterator[str]:
    first = max(20, 4 * len(plan.tuned))
    if plan.max_jobs.by is Chooser.USER:
        yield "Without your number of training jobs the search may end itself."
    elif plan.completion.value.complete_on_convergence:
        yield f"--max-jobs {plan.max_jobs.value} would run all of them."
    else:
        yield f"A plan of more than {first} training jobs would end once it has converged."


def _other_retry(_: Plan) -> Iterator[str]:
    yield "0: a machine that goes away would cost the training job that ran on it."
    yield "More: a fault that comes three times is rarely the machine's."
