"""The lifecycle as a specification: what each event changes, and what it asks for."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from selftune.engine.bounds import bound_seconds, deadline, stop_grace_seconds, training_job_name
from selftune.engine.lifecycle import initial_state, outstanding, step
from selftune.engine.outcomes import DIVERGENCES_OF_ALL, FAILURES_OF_ONE_CAUSE, TIME_LIMIT_REASON
from selftune.model.constraints import Constraint
from selftune.model.events import (
    CheckCompletion,
    CompletionReached,
    ConfirmObjective,
    EarlyStopDecided,
    Effect,
    EndedHow,
    Event,
    Finish,
    JudgeTrainingJob,
    LoopFailed,
    MetricsReported,
    ObjectiveConfirmed,
    ObjectiveNotFound,
    ReviewJobLimit,
    StartTrainingJob,
    StopRequested,
    StopTrainingJob,
    Suggest,
    SuggestionFailed,
    SuggestionsMade,
    TimeElapsed,
    TrainingJobEnded,
    TrainingJobNotStarted,
    TrainingJobStarted,
    TrainingJobStopRequested,
    TuningJobCreated,
    WakeAt,
)
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJob, TuningJobStatus, TuningState
from selftune.model.limits import stop_margin_seconds
from selftune.model.objective import Direction, MetricPoint, Objective
from selftune.model.plan import CompletionCriteria, EarlyStopping
from selftune.testing.factories import T0, a_plan, a_planned_objective, a_suggestion, a_tuning_job


class Story:
    """A tuning job, told event by event; `effects` are those of the last one."""

    def __init__(self, job: TuningJob) -> None:
        self.job = job
        self.state: TuningState = initial_state(job)
        self.effects: tuple[Effect, ...] = ()
        self.at = T0

    def then(self, event: Event) -> Story:
        self.at += 1
        self.state, self.effects = step(self.job, self.state, replace(event, at=self.at))
        return self

    def created(self) -> Story:
        return self.then(TuningJobCreated(at=0))

    def suggested(self, count: int = 1, is_exhausted: bool = False) -> Story:
        made = tuple(a_suggestion({"lr": 0.001 * n, "batch-size": 8 + n}) for n in range(1, count + 1))
        return self.then(SuggestionsMade(at=0, suggestions=made, is_exhausted=is_exhausted))

    def started(self, number: int = 1, attempt: int = 1) -> Story:
        return self.then(TrainingJobStarted(at=0, number=number, attempt=attempt))

    def reported(self, *values: float, number: int = 1, attempt: int = 1, name: str = "validation:rmse") -> Story:
        training_job = self.state.training_job(number)
        points = tuple(MetricPoint(name=name, value=v, step=i) for i, v in enumerate(values))
        is_objective = name == self.state.objective.name
        return self.then(
            MetricsReported(
                at=0,
                number=number,
                attempt=attempt,
                points=points,
                objective_values=values if is_objective else (),
                log_offset=training_job.log_offset + 10,
            )
        )

    def ended(
        self,
        number: int = 1,
        *,
        how: EndedHow = EndedHow.EXITED,
        exit_code: int | None = 0,
        attempt: int = 1,
        reason: str | None = None,
    ) -> Story:
        return self.then(
            TrainingJobEnded(at=0, number=number, attempt=attempt, how=how, exit_code=exit_code, failure_reason=reason)
        )

    def completed(self, number: int, value: float) -> Story:
        return self.started(number).reported(value, number=number).ended(number)

    def failed(self, number: int, reason: str) -> Story:
        return self.started(number).ended(number, exit_code=1, reason=reason)

    def last(self, number: int = 1) -> TrainingJob:
        return self.state.training_job(number)

    def asked(self, kind: type) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def a_story(**plan: object) -> Story:
    settings = {"max_jobs": 5, "max_parallel": 1, "early_stopping": EarlyStopping.OFF, **plan}
    return Story(a_tuning_job(plan=a_plan(**settings)))


def a_provisional_story(**plan: object) -> Story:
    objective = a_planned_objective("val_loss", Direction.MINIMIZE, is_provisional=True)
    settings = {"max_jobs": 5, "max_parallel": 2, "early_stopping": EarlyStopping.OFF, **plan}
    return Story(a_tuning_job(plan=replace(a_plan(**settings), objective=objective)))


# --- creation


def test_the_first_training_job_runs_the_users_own_values():
    story = a_story().created()
    assert story.last(1).is_baseline
    assert story.last(1).values == {"lr": 0.01, "batch-size": 32}
    assert story.asked(StartTrainingJob) == [StartTrainingJob(number=1, attempt=1)]


def test_creation_asks_to_be_woken_before_the_run_time_bound():
    story = a_story(max_runtime_seconds=600.0).created()
    assert story.asked(WakeAt) == [WakeAt(at=deadline(story.job))]
    margin = stop_margin_seconds(max_runtime_seconds=600)
    assert deadline(story.job) + stop_grace_seconds(story.job) + margin == pytest.approx(T0 + 600)
    assert margin == 2


def test_with_free_slots_beside_the_baseline_suggestions_are_asked_for_at_once():
    assert a_story(max_parallel=3).created().asked(Suggest) == [Suggest(count=2)]


def test_one_job_at_a_time_asks_for_nothing_until_the_baseline_has_ended():
    story = a_story().created()
    assert story.asked(Suggest) == []
    assert story.completed(1, 0.5).asked(Suggest) == [Suggest(count=1)]


def test_without_a_baseline_the_first_training_job_is_a_suggestion():
    story = Story(a_tuning_job(plan=replace(a_plan(max_jobs=5, max_parallel=1), baseline=None))).created()
    assert story.state.training_jobs == ()
    assert story.asked(Suggest) == [Suggest(count=1)]


def test_creation_that_is_replayed_changes_nothing():
    story = a_story().created()
    before = story.state
    assert story.created().state is before
    assert story.effects == ()


def test_training_job_names_carry_the_number_and_are_the_same_each_time():
    job = a_tuning_job()
    name = training_job_name(job, 7)
    assert name == training_job_name(job, 7)
    assert name.startswith(f"{job.name}-007-")
    assert len(name) == len(f"{job.name}-007-") + 8
    assert name != training_job_name(replace(job, created_at=job.created_at + 1), 7)


# --- suggestions


def test_suggestions_become_training_jobs_with_the_next_numbers():
    story = a_story(max_parallel=3).created().suggested(2)
    assert [t.number for t in story.state.training_jobs] == [1, 2, 3]
    assert story.asked(StartTrainingJob) == [
        StartTrainingJob(number=2, attempt=1),
        StartTrainingJob(number=3, attempt=1),
    ]


def test_more_suggestions_than_asked_for_are_not_run():
    assert len(a_story(max_parallel=2).created().suggested(9).state.training_jobs) == 2


def test_suggestions_that_nobody_asked_for_change_nothing():
    story = a_story().created()
    assert len(story.suggested(1).state.training_jobs) == 1


def test_the_bound_on_jobs_is_never_exceeded():
    story = a_story(max_jobs=3, max_parallel=10).created()
    assert story.asked(Suggest) == [Suggest(count=2)]
    assert len(story.suggested(2).state.training_jobs) == 3
    assert story.completed(1, 0.5).asked(Suggest) == []


def test_a_space_that_constraints_exhaust_names_them():
    kept = Constraint(text="lr * {batch-size} < 1", reason="It holds.", source="x")
    story = a_story(max_parallel=1, constraints=(kept,)).created().completed(1, 0.5).suggested(0, is_exhausted=True)
    assert story.state.status is TuningJobStatus.COMPLETED
    assert story.state.status_reason == (
        "No untried combination that keeps lr * {batch-size} < 1 is left after 1 training job."
    )


def test_an_exhausted_space_ends_the_search_once_all_have_run():
    story = a_story(max_parallel=1).created().completed(1, 0.5).suggested(0, is_exhausted=True)
    assert story.state.status is TuningJobStatus.COMPLETED
    assert story.state.status_reason == "The only combination was tried."


def test_a_strategy_that_breaks_down_fails_the_tuning_job():
    story = a_story().created().completed(1, 0.5).then(SuggestionFailed(at=0, reason="no memory"))
    assert story.state.status is TuningJobStatus.FAILED
    assert "no memory" in story.state.status_reason


def test_a_loop_that_breaks_down_ends_all_that_had_not_ended():
    story = a_story().created().completed(1, 0.5).suggested().then(LoopFailed(at=T0 + 50, reason="No memory."))
    assert (story.state.status, story.state.status_reason) == (TuningJobStatus.FAILED, "No memory.")
    assert [t.status for t in story.state.training_jobs] == [TrainingJobStatus.COMPLETED, TrainingJobStatus.FAILED]
    assert story.state.training_job(2).failure_reason == "No memory."
    assert not story.state.suggestions_requested
    assert any(isinstance(effect, Finish) for effect in story.effects)


# --- one training job


def test_a_training_job_that_exits_cleanly_with_an_objective_is_completed():
    story = a_story().created().completed(1, 0.5)
    assert story.last().status is TrainingJobStatus.COMPLETED
    assert story.last().objective == 0.5
    assert story.last().exit_code == 0


def test_the_last_value_reported_is_the_final_one():
    story = a_story().created().started().reported(0.9, 0.4).reported(0.6).ended()
    assert story.last().objective == 0.6
    assert story.last().report_count == 3


def test_a_training_job_that_exits_with_an_error_has_failed_whatever_it_printed():
    story = a_story().created().started().reported(0.5).ended(exit_code=3, reason="KeyError: 'x'")
    assert story.last().status is TrainingJobStatus.FAILED
    assert story.last().failure_reason == "KeyError: 'x'"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_an_objective_that_is_no_number_fails_the_training_job_and_the_search_goes_on(value):
    story = a_story().created().started().reported(value).ended()
    assert story.last().status is TrainingJobStatus.FAILED
    assert "validation:rmse became" in (story.last().failure_reason or "")
    assert story.asked(Suggest) == [Suggest(count=1)]


def test_a_clean_exit_without_the_objective_is_a_failure_that_says_so():
    story = a_story().created().completed(1, 0.5).suggested().started(2).ended(2)
    assert story.last(2).status is TrainingJobStatus.FAILED
    assert "never printed validation:rmse" in (story.last(2).failure_reason or "")


def test_a_training_job_that_could_not_be_started_has_failed():
    story = a_story().created().then(TrainingJobNotStarted(at=0, number=1, attempt=1, reason="no space left"))
    assert story.last().status is TrainingJobStatus.FAILED
    assert story.last().failure_reason == "no space left"


def test_a_run_time_limit_stops_a_training_job_and_keeps_its_objective():
    story = a_story().created().started().reported(0.5).ended(how=EndedHow.TIMED_OUT, exit_code=-15)
    assert story.last().status is TrainingJobStatus.STOPPED
    assert story.last().stop_reason == "It reached its run-time limit."
    assert story.last().objective == 0.5


def test_events_of_another_attempt_change_nothing():
    story = a_story().created().started()
    before = story.state
    assert story.reported(0.5, attempt=2).state is before
    assert story.ended(attempt=2).state is before


def test_a_batch_of_metrics_that_was_stored_before_is_not_counted_twice():
    story = a_story().created().started().reported(0.5)
    again = MetricsReported(
        at=0,
        number=1,
        attempt=1,
        points=(MetricPoint(name="validation:rmse", value=0.5, step=0),),
        objective_values=(0.5,),
        log_offset=story.last().log_offset,
    )
    assert story.then(again).last().report_count == 1


def test_a_terminal_training_job_never_changes():
    story = a_story().created().completed(1, 0.5)
    before = story.last()
    assert story.reported(0.1).ended(exit_code=1).started().last() is before


# --- faults that are not the script's


def test_a_lost_training_job_is_started_again_as_another_attempt():
    story = a_story(retry=1).created().started().reported(0.5).ended(how=EndedHow.LOST, exit_code=None)
    assert story.asked(StartTrainingJob) == [StartTrainingJob(number=1, attempt=2)]
    assert story.last().objective is None
    assert story.last().log_offset == 0


def test_retries_are_not_new_training_jobs():
    story = a_story(retry=1, max_jobs=1).created().started().ended(how=EndedHow.LOST, exit_code=None)
    story.started(attempt=2).reported(0.4, attempt=2).ended(attempt=2)
    assert len(story.state.training_jobs) == 1
    assert story.state.status is TuningJobStatus.COMPLETED


def test_a_training_job_that_is_lost_too_often_has_failed():
    story = a_story(retry=0).created().started().ended(how=EndedHow.LOST, exit_code=None, reason="SHIM LOST")
    assert story.last().status is TrainingJobStatus.FAILED
    assert story.last().failure_reason == "SHIM LOST"
    assert story.last().is_lost


def test_only_what_failed_because_it_was_lost_is_lost():
    assert not a_story().created().failed(1, "CUDA out of memory").last().is_lost
    diverged = a_story(retry=0).created().started().reported(math.nan).ended(how=EndedHow.LOST, exit_code=None)
    assert diverged.last().status is TrainingJobStatus.FAILED
    assert not diverged.last().is_lost


# --- the objective


def test_a_provisional_objective_keeps_the_first_training_job_alone():
    story = a_provisional_story().created()
    assert story.asked(Suggest) == []


def test_the_first_metric_asks_whether_it_is_the_objective():
    story = a_provisional_story().created().started().reported(0.5, name="val_loss")
    assert story.asked(ConfirmObjective) == [ConfirmObjective(number=1, has_ended=False)]


def test_once_confirmed_the_free_slots_are_filled():
    story = a_provisional_story().created().started().reported(0.5, name="val_loss")
    confirmed = Objective(name="val_loss", direction=Direction.MINIMIZE)
    story.then(ObjectiveConfirmed(at=0, number=1, objective=confirmed, reason="printed", objective_values=(0.5,)))
    assert story.state.objective.is_confirmed
    assert story.asked(Suggest) == [Suggest(count=1)]


def test_the_first_output_may_change_the_objective_once():
    story = a_provisional_story().created().started().reported(0.9, name="val_acc").ended()
    assert story.asked(ConfirmObjective) == [ConfirmObjective(number=1, has_ended=True)]
    other = Objective(name="val_acc", direction=Direction.MAXIMIZE)
    story.then(ObjectiveConfirmed(at=0, number=1, objective=other, reason="printed", objective_values=(0.9,)))
    assert story.state.objective.name == "val_acc"
    assert story.last().status is TrainingJobStatus.COMPLETED
    assert story.last().objective == 0.9
    third = Objective(name="val_f1", direction=Direction.MAXIMIZE)
    story.then(ObjectiveConfirmed(at=0, number=1, objective=third, reason="printed", objective_values=(0.1,)))
    assert story.state.objective.name == "val_acc"


def test_a_first_training_job_without_any_metric_ends_the_search():
    story = a_provisional_story().created().started().ended()
    story.then(ObjectiveNotFound(at=0, number=1, reason="It printed: done."))
    assert story.state.status is TuningJobStatus.FAILED
    assert story.state.status_reason == "It printed: done."
    assert len(story.state.training_jobs) == 1


def test_a_stop_while_the_objective_is_being_confirmed_still_ends():
    story = a_provisional_story().created().started().ended().then(StopRequested(at=0))
    story.then(ObjectiveNotFound(at=0, number=1, reason="nothing"))
    assert story.state.status is TuningJobStatus.STOPPED


def test_a_first_training_job_that_fails_leaves_the_objective_to_the_second():
    story = a_provisional_story().created().failed(1, "boom")
    assert story.asked(Suggest) == [Suggest(count=1)]
    story.suggested(1).started(2).reported(0.5, number=2, name="val_loss")
    assert story.asked(ConfirmObjective) == [ConfirmObjective(number=2, has_ended=False)]


# --- stopping early, and the end


def test_each_value_of_the_objective_is_judged_when_early_stopping_is_on():
    story = a_story(early_stopping=EarlyStopping.AUTO).created().started().reported(0.5)
    assert story.asked(JudgeTrainingJob) == [JudgeTrainingJob(number=1, attempt=1)]


def test_nothing_is_judged_when_early_stopping_is_off():
    assert a_story().created().started().reported(0.5).asked(JudgeTrainingJob) == []


def test_a_training_job_stopped_early_keeps_its_reason_and_its_value():
    story = a_story(early_stopping=EarlyStopping.AUTO).created().started().reported(0.5)
    story.then(EarlyStopDecided(at=0, number=1, attempt=1, reason="below the median of 7"))
    assert story.asked(StopTrainingJob) == [StopTrainingJob(number=1, attempt=1)]
    story.ended(how=EndedHow.STOPPED, exit_code=-15)
    assert story.last().status is TrainingJobStatus.STOPPED
    assert story.last().stop_reason == "below the median of 7"
    assert story.last().objective == 0.5


def test_a_training_job_that_ends_by_itself_while_being_stopped_is_completed():
    story = a_story().created().started().reported(0.5).then(TrainingJobStopRequested(at=0, number=1)).ended()
    assert story.last().status is TrainingJobStatus.COMPLETED
    assert story.last().stop_reason is None


def test_the_user_may_stop_one_training_job_and_the_search_goes_on():
    story = a_story().created().started().then(TrainingJobStopRequested(at=0, number=1))
    assert story.asked(StopTrainingJob) == [StopTrainingJob(number=1, attempt=1)]
    assert story.ended(how=EndedHow.STOPPED).asked(Suggest) == [Suggest(count=1)]


def test_a_stop_of_an_unknown_training_job_changes_nothing():
    story = a_story().created()
    before = story.state
    assert story.then(TrainingJobStopRequested(at=0, number=9)).state is before


def test_stopping_the_tuning_job_stops_what_runs_and_then_ends():
    story = a_story(max_parallel=2).created().suggested(1).started(1).started(2).then(StopRequested(at=0))
    assert story.state.status is TuningJobStatus.STOPPING
    assert len(story.asked(StopTrainingJob)) == 2
    story.ended(1, how=EndedHow.STOPPED).ended(2, how=EndedHow.STOPPED)
    assert story.state.status is TuningJobStatus.STOPPED
    assert len(story.asked(Finish)) == 1


def test_no_training_job_is_added_after_a_stop():
    story = a_story(max_parallel=2).created().then(StopRequested(at=0)).suggested(1)
    assert len(story.state.training_jobs) == 1


def test_a_stop_while_only_a_suggestion_is_outstanding_ends_at_once():
    story = a_story().created().completed(1, 0.5).then(StopRequested(at=0))
    assert story.state.status is TuningJobStatus.STOPPED


def test_a_met_criterion_completes_the_search():
    story = a_story(completion=CompletionCriteria(target_objective=0.6)).created().completed(1, 0.5)
    assert len(story.asked(CheckCompletion)) == 1
    story.then(CompletionReached(at=0, reason="0.5 is below the target 0.6"))
    assert story.state.status is TuningJobStatus.COMPLETED
    assert story.state.status_reason == "0.5 is below the target 0.6"


def test_the_last_training_job_completes_the_search():
    story = a_story(max_jobs=2).created().completed(1, 0.5).suggested(1).completed(2, 0.4)
    assert story.state.status is TuningJobStatus.COMPLETED
    assert story.state.status_reason == "All 2 training jobs have run."
    assert story.state.ended_at == story.at
    assert a_story(max_jobs=1).created().completed(1, 0.5).state.status_reason == "The one training job has run."


def test_the_run_time_bound_stops_what_runs():
    story = a_story().created().started().reported(0.5)
    story.at = deadline(story.job)
    story.then(TimeElapsed(at=0))
    assert story.asked(StopTrainingJob) == [StopTrainingJob(number=1, attempt=1)]
    story.ended(how=EndedHow.STOPPED)
    assert story.state.status is TuningJobStatus.COMPLETED
    assert "run-time bound" in story.state.status_reason


def test_waking_too_early_asks_to_be_woken_again():
    story = a_story().created().then(TimeElapsed(at=0))
    assert story.asked(WakeAt) == [WakeAt(at=deadline(story.job))]


def test_failures_of_one_cause_before_any_success_end_the_search():
    story = a_story(max_jobs=50).created().failed(1, "ModuleNotFoundError: torch")
    for number in range(2, FAILURES_OF_ONE_CAUSE + 1):
        assert story.state.status is TuningJobStatus.IN_PROGRESS
        story.suggested(1).failed(number, "ModuleNotFoundError: torch")
    assert story.state.status is TuningJobStatus.FAILED
    assert "ModuleNotFoundError: torch" in story.state.status_reason


def test_failures_of_different_causes_do_not_end_the_search():
    story = a_story(max_jobs=50).created().failed(1, "a").suggested(1).failed(2, "b").suggested(1).failed(3, "c")
    assert story.state.status is TuningJobStatus.IN_PROGRESS


def test_failures_after_a_success_do_not_end_the_search():
    story = a_story(max_jobs=50).created().completed(1, 0.5)
    for number in range(2, 8):
        story.suggested(1).failed(number, "out of memory")
    assert story.state.status is TuningJobStatus.IN_PROGRESS


def test_a_search_in_which_nothing_gave_the_objective_has_failed():
    story = a_story(max_jobs=2).created().failed(1, "a").suggested(1).failed(2, "b")
    assert story.state.status is TuningJobStatus.FAILED
    assert "No training job gave the objective" in story.state.status_reason


def test_a_terminal_tuning_job_never_changes():
    story = a_story(max_jobs=1).created().completed(1, 0.5)
    before = story.state
    assert story.then(StopRequested(at=0)).suggested(1).state is before


# --- taking up what a crash left


def test_what_is_outstanding_after_creation_is_the_first_start():
    story = a_story().created()
    assert StartTrainingJob(number=1, attempt=1) in outstanding(story.job, story.state)


def test_what_is_outstanding_repeats_an_unanswered_question():
    story = a_story(max_parallel=3).created()
    assert Suggest(count=2) in outstanding(story.job, story.state)


def test_what_is_outstanding_repeats_a_stop():
    story = a_story().created().started().then(TrainingJobStopRequested(at=0, number=1))
    assert StopTrainingJob(number=1, attempt=1) in outstanding(story.job, story.state)


def test_what_is_outstanding_repeats_the_question_for_the_objective():
    story = a_provisional_story().created().started().ended()
    assert ConfirmObjective(number=1, has_ended=True) in outstanding(story.job, story.state)


def test_nothing_but_the_end_is_outstanding_when_all_is_done():
    story = a_story(max_jobs=1).created().completed(1, 0.5)
    assert [type(effect) for effect in outstanding(story.job, story.state)] == [Finish]


def test_the_same_error_in_the_folders_of_different_jobs_is_one_cause():
    story = a_story(max_jobs=50).created()
    for number in range(1, FAILURES_OF_ONE_CAUSE + 1):
        if number > 1:
            story.suggested(1)
        story.failed(number, f"KeyError: 'x' (/home/jobs/{story.last(number).name}/work/train.py, line 7)")
    assert story.state.status is TuningJobStatus.FAILED


def test_a_named_objective_that_the_first_training_job_never_prints_is_looked_for_at_its_end():
    story = a_story(max_parallel=2).created().suggested(1).started(1).started(2).ended(1)
    assert story.asked(ConfirmObjective) == [ConfirmObjective(number=1, has_ended=True)]
    story.then(ObjectiveNotFound(at=0, number=1, reason="Seen: accuracy."))
    assert story.asked(StopTrainingJob) == [StopTrainingJob(number=2, attempt=1)]
    story.ended(2, how=EndedHow.STOPPED)
    assert story.state.status is TuningJobStatus.FAILED
    assert story.state.status_reason == "Seen: accuracy."


def test_training_jobs_that_all_reach_their_time_limit_without_the_objective_end_the_search():
    story = a_story(max_jobs=50).created()
    for number in range(1, FAILURES_OF_ONE_CAUSE + 1):
        if number > 1:
            story.suggested(1)
        story.started(number).ended(number, how=EndedHow.TIMED_OUT, exit_code=-15)
    assert story.state.status is TuningJobStatus.FAILED
    assert TIME_LIMIT_REASON in story.state.status_reason


def test_objectives_that_are_no_numbers_end_the_search_only_after_many():
    story = a_story(max_jobs=50).created()
    for number in range(1, DIVERGENCES_OF_ALL + 1):
        assert story.state.status is TuningJobStatus.IN_PROGRESS
        if number > 1:
            story.suggested(1)
        story.started(number).reported(math.nan, number=number).ended(number)
    assert story.state.status is TuningJobStatus.FAILED


def test_training_jobs_that_the_user_stopped_are_no_common_cause():
    story = a_story(max_jobs=50).created()
    for number in range(1, 6):
        if number > 1:
            story.suggested(1)
        story.started(number).then(TrainingJobStopRequested(at=0, number=number))
        story.ended(number, how=EndedHow.STOPPED)
    assert story.state.status is TuningJobStatus.IN_PROGRESS


def test_a_retried_training_job_counts_what_ran_and_not_what_lay_between():
    story = a_story(retry=1).created().started()
    began = story.at
    story.ended(how=EndedHow.LOST, exit_code=None)
    lost_after = story.at - began
    story.at += 86_400
    story.started(attempt=2).reported(0.4, attempt=2).ended(attempt=2)
    assert story.last().earlier_seconds == lost_after
    assert story.last().duration_seconds == 2


def test_a_training_job_told_to_stop_before_it_was_seen_started_has_a_duration():
    story = a_story().created().then(TrainingJobStopRequested(at=0, number=1)).started()
    assert story.last().status is TrainingJobStatus.STOPPING
    assert story.ended(how=EndedHow.STOPPED).last().duration_seconds == 1


def test_a_short_training_job_has_a_short_grace():
    short = a_tuning_job(plan=a_plan(max_runtime_seconds=100_000.0, job_max_runtime_seconds=5.0))
    long = a_tuning_job(plan=a_plan(max_runtime_seconds=100_000.0, job_max_runtime_seconds=86_400.0))
    assert stop_grace_seconds(short) == 2
    assert stop_grace_seconds(long) == 120


def test_what_is_outstanding_finds_the_attempt_whose_end_waits_for_the_objective():
    story = a_provisional_story().created().started().ended()
    assert StartTrainingJob(number=1, attempt=1) in outstanding(story.job, story.state)


def test_a_training_job_that_ends_while_another_waits_for_the_objective_is_not_forgotten():
    story = a_story(max_parallel=2).created().suggested(1).started(1).started(2).ended(1).ended(2)
    assert story.last(2).status is TrainingJobStatus.FAILED
    story.then(ObjectiveNotFound(at=0, number=1, reason="Seen: accuracy."))
    assert story.state.status is TuningJobStatus.FAILED


# --- the bound, where the loop was away


def test_what_could_not_be_started_before_the_bound_was_stopped_by_it_and_has_not_failed():
    story = a_story(max_jobs=5, max_parallel=1).created()
    story.at = deadline(story.job) + 900
    story.then(TrainingJobNotStarted(at=0, number=1, attempt=1, reason="It was not started."))
    assert story.last(1).status is TrainingJobStatus.STOPPED
    assert "run-time bound" in story.state.status_reason
    assert story.state.status.is_terminal


def test_a_loop_that_comes_back_after_the_bound_finds_it_over_since_then():
    story = a_story(max_jobs=5, max_parallel=1).created().completed(1, 0.5)
    story.at = story.job.created_at + 10 * story.job.plan.max_runtime_seconds.value
    story.then(TimeElapsed(at=0))
    assert story.state.ended_at == story.job.created_at + bound_seconds(story.job)


def test_a_bound_below_the_limit_of_the_run_time_ends_the_search_too():
    job = a_tuning_job(plan=a_plan(max_runtime_seconds=172_800.0))
    job = replace(job, plan=replace(job.plan, bound=replace(job.plan.bound, seconds=3_600.0)))
    assert deadline(job) < job.created_at + 3_600.0


# --- the limit of a training job


def test_the_limit_of_a_training_job_is_reviewed_before_the_next_is_suggested():
    story = a_story(max_jobs=5, max_parallel=1).created().completed(1, 0.5)
    kinds = [type(effect) for effect in story.effects]
    assert kinds.index(ReviewJobLimit) < kinds.index(Suggest)


def test_a_first_training_job_that_failed_says_nothing_of_how_long_one_takes():
    story = a_story(max_jobs=5, max_parallel=1).created().failed(1, "no memory")
    assert not story.asked(ReviewJobLimit)


def test_points_of_files_count_once_and_move_no_place_in_the_output():
    story = a_story().created().started().reported(0.5)
    job = story.state.training_job(1)
    point = MetricPoint(name="validation:rmse", value=0.4, step=1)
    batch = MetricsReported(
        at=0,
        number=1,
        attempt=1,
        points=(point,),
        objective_values=(0.4,),
        log_offset=job.log_offset,
        file_points=1,
    )
    once = story.then(batch).state.training_job(1)
    assert (once.objective, once.report_count, once.file_points) == (0.4, job.report_count + 1, 1)
    assert once.log_offset == job.log_offset
    assert story.then(batch).state.training_job(1) == once
