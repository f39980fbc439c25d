"""When a training job, and when the whole search, has done enough: the rules by name."""

from __future__ import annotations

from selftune.model.objective import Objective
from selftune.model.plan import CompletionCriteria, EarlyStopping, Resource
from selftune.stopping.completion import Converged, NotImproving, TargetReached
from selftune.stopping.hyperband import HyperbandRule
from selftune.stopping.median import MedianRule, NeverStop
from selftune.stopping.rules import CompletionCriterion, EarlyStoppingRule


def early_stopping_rule(kind: EarlyStopping, resource: Resource | None = None) -> EarlyStoppingRule:
    """The rule that judges a running training job after each value that it reports.

    Args:
        resource: What Hyperband spends, which then decides; None under another strategy.
    """
    if resource is not None:
        return HyperbandRule(low=resource.low, high=resource.high)
    return MedianRule() if kind is EarlyStopping.AUTO else NeverStop()


def completion_criteria(criteria: CompletionCriteria, objective: Objective) -> tuple[CompletionCriterion, ...]:
    """The criteria that are on; limits of jobs and time are the lifecycle's and not among them."""
    chosen: list[CompletionCriterion] = []
    if criteria.target_objective is not None:
        chosen.append(TargetReached(target=criteria.target_objective, direction=objective.direction))
    if criteria.max_jobs_not_improving is not None:
        chosen.append(NotImproving(max_jobs=criteria.max_jobs_not_improving))
    if criteria.complete_on_convergence:
        chosen.append(Converged())
    return tuple(chosen)
