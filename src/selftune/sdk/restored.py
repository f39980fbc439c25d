"""An estimator and a tuner's arguments from a stored request, for a tuner that attaches to a tuning job."""

from __future__ import annotations

from types import MappingProxyType
from typing import TypeVar

from selftune.autotune.budget import budget_text
from selftune.model.request import AlgorithmRequest, ScriptRequest, TuningJobRequest
from selftune.sdk.arguments import EARLY_STOPPING_TYPES, OBJECTIVE_TYPES, STRATEGIES, TunerArguments
from selftune.sdk.completion import config_of
from selftune.sdk.estimator_base import EstimatorBase
from selftune.sdk.estimators import Estimator, PyTorch, SKLearn, TensorFlow, XGBoost
from selftune.sdk.parameters import parameter_of

W = TypeVar("W")
_BY_FRAMEWORK = MappingProxyType(
    {kind.framework: kind for kind in (PyTorch, SKLearn, TensorFlow, XGBoost) if kind.framework is not None}
)


def estimator_of(request: TuningJobRequest) -> EstimatorBase | None:
    """The estimator that the request was made from; None where it was a command."""
    program, settings = request.program, request.settings
    if isinstance(program, AlgorithmRequest):
        return Estimator(
            image_uri=program.name,
            hyperparameters=dict(program.hyperparameters),
            environment=dict(request.environment),
            max_run=settings.job_max_runtime_seconds,
            max_retry_attempts=settings.retry,
            target_column=settings.target_column,
        )
    if not isinstance(program, ScriptRequest):
        return None
    kind = _BY_FRAMEWORK.get(program.framework or "", Estimator)
    return kind(
        entry_point=program.entry_point,
        source_dir=program.folder,
        hyperparameters=dict(program.hyperparameters),
        environment=dict(request.environment),
        max_run=settings.job_max_runtime_seconds,
        max_retry_attempts=settings.retry,
    )


def tuner_arguments_of(request: TuningJobRequest) -> TunerArguments:
    """What the user had passed to the tuner, in SageMaker's words."""
    settings = request.settings
    definitions = [{"Name": settings.objective_name or "", "Regex": settings.objective_regex or ""}]
    return TunerArguments(
        objective_metric_name=settings.objective_name,
        hyperparameter_ranges={name: parameter_of(range_) for name, range_ in settings.ranges},
        metric_definitions=definitions if settings.objective_regex else (),
        strategy=word_for(settings.strategy, STRATEGIES),
        objective_type=word_for(settings.objective_direction, OBJECTIVE_TYPES),
        max_jobs=settings.max_jobs,
        max_parallel_jobs=settings.max_parallel,
        max_runtime_in_seconds=settings.max_runtime_seconds,
        completion_criteria_config=None if settings.completion is None else config_of(settings.completion),
        early_stopping_type=word_for(settings.early_stopping, EARLY_STOPPING_TYPES),
        random_seed=settings.seed,
        autotune=request.autotune,
        hyperparameters_to_keep_static=sorted(settings.keep),
        budget=None if settings.budget is None else budget_text(settings.budget),
        price_per_hour=settings.price_per_hour,
        learn_from_store=settings.learn_from_store,
    )


def word_for(meant: W | None, words: MappingProxyType[str, W]) -> str | None:
    """SageMaker's word for a setting; None where it is not set."""
    return next((word for word, value in words.items() if value == meant), None)
