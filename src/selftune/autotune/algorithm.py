"""Built-in algorithms: what they take, their usual metric, and what their data says about the task."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from selftune.autotune.knowledge import entries_for
from selftune.autotune.names import normal_name
from selftune.autotune.objective import UsualMetric
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.model.command import CommandTemplate, Literal
from selftune.model.errors import UnknownName, UsageError
from selftune.model.objective import Direction
from selftune.model.request import AlgorithmRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue, value_from_text
from selftune.training.algorithms import AlgorithmInfo, algorithm_named
from selftune.training.metrics import direction_of

TARGET_NAME = "_target_column"
"""The hyperparameter by which a built-in program learns which column is the label."""

_METRIC_OF_OBJECTIVE = {
    "reg:squarederror": "rmse",
    "reg:linear": "rmse",
    "reg:squaredlogerror": "rmsle",
    "reg:logistic": "rmse",
    "reg:pseudohubererror": "mphe",
    "reg:absoluteerror": "mae",
    "reg:quantileerror": "quantile",
    "reg:gamma": "gamma-nloglik",
    "reg:tweedie": "tweedie-nloglik@1.5",
    "count:poisson": "poisson-nloglik",
    "binary:logistic": "logloss",
    "binary:logitraw": "logloss",
    "binary:hinge": "error",
    "multi:softmax": "mlogloss",
    "multi:softprob": "mlogloss",
    "survival:cox": "cox-nloglik",
    "survival:aft": "aft-nloglik",
    "rank:pairwise": "ndcg",
    "rank:ndcg": "ndcg",
    "rank:map": "map",
}
"""XGBoost's default evaluation metric of each learning objective."""
_DEFAULT_OBJECTIVE = "reg:squarederror"
_INFERRED = "the label column"


def read_algorithm(request: TuningJobRequest, program: AlgorithmRequest) -> ProgramReading:
    """What a built-in algorithm takes: what the user listed, what the data says, and what else it accepts.

    Raises:
        UnknownName: there is no such algorithm.
        UsageError: there is no data to train on.
        UnreadableInput: the data cannot be read.
    """
    info = algorithm_named(program.name)
    _require_data(request, info)
    given = {name: _read(value) for name, value in (*program.hyperparameters, *request.settings.values)}
    named = (*dict(request.settings.ranges), *request.settings.tune, *request.settings.keep)
    _check_names(info, (*given, *named))
    inferred = {} if "objective" in given else _from_data(request, info)
    listed = [_listed(name, value) for name, value in given.items()]
    derived = [_derived(name, value, reason) for name, (value, reason) in inferred.items() if name not in given]
    template = CommandTemplate(parts=tuple(Literal(text=word) for word in info.command(sys.executable)))
    return ProgramReading(
        title=info.name,
        template=template,
        hyperparameters=(*listed, *derived, *_accepted(info, given, named)),
        frameworks=frozenset({info.name}),
    )


def usual_metric(reading: ProgramReading) -> UsualMetric:
    """The metric that a built-in algorithm prints for its learning objective, known before anything runs."""
    values = {found.name: found.value for found in reading.hyperparameters}
    objective = str(values.get("objective") or _DEFAULT_OBJECTIVE)
    asked = values.get("eval_metric")
    metric = str(asked).split(",")[-1].strip(" []'\"") if asked else _METRIC_OF_OBJECTIVE.get(objective, "rmse")
    direction = direction_of(metric) or Direction.MINIMIZE
    way = "smaller" if direction is Direction.MINIMIZE else "larger"
    because = f"eval_metric is {metric}" if asked else f"{objective} is judged by {metric}"
    return UsualMetric(
        name=f"validation:{metric}",
        direction=direction,
        reason=f"With {reading.title}, {because} on the validation data, where {way} is better.",
        source=f"algorithm: {reading.title}",
    )


def _check_names(info: AlgorithmInfo, names: Iterable[str]) -> None:
    known = {normal_name(name) for name in info.hyperparameters} | {
        normal_name(name) for entry in entries_for(info.name) for name in entry.names
    }
    for name in names:
        if normal_name(name) not in known:
            raise UnknownName("hyperparameter", name, sorted(info.hyperparameters), where=info.name)


def _require_data(request: TuningJobRequest, info: AlgorithmInfo) -> None:
    needed = info.channels[0]
    if any(channel.name == needed for channel in request.channels):
        return
    given = ", ".join(channel.name for channel in request.channels)
    raise UsageError(
        f"The built-in algorithm {info.name} needs data to train on, but "
        + (f"only these channels were given: {given}." if given else "no data was given."),
        hint=f"Give it, for example: --data {needed}={needed}.csv",
    )


def _read(value: HyperparameterValue) -> HyperparameterValue:
    """A listed value by its text: SDKs send "50" for 50."""
    return value_from_text(value) if isinstance(value, str) else value


def _from_data(request: TuningJobRequest, info: AlgorithmInfo) -> Mapping[str, tuple[HyperparameterValue, str]]:
    """The learning objective that the label calls for, read from a sample of the training data."""
    from selftune.training.algorithms.target import infer_objective, label_sample

    path = next(channel.path for channel in request.channels if channel.name == info.channels[0])
    found = infer_objective(label_sample(Path(path), request.settings.target_column))
    return {"objective": (found.objective, found.reason)}


def _listed(name: str, value: HyperparameterValue) -> FoundHyperparameter:
    return FoundHyperparameter(name=name, value=value, source="hyperparameters", is_listed=True)


def _derived(name: str, value: HyperparameterValue, reason: str) -> FoundHyperparameter:
    return FoundHyperparameter(name=name, value=value, source=f"{_INFERRED}: {reason}", is_listed=True)


def _accepted(
    info: AlgorithmInfo, given: Mapping[str, HyperparameterValue], named: Iterable[str]
) -> tuple[FoundHyperparameter, ...]:
    """What the algorithm accepts and the user did not list, at the algorithm's own defaults.

    Args:
        given: The values that the user listed.
        named: What the user names elsewhere, as in ranges: by the second name where they use that (`eta`).
    """
    taken = {normal_name(name) for name in given}
    wanted = {normal_name(name) for name in named} & {normal_name(name) for name in info.hyperparameters}
    return tuple(
        FoundHyperparameter(
            name=next((name for name in (entry.name, *entry.aliases) if normal_name(name) in wanted), entry.name),
            value=entry.default,
            source=f"default of {info.name}",
            is_listed=False,
        )
        for entry in entries_for(info.name)
        if taken.isdisjoint(entry.names)
    )
