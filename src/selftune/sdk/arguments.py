"""A tuner's arguments, in SageMaker's words, as the request that the rest of selftune speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from selftune.autotune.budget import parse_budget
from selftune.model.errors import UsageError
from selftune.model.objective import Direction
from selftune.model.plan import EarlyStopping, Strategy
from selftune.model.request import Channel, Origin, TuningJobRequest, UserSettings
from selftune.sdk.completion import criteria_of
from selftune.sdk.estimator_base import EstimatorBase
from selftune.sdk.keywords import word
from selftune.sdk.parameters import range_of
from selftune.training.metrics import same_metric

STRATEGIES = MappingProxyType(
    {
        "Bayesian": Strategy.BAYESIAN,
        "Random": Strategy.RANDOM,
        "Grid": Strategy.GRID,
        "Hyperband": Strategy.HYPERBAND,
    }
)
OBJECTIVE_TYPES = MappingProxyType({"Minimize": Direction.MINIMIZE, "Maximize": Direction.MAXIMIZE})
EARLY_STOPPING_TYPES = MappingProxyType({"Auto": EarlyStopping.AUTO, "Off": EarlyStopping.OFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class TunerArguments:
    """What was passed to a tuner. None or empty: not passed, so that it is Autotune's to choose where that is on."""

    objective_metric_name: str | None = None
    hyperparameter_ranges: Mapping[str, Any] = field(default_factory=dict)
    metric_definitions: Sequence[Mapping[str, str]] = ()
    strategy: str | None = None
    objective_type: str | None = None
    max_jobs: int | None = None
    max_parallel_jobs: int | None = None
    max_runtime_in_seconds: float | None = None
    tags: Any = None
    completion_criteria_config: Any = None
    early_stopping_type: str | None = None
    random_seed: int | None = None
    autotune: bool = False
    hyperparameters_to_keep_static: Sequence[str] = ()
    budget: str | None = None
    price_per_hour: float | None = None
    learn_from_store: bool | None = None


def settings_from(arguments: TunerArguments, estimator: EstimatorBase) -> UserSettings:
    """The user's settings; each word, range and number that makes no sense is refused here.

    Raises:
        UsageError: an argument that cannot be carried out; the message names it and what was expected.
    """
    name, regex = _objective(arguments, estimator)
    return UserSettings(
        objective_name=name,
        objective_direction=word("objective_type", arguments.objective_type, OBJECTIVE_TYPES),
        objective_regex=regex,
        ranges=tuple((name, range_of(name, given)) for name, given in arguments.hyperparameter_ranges.items()),
        keep=frozenset(arguments.hyperparameters_to_keep_static),
        target_column=estimator.target_column,
        strategy=word("strategy", arguments.strategy, STRATEGIES),
        max_jobs=arguments.max_jobs,
        max_parallel=arguments.max_parallel_jobs,
        max_runtime_seconds=arguments.max_runtime_in_seconds,
        job_max_runtime_seconds=estimator.max_run,
        early_stopping=word("early_stopping_type", arguments.early_stopping_type, EARLY_STOPPING_TYPES),
        completion=criteria_of(arguments.completion_criteria_config),
        retry=estimator.max_retry_attempts,
        seed=arguments.random_seed,
        budget=None if arguments.budget is None else parse_budget(arguments.budget),
        price_per_hour=arguments.price_per_hour,
        learn_from_store=arguments.learn_from_store,
    )


def request_from(
    name: str, arguments: TunerArguments, estimator: EstimatorBase, channels: tuple[Channel, ...]
) -> TuningJobRequest:
    """The whole request of a tuner's `fit`.

    Raises:
        UsageError: whatever `settings_from` and the estimator refuse.
    """
    return TuningJobRequest(
        name=name,
        program=estimator.program(),
        settings=settings_from(arguments, estimator),
        channels=channels,
        autotune=arguments.autotune,
        run_baseline=arguments.autotune,
        environment=tuple(estimator.environment.items()),
        origin=Origin.SDK,
        labels=(*estimator.unused.items(), *_labels(arguments.tags)),
    )


def default_channel(estimator: EstimatorBase) -> str:
    """The channel of data that is given without a name: SageMaker's `training`, `train` for a built-in algorithm."""
    return "training" if estimator.algorithm is None else "train"


def _objective(arguments: TunerArguments, estimator: EstimatorBase) -> tuple[str | None, str | None]:
    """Name and regex of the objective metric; a single metric definition names it where nothing else does."""
    definitions = [_definition(given) for given in (*arguments.metric_definitions, *estimator.metric_definitions)]
    name = arguments.objective_metric_name
    if name is None:
        return definitions[0] if len(definitions) == 1 else (None, None)
    return name, next((regex for defined, regex in definitions if same_metric(defined, name)), None)


def _definition(given: Any) -> tuple[str, str]:
    if not isinstance(given, Mapping) or not {"Name", "Regex"} <= given.keys():
        raise UsageError(
            f"{given!r} is no metric definition.",
            hint='Write {"Name": "validation:rmse", "Regex": "validation:rmse=([0-9.]+)"}.',
        )
    return str(given["Name"]), str(given["Regex"])


def _labels(tags: Any) -> tuple[tuple[str, str], ...]:
    """SageMaker's tags: a list of {"Key", "Value"}, or a plain dict."""
    if isinstance(tags, Mapping):
        return tuple((f"tag:{key}", str(value)) for key, value in tags.items())
    return tuple((f"tag:{tag['Key']}", str(tag["Value"])) for tag in tags or ())
