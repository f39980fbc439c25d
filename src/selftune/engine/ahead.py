"""Suggestions made before a slot is free, so that a slot does not stand idle while a model is computed.

A suggestion made ahead counts all that runs as pending, so it has seen one result less than one that is asked for when
a training job has ended. That is worth it only where asking then would keep a slot idle for longer than it matters:
whoever says `prepare` says how long that is. One made ahead is given out as long as nothing else was started and no
range moved since; otherwise it is dropped. It is never stored: after a crash it is made again, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from selftune.engine.clock import Clock
from selftune.engine.suggester import Suggester
from selftune.model.history import History
from selftune.model.jobs import TuningJob, TuningState
from selftune.model.plan import Strategy
from selftune.search.worker import SuggestionBatch, SuggestionError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    strategy: Strategy
    history: History
    count: int

    def is_answered_by(self, other: _Question) -> bool:
        """Whether suggestions made for `other` may be started now: all that has begun since then is the same."""
        mine, its = self.history, other.history
        return self.strategy is other.strategy and _begun(mine) == _begun(its) and _frame(mine) == _frame(its)


class AheadSuggester:
    """A suggester in front of another one, with one more question: what to prepare."""

    def __init__(self, suggester: Suggester, clock: Clock) -> None:
        self._suggester, self._clock = suggester, clock
        self._asked_at = 0.0
        self._latency_seconds = 0.0
        """Of the latest answer."""
        self._preparing: _Question | None = None
        self._ready: tuple[_Question, SuggestionBatch] | None = None
        self._waiting: _Question | None = None
        """Asked while something was being prepared."""

    def prepare(self, strategy: Strategy, history: History, count: int, idle_seconds: float) -> None:
        """Make at most `count` suggestions ahead, where an answer takes longer than a slot may stand idle.

        To be called only while no question is outstanding; repeating it for the same history changes nothing.
        """
        question = _Question(strategy=strategy, history=history, count=count)
        if self._latency_seconds <= idle_seconds or self._preparing is not None:
            return
        if self._ready is not None and question.is_answered_by(self._ready[0]):
            return
        self._ready, self._preparing = None, question
        self._ask(question)

    def submit(self, strategy: Strategy, history: History, count: int) -> None:
        """Ask for at most `count` suggestions; fewer come where only fewer were made ahead."""
        question = _Question(strategy=strategy, history=history, count=count)
        self._waiting = question
        if self._ready is not None and not question.is_answered_by(self._ready[0]):
            self._ready = None
        if self._ready is None and self._preparing is None:
            self._waiting = None
            self._ask(question)

    def poll(self) -> SuggestionBatch | SuggestionError | None:
        """The answer, once; None while there is none."""
        if self._preparing is not None:
            self._take_prepared(self._preparing)
        if self._waiting is not None:
            return self._from_ready(self._waiting)
        return None if self._preparing is not None else self._answer()

    def fileno(self) -> int | None:
        """Readable when `poll` has something to do; None where nothing is asked."""
        return self._suggester.fileno()

    def close(self) -> None:
        """End the suggester behind it."""
        self._suggester.close()

    def _ask(self, question: _Question) -> None:
        self._asked_at = self._clock.now()
        self._suggester.submit(question.strategy, question.history, question.count)

    def _answer(self) -> SuggestionBatch | SuggestionError | None:
        answer = self._suggester.poll()
        if answer is not None:
            self._latency_seconds = self._clock.now() - self._asked_at
        return answer

    def _take_prepared(self, question: _Question) -> None:
        answer = self._answer()
        if answer is None:
            return
        self._preparing = None
        # What broke down ahead is asked again when it is needed, and said then.
        self._ready = (question, answer) if isinstance(answer, SuggestionBatch) else None

    def _from_ready(self, question: _Question) -> SuggestionBatch | None:
        if self._preparing is not None:
            return None
        self._waiting = None
        ready, self._ready = self._ready, None
        if ready is None or not question.is_answered_by(ready[0]):
            self._ask(question)
            return None
        return replace(ready[1], suggestions=ready[1].suggestions[: question.count])


def _begun(history: History) -> set[int]:
    return {job.number for job in history.ended} | {job.number for job in history.running}


def _frame(history: History) -> History:
    """A history without its training jobs and the time."""
    return replace(history, ended=(), running=(), time=None)


def may_suggest_ahead(job: TuningJob, state: TuningState) -> bool:
    """True where several training jobs run at once, none is asked for, and more are to come.

    With one at a time each suggestion has seen all results; so nothing is made ahead of the only one that runs.
    """
    is_idle = state.suggestions_requested == 0 and state.pending_end is None and state.ending is None
    is_parallel = job.plan.max_parallel.value > 1 and state.objective.is_confirmed and not job.alternatives
    is_more = len(state.training_jobs) < job.plan.max_jobs.value and not state.is_exhausted
    return is_idle and is_parallel and is_more
