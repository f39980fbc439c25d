"""Suggestions made ahead are given out only where they still hold, and made only where they save time."""

from __future__ import annotations

import pytest

from selftune.engine.ahead import AheadSuggester, may_suggest_ahead
from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange
from selftune.search.worker import DirectSuggester, SuggestionBatch
from selftune.testing.factories import a_plan, a_state, a_training_job, a_tuning_job

SPACE = (("x", ContinuousRange(low=0.0, high=1.0)),)
RANDOM = Strategy.RANDOM


class SlowClock:
    """Each look at it takes a second, so that each answer takes one at least."""

    def __init__(self):
        self.seconds = 0.0

    def now(self):
        self.seconds += 1.0
        return self.seconds

    def wait(self, seconds, *readable):  # noqa: ARG002
        self.seconds += seconds


class CountedSuggester(DirectSuggester):
    """Answers at once, and remembers the questions."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def submit(self, strategy, history, count):
        self.asked.append(history)
        super().submit(strategy, history, count)


def ended(number):
    return Observation(number=number, values=(("x", number / 10),), outcome=Outcome.COMPLETED, loss=1.0)


def running(*numbers):
    return tuple(Running(number=number, values=(("x", number / 10),)) for number in numbers)


BUSY = History(space=SPACE, running=running(1, 2), max_parallel=2, max_jobs=9)
ONE_ENDED = History(space=SPACE, ended=(ended(1),), running=running(2), max_parallel=2, max_jobs=9)


@pytest.fixture
def behind():
    suggester = CountedSuggester()
    yield suggester
    suggester.close()


@pytest.fixture
def ahead(behind):
    """One that has answered once, so that it knows how long that takes."""
    suggester = AheadSuggester(behind, SlowClock())
    suggester.submit(RANDOM, History(space=SPACE, max_parallel=2, max_jobs=9), 2)
    assert isinstance(suggester.poll(), SuggestionBatch)
    behind.asked.clear()
    return suggester


def test_what_was_made_ahead_is_there_at_once_and_given_out_once(ahead, behind):
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=0.1)
    assert ahead.poll() is None
    ahead.submit(RANDOM, ONE_ENDED, 1)
    answer = ahead.poll()
    assert isinstance(answer, SuggestionBatch)
    assert answer.suggestions[0].seen == 0
    assert behind.asked == [BUSY]
    assert ahead.poll() is None


def test_a_question_during_the_preparation_is_answered_by_it(ahead, behind):
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=0.1)
    ahead.submit(RANDOM, ONE_ENDED, 2)
    answer = ahead.poll()
    assert isinstance(answer, SuggestionBatch)
    assert len(answer.suggestions) == 1
    assert behind.asked == [BUSY]


def test_nothing_is_made_ahead_where_an_answer_is_quick_enough(ahead, behind):
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=1e6)
    assert behind.asked == []
    ahead.submit(RANDOM, ONE_ENDED, 1)
    answer = ahead.poll()
    assert isinstance(answer, SuggestionBatch)
    assert answer.suggestions[0].seen == 1


@pytest.mark.parametrize(
    "changed",
    [
        History(space=SPACE, ended=(ended(1),), running=running(2, 3), max_parallel=2, max_jobs=9),
        History(
            space=(("x", ContinuousRange(low=0.0, high=2.0)),),
            ended=(ended(1),),
            running=running(2),
            max_parallel=2,
            max_jobs=9,
        ),
    ],
    ids=["another job was started", "a range moved"],
)
@pytest.mark.parametrize("is_ready", [True, False])
def test_what_was_made_ahead_is_dropped_where_it_no_longer_holds(ahead, behind, changed, is_ready):
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=0.1)
    if is_ready:
        assert ahead.poll() is None
    ahead.submit(RANDOM, changed, 1)
    answers = [ahead.poll(), ahead.poll()]
    (answer,) = [answer for answer in answers if answer is not None]
    assert isinstance(answer, SuggestionBatch)
    assert answer.suggestions[0].seen == 1
    assert behind.asked == [BUSY, changed]


def test_preparing_the_same_twice_asks_once(ahead, behind):
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=0.1)
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=0.1)
    ahead.poll()
    ahead.prepare(RANDOM, BUSY, 1, idle_seconds=0.1)
    assert behind.asked == [BUSY]


def may(max_parallel, max_jobs, begun):
    jobs = [a_training_job(number) for number in range(1, begun + 1)]
    return may_suggest_ahead(a_tuning_job(plan=a_plan(max_parallel=max_parallel, max_jobs=max_jobs)), a_state(jobs))


def test_nothing_is_made_ahead_of_the_only_training_job_that_runs_nor_of_the_last():
    assert may(max_parallel=2, max_jobs=9, begun=2)
    assert not may(max_parallel=1, max_jobs=9, begun=1)
    assert not may(max_parallel=2, max_jobs=2, begun=2)
