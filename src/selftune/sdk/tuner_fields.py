"""What a tuner says of itself: the user's settings before `fit`, and after it everything that is planned."""

from __future__ import annotations

from typing import Any

from selftune.autotune.limit_checks import check_settings
from selftune.engine.compose import tuning_service
from selftune.model.errors import UsageError
from selftune.model.plan import Plan, Role
from selftune.model.values import HyperparameterValue
from selftune.sdk.arguments import (
    EARLY_STOPPING_TYPES,
    OBJECTIVE_TYPES,
    STRATEGIES,
    TunerArguments,
    request_from,
    settings_from,
)
from selftune.sdk.completion import TuningJobCompletionCriteriaConfig, config_of
from selftune.sdk.estimator_base import EstimatorBase
from selftune.sdk.mapping import CallableMapping
from selftune.sdk.names import new_name
from selftune.sdk.parameters import Parameter, parameter_of
from selftune.sdk.restored import word_for
from selftune.sdk.session import TuningJobSession
from selftune.sdk.words import TUNER_WORDS
from selftune.views.plan_document import plan_document


class TunerFields:
    """Read-only fields under SageMaker's names."""

    def __init__(self, estimator: EstimatorBase | None, arguments: TunerArguments) -> None:
        self._estimator = estimator
        self._arguments = arguments
        self._session: TuningJobSession | None = None
        self._planned: Plan | None = None
        if estimator is not None:
            with TUNER_WORDS.in_errors():
                check_settings(settings_from(arguments, estimator))

    @property
    def estimator(self) -> EstimatorBase:
        """What the training jobs run.

        Raises:
            UsageError: the tuner is attached to a tuning job that was made from a command.
        """
        if self._estimator is None:
            raise UsageError(
                f"The tuning job '{self._require_session().name}' runs a command, so it has no estimator.",
                hint="See summary().best.command.",
            )
        return self._estimator

    @property
    def latest_tuning_job(self) -> TuningJobSession:
        """The tuning job that `fit` made: `.name`, `.describe()`, `.stop()`, `.wait()`."""
        return self._require_session()

    @property
    def plan(self) -> dict[str, Any]:
        """What is tuned, how and why, as a JSON document; before `fit` what it would be.

        Raises:
            UsageError: before `fit`, for a built-in algorithm: its plan follows from the data, which `fit` brings.
        """
        if self._plan is not None:
            return plan_document(self._plan)
        estimator = self.estimator
        if estimator.algorithm is not None:
            raise UsageError(
                f"The plan of the built-in algorithm {estimator.algorithm} needs data, and there is none before fit().",
                hint="Call fit({'train': 'train.csv'}, wait=False) first; the plan is complete as soon as it returns.",
            )
        with TUNER_WORDS.in_errors():
            request = request_from(new_name(estimator.base_name), self._arguments, estimator, ())
            return plan_document(tuning_service().plan(request))

    @property
    def objective_metric_name(self) -> str | None:
        if self._session is not None:
            return self._session.record().state.objective.name
        return self._arguments.objective_metric_name

    @property
    def objective_type(self) -> str | None:
        if self._session is not None:
            return word_for(self._session.record().state.objective.direction, OBJECTIVE_TYPES)
        return self._arguments.objective_type

    @property
    def hyperparameter_ranges(self) -> CallableMapping[Parameter]:
        """Ranges by hyperparameter; may be called too, as SageMaker's SDK has it."""
        if self._plan is None:
            return CallableMapping(self._arguments.hyperparameter_ranges)
        return CallableMapping({name: parameter_of(range_) for name, range_ in self._plan.space.items()})

    @property
    def static_hyperparameters(self) -> dict[str, HyperparameterValue | None]:
        """Values that each training job gets unchanged."""
        if self._plan is not None:
            return {h.name: h.value for h in self._plan.hyperparameters if h.role is not Role.TUNED}
        listed = {} if self._estimator is None else self._estimator.hyperparameters()
        return {name: value for name, value in listed.items() if name not in self._arguments.hyperparameter_ranges}

    @property
    def strategy(self) -> str | None:
        return word_for(self._plan.strategy.value, STRATEGIES) if self._plan else self._arguments.strategy

    @property
    def max_jobs(self) -> int | None:
        return self._plan.max_jobs.value if self._plan else self._arguments.max_jobs

    @property
    def max_parallel_jobs(self) -> int | None:
        return self._plan.max_parallel.value if self._plan else self._arguments.max_parallel_jobs

    @property
    def max_runtime_in_seconds(self) -> float | None:
        return self._plan.max_runtime_seconds.value if self._plan else self._arguments.max_runtime_in_seconds

    @property
    def early_stopping_type(self) -> str | None:
        if self._plan is None:
            return self._arguments.early_stopping_type
        return word_for(self._plan.early_stopping.value, EARLY_STOPPING_TYPES)

    @property
    def completion_criteria_config(self) -> TuningJobCompletionCriteriaConfig | None:
        if self._plan is None:
            given: TuningJobCompletionCriteriaConfig | None = self._arguments.completion_criteria_config
            return given
        return config_of(self._plan.completion.value)

    @property
    def metric_definitions(self) -> list[dict[str, str]]:
        return [dict(definition) for definition in self._arguments.metric_definitions]

    @property
    def random_seed(self) -> int | None:
        return self._plan.seed if self._plan else self._arguments.random_seed

    @property
    def autotune(self) -> bool:
        return self._arguments.autotune

    @property
    def _plan(self) -> Plan | None:
        """The plan of the tuning job, read once: it never changes."""
        if self._planned is None and self._session is not None:
            self._planned = self._session.record().job.plan
        return self._planned

    def _require_session(self) -> TuningJobSession:
        if self._session is None:
            raise UsageError(
                "This tuner has no tuning job yet.", hint="Call fit(...) first, or HyperparameterTuner.attach(name)."
            )
        return self._session
