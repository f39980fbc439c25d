"""One search of ours on a learner: planned by Autotune from the script as it stands, run by the engine in virtual time.

The training jobs are real trainings in this process. Virtual time passes as their processor time does, so that a bound
on seconds is one on training.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evaluation import FOLDER, REFUSED, Evaluation, Values, evaluate, script_of
from searches import Parameter, Row, Search, row_of

import selftune
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.request import UserSettings
from selftune.testing import Simulation, simulate_command

PYTHON = "python"


def our_row(search: Search, data: Path, *, words: Sequence[str] = (), settings: UserSettings | None = None) -> Row:
    """Carry out a search and keep what came of it, with the ranges that it began and ended with.

    Args:
        data: the file of the data set.
        words: what the user types behind the script, beside the data set.
        settings: what the user sets; left out, the number of training jobs and the seed of the search alone.
    """
    started = time.process_time()
    settings = settings or UserSettings(max_jobs=search.jobs, seed=search.seed)
    trainings = _Trainings(search.learner)
    run = simulate_command(
        trainings,
        argv=[PYTHON, script_of(search.learner), f"--data={data}", f"--seed={search.seed}", *words],
        folder=FOLDER,
        settings=settings,
    )
    tried = list(zip(_values(run), _counted(run, trainings.found), strict=True))
    row = row_of(search, f"selftune {selftune.__version__}", tried, time.process_time() - started)
    return {**row, **_ranges(run), "planned_jobs": run.plan.max_jobs.value}


def settings_with_ranges(settings: UserSettings, parameters: Sequence[Parameter], defaults: Values) -> UserSettings:
    """The same settings with somebody else's ranges as walls, and nothing tuned beside them."""
    walls = tuple((parameter.name.replace("_", "-"), _wall(parameter)) for parameter in parameters)
    others = defaults.keys() - {parameter.name for parameter in parameters}
    return replace(settings, ranges=walls, keep=frozenset(name.replace("_", "-") for name in others))


def _wall(parameter: Parameter) -> Range:
    scaling = ScalingType.LOG if parameter.is_log else ScalingType.LINEAR
    if parameter.is_integer:
        return IntegerRange(low=int(parameter.low), high=int(parameter.high), scaling=scaling)
    return ContinuousRange(low=parameter.low, high=parameter.high, scaling=scaling)


class _Trainings:
    """What stands in for the process of a training job; remembers what each gave, in order."""

    def __init__(self, learner: str) -> None:
        self._learner = learner
        self.found: list[Evaluation] = []

    def __call__(self, argv: tuple[str, ...]) -> Iterator[tuple[float, str]]:
        try:
            evaluation = evaluate(self._learner, argv[2:])
        except Exception:
            self.found.append(REFUSED)
            raise
        self.found.append(evaluation)
        step = evaluation.seconds / max(len(evaluation.output), 1)
        for number, line in enumerate(evaluation.output, start=1):
            yield number * step, line


def _values(run: Simulation) -> Iterator[Values]:
    for job in run.training_jobs:
        yield {name.replace("-", "_"): job.hyperparameters[name] for name in run.plan.space}


def _counted(run: Simulation, found: Sequence[Evaluation]) -> Iterator[Evaluation]:
    """What each training job gave; one that was stopped early or failed gave no model, but took its time."""
    for job, evaluation in zip(run.training_jobs, found, strict=True):
        spent = min(evaluation.seconds, job.ended_seconds - job.started_seconds)
        yield evaluation if job.status == "Completed" else replace(REFUSED, seconds=spent)


def _ranges(run: Simulation) -> dict[str, Any]:
    before = dict(run.plan.space)
    after = before | {move.name: move.after for move in run.range_moves}
    return {
        "ranges_before": {name.replace("-", "_"): described(space) for name, space in before.items()},
        "ranges_after": {name.replace("-", "_"): described(space) for name, space in after.items()},
        "moves": len(run.range_moves),
    }


def described(space: Range) -> list[Any]:
    """[low, high, has zero] of a numeric range, the choices of another."""
    if isinstance(space, CategoricalRange):
        return list(space.values)
    return [space.low, space.high, bool(getattr(space, "includes_zero", False))]
