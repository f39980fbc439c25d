"""The life of a tuning job as a pure function: (state, event) -> (state, effects).

No clock, no file, no thread, no randomness: an event carries its own time, and the same events give the same state.
`step` never calls search or stopping; it asks by an effect, and their answers arrive as events. Events that repeat,
come late or belong to another attempt change nothing.

    TuningJobCreated   -> StartTrainingJob(1): today's values
    MetricsReported    -> ConfirmObjective, once; later JudgeTrainingJob
    TrainingJobEnded   -> ReviewJobLimit once, CheckCompletion, Suggest
    SuggestionsMade    -> StartTrainingJob(n)
    ... until a limit, a criterion or the user ends it -> StopTrainingJob(s), Finish
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from selftune.engine import outcomes
from selftune.engine.bounds import bound_seconds, deadline, training_job_name
from selftune.model.events import (
    CheckCompletion,
    CompletionReached,
    ConfirmObjective,
    EarlyStopDecided,
    Effect,
    EndedHow,
    Event,
    Finish,
    JobLimitLowered,
    JudgeTrainingJob,
    LoopFailed,
    MetricsReported,
    ObjectiveConfirmed,
    ObjectiveNotFound,
    RangesMoved,
    ReviewJobLimit,
    ReviewRanges,
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
from selftune.model.history import BASELINE, Suggestion
from selftune.model.jobs import (
    TrainingJob,
    TrainingJobStatus,
    TuningJob,
    TuningJobStatus,
    TuningState,
    objective_of,
)
from selftune.model.objective import Objective
from selftune.model.plan import Chooser, CompletionCriteria, EarlyStopping
from selftune.model.ranges import ContinuousRange, IntegerRange

Effects: TypeAlias = tuple[Effect, ...]
Step: TypeAlias = tuple[TuningState, Effects]


def initial_state(job: TuningJob) -> TuningState:
    """The state before the first event."""
    planned = job.plan.objective
    objective = Objective(
        name=planned.name,
        direction=planned.direction,
        regex=planned.regex,
        is_confirmed=planned.name is not None and not planned.is_provisional,
    )
    return TuningState(status=TuningJobStatus.IN_PROGRESS, objective=objective, updated_at=job.created_at)


def step(job: TuningJob, state: TuningState, event: Event) -> Step:
    """The state after `event`, and what is to be done because of it."""
    if state.status.is_terminal:
        return state, ()
    after, effects = _HANDLERS[type(event)](job, state, event)
    if after is not state:
        after = replace(after, updated_at=max(event.at, state.updated_at))
    return after, effects


def outstanding(job: TuningJob, state: TuningState) -> Effects:
    """What this state waits for, so that a controller that starts anew takes up exactly what is not done."""
    if state.status.is_terminal:
        return (Finish(reason=state.status_reason),)
    effects: list[Effect] = [StartTrainingJob(number=t.number, attempt=t.attempt) for t in state.running]
    effects += [
        StopTrainingJob(number=t.number, attempt=t.attempt)
        for t in _unfinished(state)
        if t.status is TrainingJobStatus.STOPPING
    ]
    if state.pending_end is not None:
        effects.append(ConfirmObjective(number=state.pending_end.number, has_ended=True))
    if state.ending is None:
        effects += _limit_reviews(job, state)
    if state.suggestions_requested and state.ending is None:
        effects += [*_reviews(job), Suggest(count=state.suggestions_requested)]
    return (*effects, WakeAt(at=deadline(job)))


# --- creation and suggestions


def _created(job: TuningJob, state: TuningState, event: TuningJobCreated) -> Step:
    if state.training_jobs or state.suggestions_requested:
        return state, ()
    effects: list[Effect] = [WakeAt(at=deadline(job))]
    if job.plan.baseline is not None:
        title = job.plan.baseline_title
        reason = f"{title[:1].upper()}{title[1:]}, tried first."
        baseline = Suggestion(values=job.plan.baseline, strategy=BASELINE, reason=reason)
        state, started = _add_training_jobs(job, state, (baseline,), event.at, are_baseline=True)
        effects += started
    state, asked = _ask_for_suggestions(job, state)
    return state, (*effects, *asked)


def _suggestions_made(job: TuningJob, state: TuningState, event: SuggestionsMade) -> Step:
    if not state.suggestions_requested or state.ending is not None:
        return replace(state, suggestions_requested=0), ()
    accepted = event.suggestions[: state.suggestions_requested]
    exhausted = sorted({*state.exhausted, *([event.definition] if event.is_exhausted else [])})
    is_exhausted = state.is_exhausted or len(exhausted) > len(job.alternatives)
    state = replace(state, suggestions_requested=0, is_exhausted=is_exhausted, exhausted=tuple(exhausted))
    state, starts = _add_training_jobs(job, state, accepted, event.at)
    state, ends = _conclude(job, state, event.at)
    state, asked = _ask_for_suggestions(job, state)
    return state, (*starts, *ends, *asked)


def _suggestion_failed(job: TuningJob, state: TuningState, event: SuggestionFailed) -> Step:
    return _end(job, state, event.at, TuningJobStatus.FAILED, f"No suggestion could be made: {event.reason}")


def _add_training_jobs(
    job: TuningJob,
    state: TuningState,
    suggestions: tuple[Suggestion, ...],
    at: float,
    are_baseline: bool = False,
) -> tuple[TuningState, list[Effect]]:
    room = job.plan.max_jobs.value - len(state.training_jobs)
    added = tuple(
        TrainingJob(
            number=number,
            name=training_job_name(job, number),
            suggestion=suggestion,
            created_at=at,
            is_baseline=are_baseline,
        )
        for number, suggestion in enumerate(suggestions[:room], start=len(state.training_jobs) + 1)
    )
    state = replace(state, training_jobs=(*state.training_jobs, *added))
    return state, [StartTrainingJob(number=t.number, attempt=t.attempt) for t in added]


def _ask_for_suggestions(job: TuningJob, state: TuningState) -> Step:
    """Ask for as many suggestions as there are free slots, inside the bound on jobs; one question at a time."""
    is_waiting = state.suggestions_requested > 0 or state.pending_end is not None
    if is_waiting or state.ending is not None or state.is_exhausted:
        return state, ()
    slots = job.plan.max_parallel.value if state.objective.is_confirmed else 1
    count = min(slots - len(_unfinished(state)), job.plan.max_jobs.value - len(state.training_jobs))
    if count <= 0:
        return state, ()
    return replace(state, suggestions_requested=count), (Suggest(count=count),)


# --- one training job


def _training_job_started(_: TuningJob, state: TuningState, event: TrainingJobStarted) -> Step:
    training_job = _current(state, event.number, event.attempt)
    if training_job is None or training_job.started_at is not None:
        return state, ()
    is_stopping = training_job.status is TrainingJobStatus.STOPPING
    status = TrainingJobStatus.STOPPING if is_stopping else TrainingJobStatus.IN_PROGRESS
    training_job = replace(training_job, status=status, started_at=event.at)
    first = state.first_started_at if state.first_started_at is not None else event.at
    return replace(_with(state, training_job), first_started_at=first), ()


def _training_job_not_started(job: TuningJob, state: TuningState, event: TrainingJobNotStarted) -> Step:
    training_job = _current(state, event.number, event.attempt)
    if training_job is None:
        return state, ()
    if event.at >= deadline(job):
        stopped = TrainingJobStatus.STOPPED
        over = replace(training_job, status=stopped, ended_at=event.at, stop_reason=event.reason)
        return _end(job, _with(state, over), event.at, TuningJobStatus.COMPLETED, _bound_reason(job))
    ended = replace(training_job, status=TrainingJobStatus.FAILED, ended_at=event.at, failure_reason=event.reason)
    return _after_end(job, _with(state, ended), event.at)


def _metrics_reported(job: TuningJob, state: TuningState, event: MetricsReported) -> Step:
    training_job = _current(state, event.number, event.attempt)
    if training_job is None or not _is_news(event, training_job):
        return state, ()
    values = event.objective_values
    training_job = replace(
        training_job,
        objective=values[-1] if values else training_job.objective,
        report_count=training_job.report_count + len(values),
        metric_count=training_job.metric_count + len(event.points),
        log_offset=max(event.log_offset, training_job.log_offset),
        file_points=max(event.file_points, training_job.file_points),
    )
    state = _with(state, training_job)
    if not state.objective.is_confirmed:
        asks = bool(event.points) and not job.is_training_job
        return state, (ConfirmObjective(number=event.number, has_ended=False),) if asks else ()
    if values and _may_judge(job, training_job):
        return state, (JudgeTrainingJob(number=event.number, attempt=event.attempt),)
    return state, ()


def _is_news(event: MetricsReported, training_job: TrainingJob) -> bool:
    """Whether a batch reaches farther than what has been taken in."""
    return event.log_offset > training_job.log_offset or event.file_points > training_job.file_points


def _may_judge(job: TuningJob, training_job: TrainingJob) -> bool:
    is_on = job.plan.early_stopping.value is EarlyStopping.AUTO or job.plan.resource is not None
    return is_on and training_job.status is not TrainingJobStatus.STOPPING


def _training_job_ended(job: TuningJob, state: TuningState, event: TrainingJobEnded) -> Step:
    training_job = _current(state, event.number, event.attempt)
    held = state.pending_end
    if training_job is None or (held is not None and held.number == event.number):
        return state, ()
    if event.how is EndedHow.LOST and _may_retry(job.of(training_job.definition), training_job):
        return _retry(state, training_job, event.at)
    is_objective_known = state.objective.is_confirmed and outcomes.was_objective_seen(state)
    is_given = job.is_training_job or bool(job.alternatives)
    if _succeeded(event) and held is None and not is_objective_known and not is_given:
        return replace(state, pending_end=event), (ConfirmObjective(number=event.number, has_ended=True),)
    return _close_training_job(job, state, training_job, event)


def _succeeded(event: TrainingJobEnded) -> bool:
    return event.how is EndedHow.EXITED and event.exit_code == 0


def _may_retry(job: TuningJob, training_job: TrainingJob) -> bool:
    is_wanted = training_job.status is not TrainingJobStatus.STOPPING
    return is_wanted and training_job.attempt <= job.plan.retry.value


def _retry(state: TuningState, training_job: TrainingJob, at: float) -> Step:
    ran = 0.0 if training_job.started_at is None else max(at - training_job.started_at, 0.0)
    again = replace(
        training_job,
        status=TrainingJobStatus.STARTING,
        attempt=training_job.attempt + 1,
        started_at=None,
        earlier_seconds=training_job.earlier_seconds + ran,
        objective=None,
        report_count=0,
        metric_count=0,
        log_offset=0,
        file_points=0,
    )
    return _with(state, again), (StartTrainingJob(number=again.number, attempt=again.attempt),)


def _close_training_job(job: TuningJob, state: TuningState, training_job: TrainingJob, event: TrainingJobEnded) -> Step:
    objective = objective_of(job, state, training_job.definition)
    status, failure = outcomes.verdict(job, objective, training_job, event)
    ended = replace(
        training_job,
        status=status,
        ended_at=event.at,
        exit_code=event.exit_code,
        failure_reason=failure,
        is_lost=outcomes.is_fault_from_outside(status, training_job, event),
        stop_reason=outcomes.stop_reason(training_job, event) if status is TrainingJobStatus.STOPPED else None,
    )
    return _after_end(job, _with(state, ended), event.at)


def _after_end(job: TuningJob, state: TuningState, at: float) -> Step:
    cause = outcomes.hopeless_cause(state)
    if cause is not None and state.ending is None:
        return _end(job, state, at, TuningJobStatus.FAILED, cause)
    state, ends = _conclude(job, state, at)
    if state.status.is_terminal or state.ending is not None:
        return state, ends
    checks: Effects = (CheckCompletion(),) if job.plan.completion.value != CompletionCriteria() else ()
    state, asked = _ask_for_suggestions(job, state)
    return state, (*_limit_reviews(job, state), *checks, *_reviews(job), *asked)


def _limit_reviews(job: TuningJob, state: TuningState) -> Effects:
    """The limit of a training job is reviewed once today's values have run to their end; a user's limit is not."""
    is_open = job.plan.job_max_runtime_seconds.by is not Chooser.USER and state.job_limit_seconds is None
    has_run = bool(state.training_jobs) and state.training_job(1).status is TrainingJobStatus.COMPLETED
    is_one = not job.alternatives
    return (ReviewJobLimit(),) if is_open and has_run and is_one and state.training_job(1).is_baseline else ()


def _job_limit_lowered(job: TuningJob, state: TuningState, event: JobLimitLowered) -> Step:
    """It only ever falls, and holds for training jobs that start from now on."""
    now = job.plan.job_max_runtime_seconds.value if state.job_limit_seconds is None else state.job_limit_seconds
    is_users = job.plan.job_max_runtime_seconds.by is Chooser.USER
    if is_users or not 0 < event.seconds < now:
        return state, ()
    return replace(state, job_limit_seconds=event.seconds, job_limit_reason=event.reason), ()


def _reviews(job: TuningJob) -> Effects:
    """Ranges are reviewed before each suggestion, where any may move."""
    may_move = not job.alternatives and any(
        isinstance(r, ContinuousRange | IntegerRange) and r.may_expand for r in job.plan.space.values()
    )
    return (ReviewRanges(),) if may_move else ()


def _ranges_moved(_: TuningJob, state: TuningState, event: RangesMoved) -> Step:
    is_news = event.seen > state.ranges_moved_at and state.ending is None
    if not is_news or not event.moves:
        return state, ()
    return replace(state, range_moves=(*state.range_moves, *event.moves), ranges_moved_at=event.seen), ()


def _stop_training_job(state: TuningState, number: int, reason: str, attempt: int | None = None) -> Step:
    known = 1 <= number <= len(state.training_jobs)
    training_job = state.training_job(number) if known else None
    if training_job is None or (attempt is not None and training_job.attempt != attempt):
        return state, ()
    if training_job.status.is_terminal or training_job.status is TrainingJobStatus.STOPPING:
        return state, ()
    stopping = replace(training_job, status=TrainingJobStatus.STOPPING, stop_reason=reason)
    return _with(state, stopping), (StopTrainingJob(number=number, attempt=training_job.attempt),)


def _early_stop_decided(_: TuningJob, state: TuningState, event: EarlyStopDecided) -> Step:
    after, effects = _stop_training_job(state, event.number, event.reason, event.attempt)
    if after is not state:
        after = _with(after, replace(after.training_job(event.number), is_stopped_early=not event.is_complete))
    return after, effects


def _training_job_stop_requested(_: TuningJob, state: TuningState, event: TrainingJobStopRequested) -> Step:
    return _stop_training_job(state, event.number, event.reason)


# --- the objective


def _objective_confirmed(job: TuningJob, state: TuningState, event: ObjectiveConfirmed) -> Step:
    if state.objective.is_confirmed and state.pending_end is None:
        return state, ()
    if not state.objective.is_confirmed:
        state = replace(state, objective=replace(event.objective, is_confirmed=True))
    training_job = state.training_job(event.number)
    if event.objective_values and not training_job.status.is_terminal:
        training_job = replace(
            training_job, objective=event.objective_values[-1], report_count=len(event.objective_values)
        )
        state = _with(state, training_job)
    if state.pending_end is not None:
        end = state.pending_end
        return _close_training_job(job, replace(state, pending_end=None), state.training_job(end.number), end)
    return _ask_for_suggestions(job, state)


def _objective_not_found(job: TuningJob, state: TuningState, event: ObjectiveNotFound) -> Step:
    end = state.pending_end
    if end is None:
        return state, ()
    ended = replace(
        state.training_job(end.number),
        status=TrainingJobStatus.FAILED,
        ended_at=end.at,
        exit_code=end.exit_code,
        failure_reason=f"It finished (exit code 0) but never printed {state.objective.name or 'a metric'}.",
    )
    state = _with(replace(state, pending_end=None), ended)
    return _end(job, state, event.at, TuningJobStatus.FAILED, event.reason)


# --- the end


def _completion_reached(job: TuningJob, state: TuningState, event: CompletionReached) -> Step:
    return _end(job, state, event.at, TuningJobStatus.COMPLETED, event.reason)


def _stop_requested(job: TuningJob, state: TuningState, event: StopRequested) -> Step:
    if state.status is TuningJobStatus.STOPPING:
        return state, ()
    state = replace(state, status=TuningJobStatus.STOPPING, ending=None)
    return _end(job, state, event.at, TuningJobStatus.STOPPED, event.reason)


def _time_elapsed(job: TuningJob, state: TuningState, event: TimeElapsed) -> Step:
    if event.at < deadline(job):
        return state, (WakeAt(at=deadline(job)),)
    return _end(job, state, event.at, TuningJobStatus.COMPLETED, _bound_reason(job))


def _loop_failed(_: TuningJob, state: TuningState, event: LoopFailed) -> Step:
    return outcomes.all_over(state, event), (Finish(reason=event.reason),)


def _bound_reason(job: TuningJob) -> str:
    return f"The run-time bound of {bound_seconds(job):g} s was reached."


def _end(job: TuningJob, state: TuningState, at: float, status: TuningJobStatus, reason: str) -> Step:
    """Start nothing more, stop what runs, and take `status` once it has ended."""
    if state.ending is not None:
        return _conclude(job, state, at)
    state = replace(state, ending=status, status_reason=reason, suggestions_requested=0)
    effects: list[Effect] = []
    for training_job in _unfinished(state):
        state, stops = _stop_training_job(state, training_job.number, reason)
        effects += stops
    state, ends = _conclude(job, state, at)
    return state, (*effects, *ends)


def _conclude(job: TuningJob, state: TuningState, at: float) -> Step:
    """Become terminal where nothing runs and nothing more is to be started."""
    if _unfinished(state) or state.pending_end is not None or state.suggestions_requested:
        return state, ()
    if state.ending is None:
        if len(state.training_jobs) < job.plan.max_jobs.value and not state.is_exhausted:
            return state, ()
        state = replace(state, ending=TuningJobStatus.COMPLETED, status_reason=outcomes.limit_reason(job, state))
    status, reason = outcomes.end_of_all(job, state)
    ended_at = _over_since(job, state, at)
    state = replace(state, status=status, ending=status, status_reason=reason, ended_at=ended_at)
    return state, (Finish(reason=state.status_reason),)


def _over_since(job: TuningJob, state: TuningState, at: float) -> float:
    """When it was over: nothing can run past the bound, so a loop that comes back later finds it over since then."""
    ran = [t for t in state.training_jobs if t.started_at is not None]
    last = max((t.ended_at for t in ran if t.ended_at is not None), default=0.0)
    return min(at, max(last, job.created_at + bound_seconds(job)))


# --- small readers of the state


def _unfinished(state: TuningState) -> tuple[TrainingJob, ...]:
    """Training jobs whose process may run, without the one whose end waits for the objective."""
    held = state.pending_end.number if state.pending_end is not None else None
    return tuple(t for t in state.training_jobs if not t.status.is_terminal and t.number != held)


def _current(state: TuningState, number: int, attempt: int) -> TrainingJob | None:
    """The training job, unless it has ended or the event speaks of another attempt."""
    if not 1 <= number <= len(state.training_jobs):
        return None
    training_job = state.training_job(number)
    is_current = training_job.attempt == attempt and not training_job.status.is_terminal
    return training_job if is_current else None


def _with(state: TuningState, training_job: TrainingJob) -> TuningState:
    jobs = list(state.training_jobs)
    jobs[training_job.number - 1] = training_job
    return replace(state, training_jobs=tuple(jobs))


_HANDLERS: dict[type, Callable[[TuningJob, TuningState, Any], Step]] = {
    TuningJobCreated: _created,
    SuggestionsMade: _suggestions_made,
    SuggestionFailed: _suggestion_failed,
    LoopFailed: _loop_failed,
    TrainingJobStarted: _training_job_started,
    TrainingJobNotStarted: _training_job_not_started,
    MetricsReported: _metrics_reported,
    TrainingJobEnded: _training_job_ended,
    ObjectiveConfirmed: _objective_confirmed,
    ObjectiveNotFound: _objective_not_found,
    RangesMoved: _ranges_moved,
    JobLimitLowered: _job_limit_lowered,
    EarlyStopDecided: _early_stop_decided,
    CompletionReached: _completion_reached,
    StopRequested: _stop_requested,
    TrainingJobStopRequested: _training_job_stop_requested,
    TimeElapsed: _time_elapsed,
}
