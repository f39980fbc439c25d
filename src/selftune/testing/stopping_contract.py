"""What every early stopping rule and completion criterion must do: subclass, and say how it is made."""

from __future__ import annotations

from collections.abc import Sequence

from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.ranges import ContinuousRange
from selftune.stopping.rules import Completion, CompletionCriterion, Continue, EarlyStoppingRule, Stop

SPACE = (("rate", ContinuousRange(low=0.0, high=1.0)),)


class EarlyStoppingContract:
    """Tests of one early stopping rule."""

    def make_rule(self) -> EarlyStoppingRule:
        """A new rule."""
        raise NotImplementedError("A contract's subclass says how its rule is made.")

    def test_the_baseline_is_never_stopped(self) -> None:
        good = history_of(*[falling(0.0)] * 10)
        assert self.make_rule().decide(good, running(1, [9.0] * 9)) == Continue()

    def test_without_other_training_jobs_nobody_is_stopped(self) -> None:
        assert self.make_rule().decide(history_of(), running(2, [9.0] * 9)) == Continue()

    def test_a_training_job_without_a_report_runs_on(self) -> None:
        assert self.make_rule().decide(history_of(*[falling(0.0)] * 10), running(11, [])) == Continue()

    def test_the_best_training_job_runs_on(self) -> None:
        rule, history = self.make_rule(), history_of(*[falling(1.0)] * 10)
        assert all(rule.decide(history, running(11, falling(0.0)[:step])) == Continue() for step in range(1, 11))

    def test_the_same_question_gets_the_same_answer(self) -> None:
        history, late = history_of(*[falling(0.1 * i) for i in range(10)]), running(11, [5.0] * 8)
        assert self.make_rule().decide(history, late) == self.make_rule().decide(history, late)

    def test_a_stop_says_why(self) -> None:
        verdict = self.make_rule().decide(history_of(*[falling(0.1 * i) for i in range(10)]), running(11, [50.0] * 9))
        assert verdict == Continue() or (isinstance(verdict, Stop) and verdict.reason.endswith("."))


class CompletionContract:
    """Tests of one completion criterion; the subclass gives a history that meets it."""

    def make_criterion(self) -> CompletionCriterion:
        """A new criterion."""
        raise NotImplementedError("A contract's subclass says how its criterion is made.")

    def meeting_history(self) -> History:
        """A history in which the criterion is met."""
        raise NotImplementedError("A contract's subclass gives a history that meets its criterion.")

    def test_a_search_without_ended_training_jobs_goes_on(self) -> None:
        assert self.make_criterion().met(history_of(), 0.0) is None

    def test_a_search_of_failed_training_jobs_goes_on(self) -> None:
        failed = [Observation(number=i, values=(), outcome=Outcome.FAILED, loss=None) for i in range(1, 60)]
        assert self.make_criterion().met(History(space=SPACE, ended=tuple(failed)), 0.0) is None

    def test_it_is_met_with_a_reason(self) -> None:
        completion = self.make_criterion().met(self.meeting_history(), 0.0)
        assert isinstance(completion, Completion)
        assert completion.reason.endswith(".")


def falling(final: float, steps: int = 10) -> list[float]:
    """A learning curve of losses that falls by one a step to `final`."""
    return [final + steps - step for step in range(1, steps + 1)]


def history_of(*curves: Sequence[float]) -> History:
    """A history of completed training jobs with these curves of losses."""
    ended = tuple(
        Observation(
            number=number, values=(("rate", 0.5),), outcome=Outcome.COMPLETED, loss=curve[-1], curve=tuple(curve)
        )
        for number, curve in enumerate(curves, start=1)
    )
    return History(space=SPACE, ended=ended, max_jobs=100)


def running(number: int, curve: Sequence[float]) -> Running:
    """A running training job that has reported these losses."""
    return Running(number=number, values=(("rate", 0.25),), curve=tuple(curve))
