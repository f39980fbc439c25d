"""A whole tuning job in virtual time: the engine of a real run, with a function in place of training."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from selftune.autotune.earlier import learnt
from selftune.autotune.earlier_result import EarlierResult
from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.backends.simulated import Program
from selftune.engine.earlier import earlier_result
from selftune.model.events import RangeMove
from selftune.model.history import History
from selftune.model.jobs import TuningJob, TuningJobRecord
from selftune.model.objective import Direction
from selftune.model.plan import Chooser, EarlyStopping, Plan, PlannedHyperparameter, Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings
from selftune.model.spec import TrainingJobSpec
from selftune.model.values import HyperparameterValue, text_from_value, value_from_text
from selftune.search.worker import Answer, DirectSuggester
from selftune.store.sqlite import SqliteStore
from selftune.testing.virtual_time import run_in_virtual_time
from selftune.views.summary import summarize

Values: TypeAlias = dict[str, HyperparameterValue]
Objective: TypeAlias = Callable[[Values], float | Iterable[float]]

OBJECTIVE_NAME = "objective"
_NAME = "simulation"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTrainingJob:
    """One training job of a simulation."""

    hyperparameters: Values
    """All of them, with native types: tuned ones as suggested, the others as given."""
    objective: float | None
    """The last value reported; None where none was."""
    status: str
    """"Completed", "Stopped" or "Failed"."""
    curve: tuple[float, ...]
    """All values reported, in order."""
    started_seconds: float
    """Virtual seconds since the tuning job began."""
    ended_seconds: float
    suggested_by: str
    """What made its values: "baseline", "sobol", "gp: log expected improvement" ..."""
    reason: str = ""
    """Why these values, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What a tuning job in virtual time planned, tried and found."""

    plan: Plan
    training_jobs: tuple[SimulatedTrainingJob, ...]
    """In the order in which they were started."""
    best: SimulatedTrainingJob | None
    """None where no training job gave an objective."""
    suggest_seconds: tuple[float, ...]
    """Real seconds that each question to the strategy took."""
    status: str
    status_reason: str
    to_learn_from: EarlierResult | None = None
    """What a later simulation can learn from this one; None where that is nothing."""
    range_moves: tuple[RangeMove, ...] = ()
    """Inferred ranges that went further, in order."""


def simulate(
    objective: Objective,
    *,
    hyperparameters: Mapping[str, HyperparameterValue],
    algorithm: str | None = None,
    ranges: Mapping[str, Range] | None = None,
    soft_ranges: Mapping[str, Range] | None = None,
    keep_static: Sequence[str] = (),
    objective_type: str = "Minimize",
    max_jobs: int | None = None,
    max_parallel: int = 1,
    max_runtime_seconds: float | None = None,
    strategy: Strategy | str | None = None,
    autotune: bool = True,
    early_stopping: EarlyStopping | str | None = None,
    seed: int = 0,
    cost: Callable[[Values], float] | None = None,
    earlier: Sequence[EarlierResult] = (),
) -> Simulation:
    """Run a tuning job against a function; what is left out is chosen as in a real run.

    Args:
        objective: values of all hyperparameters to the objective, or to its learning curve. What it raises fails that
            training job alone; so does NaN or an infinite number as the last value.
        hyperparameters: today's values by name. With Autotune they are tried first.
        algorithm: what the function trains, where that is known: "xgboost", "sklearn.svm", "pytorch" ...
        ranges: walls.
        soft_ranges: ranges that may expand, inside their own `hard_bounds`.
        keep_static: names to leave as they are.
        objective_type: "Minimize" or "Maximize".
        max_runtime_seconds: bound in virtual time.
        cost: virtual seconds of a training job; without it each value reported takes one second.
        earlier: tuning jobs to learn from, newest first: `Simulation.to_learn_from` of other simulations.

    Raises:
        UsageError: the settings do not fit the hyperparameters.
    """
    soft_ranges = soft_ranges or {}
    settings = UserSettings(
        objective_name=OBJECTIVE_NAME,
        objective_direction=Direction(objective_type),
        ranges=(*(ranges or {}).items(), *soft_ranges.items()),
        keep=frozenset(keep_static),
        max_jobs=max_jobs,
        max_parallel=max_parallel,
        max_runtime_seconds=max_runtime_seconds,
        strategy=None if strategy is None else Strategy(strategy),
        early_stopping=None if early_stopping is None else EarlyStopping(early_stopping),
        seed=seed,
    )
    job = _job(hyperparameters, algorithm, settings, soft_ranges, autotune=autotune)
    if earlier:
        job = replace(job, plan=learnt(job.plan, earlier))
    return simulated(job, _program(job.plan, objective, cost))


def simulated(job: TuningJob, program: Program) -> Simulation:
    """Run a tuning job in virtual time, in a store of its own that is thrown away.

    Args:
        job: its plan is what runs.
        program: what a training job prints and when, in place of its command.
    """
    suggester = _TimedSuggester()
    with tempfile.TemporaryDirectory(prefix="selftune-simulation-") as folder:
        path = Path(folder) / "selftune.db"
        record = run_in_virtual_time(job, program, path, suggester=suggester)
        store = SqliteStore(path)
        curves = store.curves(job.name)
        store.close()
    return _simulation(record, curves, suggester.seconds)


def _job(
    hyperparameters: Mapping[str, HyperparameterValue],
    algorithm: str | None,
    settings: UserSettings,
    soft_ranges: Mapping[str, Range],
    *,
    autotune: bool,
) -> TuningJob:
    request = TuningJobRequest(
        name=_NAME,
        program=CommandRequest(argv=("simulated",), folder=""),
        settings=settings,
        autotune=autotune,
        run_baseline=autotune,
    )
    slots = settings.max_parallel or 1
    plan = plan_of_reading(request, reading_of_values(hyperparameters, algorithm), slots=slots)
    softened = tuple(_softened(h, soft_ranges[h.name]) if h.name in soft_ranges else h for h in plan.hyperparameters)
    plan = replace(plan, hyperparameters=softened)
    return TuningJob(name=_NAME, request=request, plan=plan, created_at=0.0, folder=_NAME)


def _softened(planned: PlannedHyperparameter, given: Range) -> PlannedHyperparameter:
    space = planned.range
    if isinstance(space, ContinuousRange | IntegerRange) and not isinstance(given, CategoricalRange):
        space = replace(space, may_expand=True, hard_bounds=given.hard_bounds)
    return replace(planned, range=space, by=Chooser.AUTOTUNE, reason=f"The range of {planned.name} may expand.")


def _program(
    plan: Plan, objective: Objective, cost: Callable[[Values], float] | None
) -> Callable[[TrainingJobSpec], Iterator[tuple[float, str]]]:
    """What a training job prints and when."""

    def program(spec: TrainingJobSpec) -> Iterator[tuple[float, str]]:
        values = native_values(plan, spec.hyperparameters)
        reported = objective(values)
        points = reported if isinstance(reported, Iterable) else (reported,)
        if cost is not None:
            points = tuple(points)
        step = cost(values) / max(len(points), 1) if cost is not None and isinstance(points, tuple) else 1.0
        for number, value in enumerate(points, start=1):
            yield number * step, f"{OBJECTIVE_NAME}={float(value)!r}"

    return program


def native_values(plan: Plan, texts: Iterable[tuple[str, str]]) -> Values:
    """Hyperparameters with the types that a Python function expects: those of their ranges and of today's values."""
    return {name: _native(plan.hyperparameter(name), text) for name, text in texts if not name.startswith("_")}


def _native(planned: PlannedHyperparameter | None, text: str) -> HyperparameterValue:
    if planned is None:
        return value_from_text(text)
    match planned.range:
        case CategoricalRange(values=values):
            return next(value for value in values if text_from_value(value) == text)
        case ContinuousRange():
            return float(text)
        case IntegerRange():
            return int(text)
    return value_from_text(text) if planned.value is None else planned.value


class _TimedSuggester(DirectSuggester):
    """Answers at once, and notes how long that took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def submit(self, strategy: Strategy, history: History, count: int) -> None:
        began = time.perf_counter()
        super().submit(strategy, history, count)
        self.seconds.append(time.perf_counter() - began)

    def poll(self) -> Answer | None:
        return super().poll()


def _simulation(
    record: TuningJobRecord, curves: Mapping[int, tuple[float, ...]], suggest_seconds: Sequence[float]
) -> Simulation:
    plan, state = record.job.plan, record.state
    static = {h.name: h.value for h in plan.hyperparameters if h.value is not None}
    jobs = tuple(
        SimulatedTrainingJob(
            hyperparameters={**static, **t.values},
            objective=t.objective,
            status=str(t.status.value),
            curve=curves.get(t.number, ()),
            started_seconds=t.started_at or 0.0,
            ended_seconds=t.ended_at or 0.0,
            suggested_by=t.suggestion.strategy,
            reason=t.suggestion.reason,
        )
        for t in state.training_jobs
    )
    best = summarize(record, curves, now=state.ended_at or 0.0).best
    return Simulation(
        plan=plan,
        training_jobs=jobs,
        best=None if best is None else jobs[best.number - 1],
        suggest_seconds=tuple(suggest_seconds),
        status=str(state.status.value),
        status_reason=state.status_reason,
        to_learn_from=earlier_result(record),
        range_moves=state.range_moves,
    )
