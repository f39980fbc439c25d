"""When the whole search has done enough, in SageMaker's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selftune.model.errors import UsageError
from selftune.model.plan import CompletionCriteria


@dataclass(frozen=True, slots=True)
class TuningJobCompletionCriteriaConfig:
    """Criteria beside the limits on training jobs and time; None where one is off.

    Args:
        max_number_of_training_jobs_not_improving: end after so many training jobs without a better one.
        complete_on_convergence: end when more training jobs are not expected to find anything better.
        target_objective_metric_value: end when the objective is as good as this.
    """

    max_number_of_training_jobs_not_improving: int | None = None
    complete_on_convergence: bool | None = None
    target_objective_metric_value: float | None = None

    def as_criteria(self) -> CompletionCriteria:
        """The criteria as the rest of selftune speaks them."""
        return CompletionCriteria(
            target_objective=self.target_objective_metric_value,
            max_jobs_not_improving=self.max_number_of_training_jobs_not_improving,
            complete_on_convergence=bool(self.complete_on_convergence),
        )


def criteria_of(config: Any) -> CompletionCriteria | None:
    """What a user gave as `completion_criteria_config`.

    Raises:
        UsageError: it is something else.
    """
    if config is None:
        return None
    if not isinstance(config, TuningJobCompletionCriteriaConfig):
        raise UsageError(
            f"completion_criteria_config is a {type(config).__name__}.",
            hint="Use TuningJobCompletionCriteriaConfig(target_objective_metric_value=0.1).",
        )
    return config.as_criteria()


def config_of(criteria: CompletionCriteria) -> TuningJobCompletionCriteriaConfig:
    """The planned criteria as a user reads them."""
    return TuningJobCompletionCriteriaConfig(
        max_number_of_training_jobs_not_improving=criteria.max_jobs_not_improving,
        complete_on_convergence=criteria.complete_on_convergence,
        target_objective_metric_value=criteria.target_objective,
    )
