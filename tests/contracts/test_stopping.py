"""Each early stopping rule and completion criterion passes its contract."""

from __future__ import annotations

from selftune.model.history import History
from selftune.model.objective import Direction, Objective
from selftune.model.plan import CompletionCriteria, EarlyStopping, Resource
from selftune.stopping import completion_criteria, early_stopping_rule
from selftune.stopping.rules import CompletionCriterion, EarlyStoppingRule
from selftune.testing.stopping_contract import CompletionContract, EarlyStoppingContract, history_of

OBJECTIVE = Objective(name="loss", direction=Direction.MINIMIZE)


class TestMedianRule(EarlyStoppingContract):
    def make_rule(self) -> EarlyStoppingRule:
        return early_stopping_rule(EarlyStopping.AUTO)


class TestNeverStop(EarlyStoppingContract):
    def make_rule(self) -> EarlyStoppingRule:
        return early_stopping_rule(EarlyStopping.OFF)


class TestHyperbandRule(EarlyStoppingContract):
    def make_rule(self) -> EarlyStoppingRule:
        return early_stopping_rule(EarlyStopping.OFF, Resource(low=1, high=None))


class TestHyperbandRuleWithBrackets(EarlyStoppingContract):
    def make_rule(self) -> EarlyStoppingRule:
        return early_stopping_rule(EarlyStopping.OFF, Resource(low=1, high=27))


class TestTargetReached(CompletionContract):
    def make_criterion(self) -> CompletionCriterion:
        return completion_criteria(CompletionCriteria(target_objective=0.1), OBJECTIVE)[0]

    def meeting_history(self) -> History:
        return history_of([0.3], [0.1])


class TestNotImproving(CompletionContract):
    def make_criterion(self) -> CompletionCriterion:
        return completion_criteria(CompletionCriteria(max_jobs_not_improving=3), OBJECTIVE)[0]

    def meeting_history(self) -> History:
        return history_of([0.3], [0.4], [0.5], [0.6])


class TestConverged(CompletionContract):
    def make_criterion(self) -> CompletionCriterion:
        return completion_criteria(CompletionCriteria(complete_on_convergence=True), OBJECTIVE)[0]

    def meeting_history(self) -> History:
        return history_of(*[[0.1 + number] for number in range(40)])
