"""The lifecycle under replayed, stale and foreign events, crashes and every kind of end.

A small world answers the effects: attempts run once, however often they are started; a crash forgets everything but the
state and takes up `outstanding`. Whatever happens: the bounds hold, terminal states never change, what the state waits
for is what is outstanding, and the tuning job comes to an end.
"""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from selftune.engine.bounds import deadline
from selftune.engine.definitions import next_definition
from selftune.engine.lifecycle import initial_state, outstanding, step
from selftune.model import events as e
from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.objective import Direction, MetricPoint, Objective
from selftune.model.plan import Chooser, CompletionCriteria, EarlyStopping
from selftune.model.request import JobKind
from selftune.testing.factories import (
    T0,
    a_plan,
    a_planned_objective,
    a_request,
    a_suggestion,
    a_tuning_job,
    decided,
)

VALUES = st.one_of(st.floats(-10, 10), st.sampled_from([math.nan, math.inf]))


class World(RuleBasedStateMachine):
    """Backend, strategy and user around one tuning job."""

    @initialize(
        max_jobs=st.integers(1, 6),
        max_parallel=st.integers(1, 4),
        retry=st.integers(0, 2),
        has_baseline=st.booleans(),
        is_provisional=st.booleans(),
        limit_by=st.sampled_from(Chooser),
    )
    def create(self, max_jobs, max_parallel, retry, has_baseline, is_provisional, limit_by):
        plan = a_plan(
            max_jobs=max_jobs,
            max_parallel=max_parallel,
            retry=retry,
            job_max_runtime_seconds=decided(86_400.0, by=limit_by),
            early_stopping=EarlyStopping.AUTO,
            completion=CompletionCriteria(target_objective=0.0),
        )
        objective = a_planned_objective("loss", Direction.MINIMIZE, is_provisional=is_provisional)
        plan = replace(plan, objective=objective, baseline=plan.baseline if has_baseline else None)
        self.begin(a_tuning_job(plan=plan))

    def begin(self, job):
        self.job = job
        self.state = initial_state(self.job)
        self.at = T0
        self.running: set[tuple[int, int]] = set()
        self.ever_ran: set[tuple[int, int]] = set()
        self.ended: set[tuple[int, int]] = set()
        self.told_to_stop: set[tuple[int, int]] = set()
        self.suggest: int | None = None
        self.confirm: int | None = None
        self.past: list[e.Event] = []
        self.final: object = None
        self.lowest = math.inf
        self.happen(e.TuningJobCreated(at=0))

    def happen(self, event):
        self.at += 1
        event = replace(event, at=self.at)
        self.past.append(event)
        before = self.state
        self.state, effects = step(self.job, before, event)
        if before.status.is_terminal:
            assert self.state is before
        for effect in effects:
            self.obey(effect)

    def obey(self, effect):
        match effect:
            case e.StartTrainingJob():
                attempt = (effect.number, effect.attempt)
                if attempt not in self.ever_ran:
                    self.running.add(attempt)
                    self.ever_ran.add(attempt)
            case e.StopTrainingJob():
                self.told_to_stop.add((effect.number, effect.attempt))
            case e.Suggest():
                self.suggest = effect.count
            case e.ConfirmObjective() if effect.has_ended:
                self.confirm = effect.number

    # --- the world goes on

    def some_attempt(self, data):
        return data.draw(st.sampled_from(sorted(self.running)))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), value=VALUES)
    def an_attempt_reports(self, data, value):
        number, attempt = self.some_attempt(data)
        self.happen(e.TrainingJobStarted(at=0, number=number, attempt=attempt))
        point = MetricPoint(name="loss", value=value, step=0)
        offset = self.state.training_job(number).log_offset + 1
        self.happen(
            e.MetricsReported(
                at=0, number=number, attempt=attempt, points=(point,), objective_values=(value,), log_offset=offset
            )
        )

    @precondition(lambda self: self.running)
    @rule(data=st.data(), how=st.sampled_from(list(e.EndedHow)), exit_code=st.sampled_from([0, 0, 1]))
    def an_attempt_ends(self, data, how, exit_code):
        number, attempt = self.some_attempt(data)
        self.running.discard((number, attempt))
        self.ended.add((number, attempt))
        self.happen(e.TrainingJobEnded(at=0, number=number, attempt=attempt, how=how, exit_code=exit_code))

    @precondition(lambda self: self.suggest)
    @rule(is_exhausted=st.booleans())
    def suggestions_arrive(self, is_exhausted):
        count, self.suggest = (0 if is_exhausted else self.suggest), None
        made = tuple(a_suggestion({"lr": 0.1, "batch-size": 8}) for _ in range(count))
        self.happen(e.SuggestionsMade(at=0, suggestions=made, is_exhausted=is_exhausted))

    @precondition(lambda self: self.confirm)
    @rule(is_found=st.booleans(), value=VALUES)
    def the_objective_is_looked_for(self, is_found, value):
        number, self.confirm = self.confirm, None
        if is_found:
            objective = Objective(name="loss", direction=Direction.MINIMIZE)
            self.happen(
                e.ObjectiveConfirmed(at=0, number=number, objective=objective, reason="", objective_values=(value,))
            )
        else:
            self.happen(e.ObjectiveNotFound(at=0, number=number, reason="nothing printed"))

    # --- and goes wrong

    @rule(data=st.data())
    def an_event_repeats(self, data):
        """At least once is what a queue promises: a suggestion answered twice is another matter (it is asked for)."""
        repeatable = [p for p in self.past if not isinstance(p, e.SuggestionsMade | e.TrainingJobStopRequested)]
        self.happen(data.draw(st.sampled_from(repeatable)))

    @rule(number=st.integers(-1, 99), attempt=st.integers(0, 9))
    def a_foreign_event_comes(self, number, attempt):
        if (number, attempt) not in self.ever_ran:
            before = self.state
            self.happen(e.TrainingJobStarted(at=0, number=number, attempt=attempt))
            self.happen(e.TrainingJobEnded(at=0, number=number, attempt=attempt, how=e.EndedHow.LOST))
            assert self.state.training_jobs == before.training_jobs

    @rule()
    def the_controller_crashes_and_comes_back(self):
        self.suggest = self.confirm = None
        for effect in outstanding(self.job, self.state):
            self.obey(effect)

    @rule(data=st.data())
    def a_training_job_is_stopped(self, data):
        number = data.draw(st.integers(0, 8))
        kind = data.draw(st.sampled_from(["user", "rule"]))
        if kind == "user":
            self.happen(e.TrainingJobStopRequested(at=0, number=number))
        else:
            self.happen(e.EarlyStopDecided(at=0, number=number, attempt=1, reason="hopeless"))

    @rule(seconds=st.floats(-1, 2e5))
    def the_limit_of_a_training_job_is_lowered(self, seconds):
        self.happen(e.JobLimitLowered(at=0, seconds=seconds, reason="the first was quick"))

    @precondition(lambda self: len(self.past) > 3)
    @rule(kind=st.sampled_from(["stop", "completion", "time", "broken"]))
    def the_search_is_told_to_end(self, kind):
        if kind == "time":
            self.at = max(self.at, deadline(self.job))
        events = {
            "stop": e.StopRequested(at=0),
            "completion": e.CompletionReached(at=0, reason="good enough"),
            "time": e.TimeElapsed(at=0),
            "broken": e.SuggestionFailed(at=0, reason="no memory"),
        }
        self.happen(events[kind])

    # --- what always holds

    @invariant()
    def the_bounds_hold(self):
        if not hasattr(self, "job"):
            return
        plan = self.job.plan
        assert len(self.state.training_jobs) + self.state.suggestions_requested <= plan.max_jobs.value
        assert len(self.state.running) + self.state.suggestions_requested <= plan.max_parallel.value
        assert all(t.attempt <= 1 + plan.retry.value for t in self.state.training_jobs)
        assert len(self.running) <= plan.max_parallel.value

    @invariant()
    def the_limit_of_a_training_job_only_falls(self):
        if not hasattr(self, "job"):
            return
        limit, planned = self.state.job_limit_seconds, self.job.plan.job_max_runtime_seconds
        if limit is not None:
            assert 0 < limit < planned.value
            assert limit <= self.lowest
            assert planned.by is not Chooser.USER
            self.lowest = limit

    @invariant()
    def a_limit_that_nobody_set_is_reviewed_once_the_baseline_has_completed(self):
        if not hasattr(self, "job") or self.state.status.is_terminal or not self.state.training_jobs:
            return
        first = self.state.training_job(1)
        is_open = self.job.plan.job_max_runtime_seconds.by is not Chooser.USER and self.state.job_limit_seconds is None
        has_run = first.is_baseline and first.status is TrainingJobStatus.COMPLETED
        is_asked = e.ReviewJobLimit() in outstanding(self.job, self.state)
        assert is_asked is (is_open and has_run and self.state.ending is None)

    @invariant()
    def numbers_are_gapless_and_names_unique(self):
        if not hasattr(self, "job"):
            return
        jobs = self.state.training_jobs
        assert [t.number for t in jobs] == list(range(1, len(jobs) + 1))
        assert len({t.name for t in jobs}) == len(jobs)

    @invariant()
    def a_completed_training_job_has_a_finite_objective(self):
        if not hasattr(self, "job"):
            return
        done = [t for t in self.state.training_jobs if t.status is TrainingJobStatus.COMPLETED]
        assert all(t.objective is not None and math.isfinite(t.objective) for t in done)

    @invariant()
    def what_the_state_waits_for_is_outstanding(self):
        """No state but a terminal one waits for nothing that the world can still give."""
        if not hasattr(self, "job") or self.state.status.is_terminal:
            return
        waits_for_attempt = {(t.number, t.attempt) for t in self.state.running} & self.running
        waits = bool(waits_for_attempt) or self.state.suggestions_requested > 0 or self.state.pending_end is not None
        assert waits, self.state

    @invariant()
    def a_terminal_tuning_job_never_changes(self):
        if not hasattr(self, "job"):
            return
        if self.final is None and self.state.status.is_terminal:
            self.final = self.state
        assert self.final is None or self.final is self.state

    @invariant()
    def success_means_that_something_succeeded(self):
        if hasattr(self, "job") and self.state.status is TuningJobStatus.COMPLETED:
            assert any(t.objective is not None for t in self.state.training_jobs)


class WorldOfOne(World):
    """The same around a training job of its own: a tuning job of one, without an objective."""

    @initialize(retry=st.integers(0, 2), limit_by=st.sampled_from(Chooser))
    def create(self, retry, limit_by):
        plan = a_plan(
            [],
            max_jobs=1,
            max_parallel=1,
            retry=retry,
            job_max_runtime_seconds=decided(86_400.0, by=limit_by),
            early_stopping=EarlyStopping.OFF,
        )
        plan = replace(plan, objective=a_planned_objective(None, Direction.MINIMIZE), baseline=())
        self.begin(a_tuning_job("training.one", plan=plan, request=a_request("one", kind=JobKind.TRAINING)))

    @invariant()
    def a_completed_training_job_has_a_finite_objective(self):
        """It needs none."""

    @invariant()
    def success_means_that_something_succeeded(self):
        if hasattr(self, "job") and self.state.status.is_terminal:
            assert self.state.status.value == self.state.training_job(1).status.value

    @invariant()
    def it_is_one_training_job_of_its_own_name_and_nothing_is_asked(self):
        if hasattr(self, "job"):
            assert [t.name for t in self.state.training_jobs] == ["one"]
            assert self.suggest is None
            assert self.confirm is None


class WorldOfTwo(World):
    """The same around two training job definitions: nothing is confirmed, and each space may come to its end."""

    @initialize(max_jobs=st.integers(1, 8), max_parallel=st.integers(1, 3), retry=st.integers(0, 2))
    def create(self, max_jobs, max_parallel, retry):
        plan = a_plan(max_jobs=max_jobs, max_parallel=max_parallel, retry=retry)
        plan = replace(plan, objective=a_planned_objective("loss", Direction.MINIMIZE), baseline=None)
        job = a_tuning_job(plan=plan)
        self.begin(replace(job, alternatives=(replace(job, definition=1),)))

    @precondition(lambda self: self.suggest)
    @rule(is_exhausted=st.booleans(), count=st.integers(1, 3))
    def suggestions_arrive(self, is_exhausted, count):
        definition = next_definition(self.job, self.state)
        count, self.suggest = (0 if is_exhausted else min(count, self.suggest)), None
        made = tuple(replace(a_suggestion({"lr": 0.1, "batch-size": 8}), definition=definition) for _ in range(count))
        self.happen(e.SuggestionsMade(at=0, suggestions=made, is_exhausted=is_exhausted, definition=definition))

    @invariant()
    def nothing_is_confirmed_and_a_space_without_values_is_asked_no_more(self):
        if hasattr(self, "job"):
            assert self.confirm is None
            assert self.state.is_exhausted is (len(self.state.exhausted) == 2)
            if self.state.suggestions_requested:
                assert next_definition(self.job, self.state) not in self.state.exhausted


World.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestLifecycle = World.TestCase
WorldOfOne.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestLifecycleOfOne = WorldOfOne.TestCase
WorldOfTwo.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLifecycleOfTwo = WorldOfTwo.TestCase
