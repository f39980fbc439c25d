"""Valid values of the model for tests: each factory takes what the test is about and fills in the rest.

a_plan(max_jobs=5)                        a plan of two tuned hyperparameters and five training jobs
a_training_job(3, {"lr": 0.1}, objective=0.9)     the third training job, completed
a_record(a_state(...), plan=a_plan(...))  what the store would return
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from selftune.model.command import CommandTemplate, Literal, Part, ValueSlot
from selftune.model.events import RangeMove
from selftune.model.history import History, Observation, Outcome, Running, Suggestion
from selftune.model.jobs import (
    TrainingJob,
    TrainingJobStatus,
    TuningJob,
    TuningJobRecord,
    TuningJobStatus,
    TuningState,
)
from selftune.model.objective import Direction, Objective
from selftune.model.plan import (
    Bound,
    Chooser,
    CompletionCriteria,
    Decision,
    EarlyStopping,
    Plan,
    PlannedHyperparameter,
    PlannedObjective,
    Program,
    Role,
    Strategy,
)
from selftune.model.ranges import ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.request import CommandRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue, text_from_value

T0 = 1_700_000_000.0
"""When things begin, in seconds since the epoch."""

NAME = "digits-1a2b"

Values = Mapping[str, HyperparameterValue]


def decided(
    value: Any, by: Chooser = Chooser.AUTOTUNE, reason: str = "It fits.", source: str = "a test"
) -> Decision[Any]:
    return Decision(value=value, by=by, reason=reason, source=source)


def a_tuned_hyperparameter(
    name: str = "lr", value: HyperparameterValue | None = 0.01, range: Range | None = None, **changes: Any
) -> PlannedHyperparameter:
    """A tuned hyperparameter; where no range is given, 1e-4..1 on a log scale."""
    planned = PlannedHyperparameter(
        name=name,
        value=value,
        role=Role.TUNED,
        range=range or ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, may_expand=True),
        by=Chooser.AUTOTUNE,
        reason=f"{name} is known by its name.",
        source="train.py:3",
        priority=3,
    )
    return replace(planned, **changes)


def a_static_hyperparameter(name: str, value: HyperparameterValue | None, **changes: Any) -> PlannedHyperparameter:
    planned = PlannedHyperparameter(
        name=name,
        value=value,
        role=Role.STATIC,
        range=None,
        by=Chooser.AUTOTUNE,
        reason=f"{name} is not a matter of quality.",
        source="knowledge: names",
    )
    return replace(planned, **changes)


def the_usual_hyperparameters() -> tuple[PlannedHyperparameter, ...]:
    return (
        a_tuned_hyperparameter("lr", 0.01),
        a_tuned_hyperparameter("batch-size", 32, IntegerRange(low=8, high=256, scaling=ScalingType.LOG)),
        a_static_hyperparameter("epochs", 5, role=Role.RESOURCE),
    )


def a_plan(
    hyperparameters: Sequence[PlannedHyperparameter] | None = None,
    *,
    objective: str | None = "validation:rmse",
    direction: Direction = Direction.MINIMIZE,
    **changes: Any,
) -> Plan:
    """A plan; settings that are decisions may be given bare (`max_jobs=5`) or as a `Decision`."""
    hyperparameters = tuple(the_usual_hyperparameters() if hyperparameters is None else hyperparameters)
    settings = {**_the_usual_settings(), **{name: _as_decision(name, value) for name, value in changes.items()}}
    tuned = [h for h in hyperparameters if h.role is Role.TUNED]
    has_values = all(h.value is not None for h in tuned)
    plan = Plan(
        program=a_program(hyperparameters),
        objective=a_planned_objective(objective, direction),
        hyperparameters=hyperparameters,
        seed=0,
        bound=Bound(jobs=1, seconds=1.0, slot_seconds=1.0),
        baseline=tuple((h.name, h.value) for h in tuned if h.value is not None) if has_values else None,
        **{name: settings[name] for name in _the_usual_settings()},
    )
    rest = {name: value for name, value in settings.items() if name not in _the_usual_settings()}
    return replace(plan, **{"bound": a_bound(plan), **rest})


def a_program(hyperparameters: Iterable[PlannedHyperparameter] = (), **changes: Any) -> Program:
    """`python train.py --name value ...` for all hyperparameters that have a value."""
    valued = [(h.name, h.value) for h in hyperparameters if h.value is not None]
    parts: list[Part] = [Literal(text="python"), Literal(text="train.py")]
    for name, value in valued:
        parts += [Literal(text=f"--{name}"), ValueSlot(name=name, original=text_from_value(value))]
    template = CommandTemplate(parts=tuple(parts), today=tuple(valued))
    return replace(Program(template=template, folder="/home/ada/digits", title="train.py"), **changes)


def a_planned_objective(name: str | None, direction: Direction, **changes: Any) -> PlannedObjective:
    planned = PlannedObjective(
        name=name,
        direction=direction,
        regex=None,
        by=Chooser.AUTOTUNE,
        reason="The script prints it.",
        source="train.py:31",
    )
    return replace(planned, **changes)


def a_bound(plan: Plan) -> Bound:
    """The bound that follows from a plan's limits."""
    seconds = plan.max_runtime_seconds.value
    return Bound(jobs=plan.max_jobs.value, seconds=seconds, slot_seconds=seconds * plan.max_parallel.value)


def a_request(name: str = NAME, **changes: Any) -> TuningJobRequest:
    program = CommandRequest(argv=("python", "train.py", "--lr", "0.01"), folder="/home/ada/digits")
    return replace(TuningJobRequest(name=name, program=program), **changes)


def a_tuning_job(name: str = NAME, plan: Plan | None = None, **changes: Any) -> TuningJob:
    job = TuningJob(
        name=name,
        request=a_request(name),
        plan=plan or a_plan(),
        created_at=T0,
        folder=f"/home/ada/.selftune/jobs/{name}",
    )
    return replace(job, **changes)


def a_suggestion(values: Values | None = None, *, strategy: str = "random", **changes: Any) -> Suggestion:
    values = {"lr": 0.01, "batch-size": 32} if values is None else values
    suggestion = Suggestion(values=tuple(values.items()), strategy=strategy, reason="Drawn from the ranges.")
    return replace(suggestion, **changes)


def a_training_job(
    number: int = 1,
    values: Values | None = None,
    *,
    objective: float | None = None,
    status: TrainingJobStatus | None = None,
    seconds: float = 10.0,
    tuning_job: str = NAME,
    **changes: Any,
) -> TrainingJob:
    """The training job of that number: completed where an objective is given, otherwise in progress.

    Jobs run one after another, each `seconds` long.
    """
    status = status or (TrainingJobStatus.IN_PROGRESS if objective is None else TrainingJobStatus.COMPLETED)
    started_at = T0 + (number - 1) * seconds
    job = TrainingJob(
        number=number,
        name=f"{tuning_job}-{number:03d}-{number:08x}",
        suggestion=a_suggestion(values, strategy="baseline" if number == 1 else "random"),
        created_at=started_at,
        status=status,
        started_at=None if status is TrainingJobStatus.STARTING else started_at,
        ended_at=started_at + seconds if status.is_terminal else None,
        objective=objective,
        report_count=0 if objective is None else 1,
        metric_count=0 if objective is None else 1,
        exit_code=0 if status is TrainingJobStatus.COMPLETED else None,
        is_baseline=number == 1,
    )
    return replace(job, **changes)


def an_objective(
    name: str | None = "validation:rmse", direction: Direction = Direction.MINIMIZE, **changes: Any
) -> Objective:
    return replace(Objective(name=name, direction=direction, is_confirmed=name is not None), **changes)


def a_state(training_jobs: Iterable[TrainingJob] = (), **changes: Any) -> TuningState:
    training_jobs = tuple(training_jobs)
    started = [job.started_at for job in training_jobs if job.started_at is not None]
    ended = [job.ended_at for job in training_jobs if job.ended_at is not None]
    state = TuningState(
        status=TuningJobStatus.IN_PROGRESS,
        objective=an_objective(),
        training_jobs=training_jobs,
        updated_at=max([T0, *started, *ended]),
        first_started_at=min(started, default=None),
    )
    return replace(state, **changes)


def a_record(state: TuningState | None = None, *, plan: Plan | None = None, **changes: Any) -> TuningJobRecord:
    record = TuningJobRecord(job=a_tuning_job(plan=plan), state=state or a_state(), version=1)
    return replace(record, **changes)


def a_range_move(name: str = "lr", reason: str = "The best lie at its low end.", **changes: Any) -> RangeMove:
    """The range of `name` goes from 1e-4..1 down to 1e-6."""
    before = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, may_expand=True)
    move = RangeMove(name=name, before=before, after=replace(before, low=1e-6), reason=reason)
    return replace(move, **changes)


def an_observation(
    number: int = 1, values: Values | None = None, loss: float | None = 1.0, **changes: Any
) -> Observation:
    """An ended training job as search sees it: completed, or failed where `loss` is None."""
    observation = Observation(
        number=number,
        values=a_suggestion(values).values,
        outcome=Outcome.FAILED if loss is None else Outcome.COMPLETED,
        loss=loss,
        curve=() if loss is None else (loss,),
    )
    return replace(observation, **changes)


def a_history(
    space: Mapping[str, Range] | None = None,
    ended: Iterable[Observation] = (),
    running: Iterable[Running] = (),
    **changes: Any,
) -> History:
    space = a_plan().space if space is None else space
    history = History(space=tuple(space.items()), ended=tuple(ended), running=tuple(running), max_jobs=20)
    return replace(history, **changes)


def _the_usual_settings() -> dict[str, Decision[Any]]:
    return {
        "strategy": decided(Strategy.BAYESIAN),
        "max_jobs": decided(20),
        "max_parallel": decided(2),
        "max_runtime_seconds": decided(600.0),
        "job_max_runtime_seconds": decided(300.0),
        "early_stopping": decided(EarlyStopping.AUTO),
        "completion": decided(CompletionCriteria()),
        "retry": decided(1),
    }


def _as_decision(name: str, value: Any) -> Any:
    return value if name not in _the_usual_settings() or isinstance(value, Decision) else decided(value)
