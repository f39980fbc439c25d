"""Tuning in one call: `selftune.tune("train.py")`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from selftune.autotune.budget import parse_budget
from selftune.engine.compose import tuning_service
from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import (
    AlgorithmRequest,
    Channel,
    CommandRequest,
    Origin,
    ProgramRequest,
    TuningJobRequest,
    UserSettings,
)
from selftune.model.values import HyperparameterValue
from selftune.sdk.arguments import EARLY_STOPPING_TYPES, OBJECTIVE_TYPES, STRATEGIES
from selftune.sdk.inputs import InputData, channels_from, nearest_file_hint
from selftune.sdk.keywords import argument_names, refuse_unknown, word
from selftune.sdk.models import model_of
from selftune.sdk.names import checked_name, new_name, title_of
from selftune.sdk.parameters import Parameter, range_of
from selftune.sdk.session import TuningJobSession
from selftune.sdk.values import hyperparameter_values
from selftune.sdk.words import TUNE_WORDS
from selftune.training.algorithms import ALGORITHMS
from selftune.views.gain import Gain
from selftune.views.plan_document import plan_document


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningResult:
    """What a tuning job has found."""

    tuning_job: str
    status: str
    best: dict[str, HyperparameterValue]
    """The tuned hyperparameters' best values."""
    objective: float
    """What they reach."""
    gain: Gain | None
    """Over today's values; None where these were not run."""
    command: str
    """Trains once with the best values; ready to paste into a shell."""
    model: str | None
    """Folder of the best training job's model (`SM_MODEL_DIR`); None where it wrote none there."""
    work: str
    """Folder in which the best training job ran, with whatever else it wrote."""
    plan: dict[str, Any]
    """What was tuned, how and why, as a JSON document."""


def tune(
    program: str | os.PathLike[str] | Sequence[str],
    *,
    data: InputData | Mapping[str, InputData] | None = None,
    target: str | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
    ranges: Mapping[str, Parameter] | None = None,
    keep: Sequence[str] = (),
    metric: str | None = None,
    direction: str | None = None,
    metric_regex: str | None = None,
    max_jobs: int | None = None,
    max_parallel: int | None = None,
    max_runtime_seconds: float | None = None,
    job_max_runtime_seconds: float | None = None,
    strategy: str | None = None,
    early_stopping: str | None = None,
    seed: int | None = None,
    name: str | None = None,
    budget: str | None = None,
    price_per_hour: float | None = None,
    learn_from_store: bool | None = None,
    **others: Any,
) -> TuningResult:
    """Tune a training command, a Python script or a built-in algorithm, and return the best that was found.

    Args:
        program: "train.py", "python train.py --lr 0.01" (or the same as a list), or "xgboost".
        data: paths by channel; a single one is the channel `train`.
        target: label column of a built-in algorithm.
        hyperparameters: today's values, over those of the command.
        ranges: ContinuousParameter, IntegerParameter or CategoricalParameter by name; walls.
        keep: never tuned.
        metric, direction, metric_regex: the objective ("Minimize" or "Maximize"); inferred when left out.
        max_jobs, max_parallel, max_runtime_seconds, job_max_runtime_seconds: limits; chosen when left out.
        budget: "2h", "20jobs" or "5usd": the whole plan is chosen to fit.
        price_per_hour: of one training job; needed for a budget in money.
        learn_from_store: whether earlier tuning jobs of this program are learnt from; None: yes, unless seed is set.

    Raises:
        TypeError: an unknown argument; names the nearest.
        UsageError: the request cannot be carried out; nothing has run.
        TuningFailed: no training job gave the objective.
    """
    refuse_unknown(others, argument_names(tune))
    with TUNE_WORDS.in_errors():
        channels = channels_from(data, default_name="train")
        settings = UserSettings(
            objective_name=metric,
            objective_direction=word("direction", direction, OBJECTIVE_TYPES),
            objective_regex=metric_regex,
            ranges=tuple((key, range_of(key, given)) for key, given in (ranges or {}).items()),
            keep=frozenset(keep),
            target_column=target,
            strategy=word("strategy", strategy, STRATEGIES),
            max_jobs=max_jobs,
            max_parallel=max_parallel,
            max_runtime_seconds=max_runtime_seconds,
            job_max_runtime_seconds=job_max_runtime_seconds,
            early_stopping=word("early_stopping", early_stopping, EARLY_STOPPING_TYPES),
            seed=seed,
            budget=None if budget is None else parse_budget(budget),
            price_per_hour=price_per_hour,
            learn_from_store=learn_from_store,
        )
        return _run(_request(program, hyperparameters, settings, channels, name))


def _request(
    program: str | os.PathLike[str] | Sequence[str],
    hyperparameters: Mapping[str, Any] | None,
    settings: UserSettings,
    channels: tuple[Channel, ...],
    name: str | None,
) -> TuningJobRequest:
    tokens = _tokens(program)
    values = tuple(hyperparameter_values(hyperparameters).items())
    named: ProgramRequest
    if _is_algorithm(tokens):
        named = AlgorithmRequest(name=tokens[0], hyperparameters=values)
    else:
        named = CommandRequest(argv=_command(tokens), folder=str(Path.cwd()))
        settings = replace(settings, values=values)
    return TuningJobRequest(
        name=new_name(title_of(tokens)) if name is None else checked_name(name, "name="),
        program=named,
        settings=settings,
        channels=channels,
        origin=Origin.SDK,
    )


def _tokens(program: str | os.PathLike[str] | Sequence[str]) -> tuple[str, ...]:
    """The words of the command; a string that is a file is one word, blanks and all."""
    if isinstance(program, os.PathLike):
        return (os.fspath(program),)
    if isinstance(program, str):
        tokens = (program,) if Path(program).is_file() else tuple(shlex.split(program))
    else:
        tokens = tuple(str(token) for token in program)
    if not tokens:
        raise UsageError("There is no command to tune.", hint="Such as: tune('python train.py --lr 0.01').")
    return tokens


def _is_algorithm(tokens: tuple[str, ...]) -> bool:
    return len(tokens) == 1 and tokens[0] in ALGORITHMS and not Path(tokens[0]).exists()


def _command(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The argument vector: a Python script runs with this interpreter."""
    if not tokens[0].endswith(".py"):
        return tokens
    if not Path(tokens[0]).is_file():
        raise UnreadableInput(f"There is no script {tokens[0]}.", hint=nearest_file_hint(Path(tokens[0])))
    return (sys.executable, *tokens)


def _run(request: TuningJobRequest) -> TuningResult:
    service = tuning_service()
    session = TuningJobSession(service.create(request).job.name, service, TUNE_WORDS)
    session.run()
    best, summary = session.best(), session.summary()
    return TuningResult(
        tuning_job=session.name,
        status=summary.status.value,
        best=dict(best.values),
        objective=best.objective,
        gain=summary.gain,
        command=best.command,
        model=model_of(best),
        work=best.work,
        plan=plan_document(session.record().job.plan),
    )
