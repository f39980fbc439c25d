"""From options and program to the request: what is asked for, by whom set, parsed once here at the edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from selftune.autotune.budget import check_budget
from selftune.cli.options import Given
from selftune.cli.program import channels_of, environment_of, program_of, title
from selftune.cli.program_command import ProgramWords
from selftune.cli.range_syntax import as_continuous
from selftune.model.budget import JobBudget, TimeBudget
from selftune.model.errors import UsageError
from selftune.model.plan import Plan
from selftune.model.ranges import IntegerRange, Range
from selftune.model.request import AlgorithmRequest, ProgramRequest, TuningJobRequest, UserSettings
from selftune.sdk.names import new_name

V = TypeVar("V")
Planner: TypeAlias = Callable[[TuningJobRequest], Plan]
"""What turns a request into a plan without keeping anything."""


def request_for(words: ProgramWords, given: Given, folder: Path) -> TuningJobRequest:
    """A request for a program named on the command line, before the options are laid over it."""
    program = program_of(words, given, folder)
    return TuningJobRequest(name=new_name(title(program)), program=program)


def with_options(request: TuningJobRequest, given: Given, folder: Path) -> TuningJobRequest:
    """The request with every option that was typed; what was left out stays as it is."""
    return replace(
        request,
        name=given.name or request.name,
        program=_with_values(request.program, given),
        settings=_settings(request, given),
        channels=channels_of(given.data, folder) or request.channels,
        autotune=request.autotune and given.autotune,
        is_in_place=request.is_in_place or given.in_place,
        environment=_merged(request.environment, environment_of(given.env)),
    )


def settled(request: TuningJobRequest, given: Given, plan_of: Planner) -> TuningJobRequest:
    """Settle what only a first plan can tell: whole bounds of a hyperparameter that is no whole number."""
    if not any(isinstance(range_, IntegerRange) for _, range_ in given.ranges):
        return request
    plan = plan_of(request)
    ranges = tuple((name, _settled_range(name, range_, plan)) for name, range_ in request.settings.ranges)
    return replace(request, settings=replace(request.settings, ranges=ranges))


def refuse_several_sources(words: ProgramWords | None, given: Given) -> None:
    """Exactly one of a program, a plan file and an earlier tuning job says what is tuned.

    Raises:
        UsageError: none of them was given, or more than one.
    """
    sources = [words is not None, given.plan_file is not None, given.from_job is not None]
    if sum(sources) == 0:
        raise UsageError("What is to be tuned?", hint="Such as: selftune run -- python train.py --lr 0.01")
    if sum(sources) > 1:
        raise UsageError(
            "A program, --plan and --from were given together.", hint="Give one: each says by itself what is tuned."
        )


def _with_values(program: ProgramRequest, given: Given) -> ProgramRequest:
    """A built-in algorithm lists the values that it is given; those of a command are settings beside it."""
    if not isinstance(program, AlgorithmRequest):
        return program
    return replace(program, hyperparameters=_merged(program.hyperparameters, given.hp))


def _settings(request: TuningJobRequest, given: Given) -> UserSettings:
    base = request.settings
    name, direction = given.metric or (base.objective_name, base.objective_direction)
    merged = replace(
        base,
        objective_name=name,
        objective_direction=direction,
        objective_regex=given.metric_regex or base.objective_regex,
        ranges=_merged(base.ranges, given.ranges),
        tune=base.tune.difference(given.keep) | set(given.tune),
        keep=base.keep.difference(given.tune) | set(given.keep),
        only_listed=base.only_listed or given.only_listed,
        values=base.values if isinstance(request.program, AlgorithmRequest) else _merged(base.values, given.hp),
        target_column=given.target or base.target_column,
        strategy=given.strategy or base.strategy,
        max_jobs=given.max_jobs or base.max_jobs,
        max_parallel=given.max_parallel or base.max_parallel,
        max_runtime_seconds=given.max_runtime or base.max_runtime_seconds,
        job_max_runtime_seconds=given.job_max_runtime or base.job_max_runtime_seconds,
        early_stopping=given.early_stopping or base.early_stopping,
        seed=base.seed if given.seed is None else given.seed,
        price_per_hour=given.price_per_hour or base.price_per_hour,
        learn_from_store=base.learn_from_store if given.learning is None else given.learning,
    )
    _refuse_contradictions(given)
    return _with_budget(merged, given)


def _with_budget(settings: UserSettings, given: Given) -> UserSettings:
    """The settings with the budget that was typed; what was typed replaces what an earlier tuning job brought along.

    Raises:
        UsageError: the same limit was typed twice, or a price is missing.
    """
    budget = given.budget
    if budget is None:
        is_replaced = isinstance(settings.budget, JobBudget) and given.max_jobs is not None
        is_replaced |= isinstance(settings.budget, TimeBudget) and given.max_runtime is not None
        return replace(settings, budget=None) if is_replaced else settings
    settings = replace(settings, budget=budget)
    if isinstance(budget, JobBudget):
        settings = replace(settings, max_jobs=given.max_jobs)
    else:
        settings = replace(settings, max_runtime_seconds=given.max_runtime)
    check_budget(settings)
    return settings


def _refuse_contradictions(given: Given) -> None:
    both = sorted(set(given.tune) & set(given.keep))
    if both:
        raise UsageError(f"--tune {both[0]} and --keep {both[0]} contradict each other.", hint="Leave one of them out.")
    names = [name for name, _ in given.ranges]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UsageError(f"--range gives two ranges for {twice}.", hint="Give one.")
    walled = next((name for name in names if name in given.keep), None)
    if walled:
        raise UsageError(f"--range {walled} and --keep {walled} contradict each other.", hint="Leave one of them out.")


def _merged(base: tuple[tuple[str, V], ...], over: tuple[tuple[str, V], ...]) -> tuple[tuple[str, V], ...]:
    return tuple({**dict(base), **dict(over)}.items())


def _settled_range(name: str, range_: Range, plan: Plan) -> Range:
    planned = plan.hyperparameter(name)
    if isinstance(range_, IntegerRange) and planned is not None and isinstance(planned.value, float):
        return as_continuous(range_)
    return range_
