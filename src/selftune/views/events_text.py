"""Every event as one plain sentence for people."""

from __future__ import annotations

from selftune.model.events import (
    CompletionReached,
    EarlyStopDecided,
    EndedHow,
    Event,
    JobLimitLowered,
    LoopFailed,
    MetricsReported,
    ObjectiveConfirmed,
    ObjectiveNotFound,
    RangesMoved,
    StopRequested,
    SuggestionFailed,
    SuggestionsMade,
    TimeElapsed,
    TrainingJobEnded,
    TrainingJobNotStarted,
    TrainingJobStarted,
    TrainingJobStopRequested,
    TuningJobCreated,
)
from selftune.model.history import Suggestion
from selftune.model.values import short_number, short_value
from selftune.views.rows import first_line


def event_text(event: Event) -> str:
    """What happened, in one sentence."""
    match event:
        case TuningJobCreated():
            return "The tuning job was created."
        case SuggestionsMade() | SuggestionFailed():
            return _suggested(event)
        case ObjectiveConfirmed():
            return f"The objective is {event.objective.name}, {event.objective.direction}: {event.reason}"
        case ObjectiveNotFound():
            return first_line(event.reason)
        case RangesMoved():
            return " ".join(move.reason for move in event.moves)
        case JobLimitLowered() | LoopFailed():
            return event.reason
        case CompletionReached():
            return f"The search has done enough: {event.reason}"
        case StopRequested():
            return f"A stop of the tuning job was asked for: {event.reason}"
        case TimeElapsed():
            return "The clock reached a time that was waited for."
        case _:
            return f"Training job {event.number}{_attempt(event)} {_of_training_job(event)}"


def _suggested(event: SuggestionsMade | SuggestionFailed) -> str:
    if isinstance(event, SuggestionFailed):
        return f"No suggestion could be made: {event.reason}"
    if not event.suggestions:
        return "No untried values are left."
    made = "; ".join(_suggestion(suggestion) for suggestion in event.suggestions)
    left = " No other untried values are left." if event.is_exhausted else ""
    return f"Suggested {made}.{left}"


def _suggestion(suggestion: Suggestion) -> str:
    values = ", ".join(f"{name} {short_value(value)}" for name, value in suggestion.values)
    return f"{values} ({suggestion.strategy})"


def _attempt(event: Event) -> str:
    attempt = getattr(event, "attempt", 1)
    return f" (attempt {attempt})" if attempt > 1 else ""


def _of_training_job(
    event: TrainingJobStarted
    | TrainingJobNotStarted
    | MetricsReported
    | TrainingJobEnded
    | EarlyStopDecided
    | TrainingJobStopRequested,
) -> str:
    match event:
        case TrainingJobStarted():
            return "started."
        case TrainingJobNotStarted():
            return f"could not be started: {first_line(event.reason)}"
        case MetricsReported():
            return _reported(event)
        case TrainingJobEnded():
            return _ended(event)
        case EarlyStopDecided():
            return f"is stopped early: {event.reason}"
        case TrainingJobStopRequested():
            return f"is to be stopped: {event.reason}"


def _reported(event: MetricsReported) -> str:
    if event.objective_values:
        shown = ", ".join(short_number(value) for value in event.objective_values[-3:])
        return f"reported the objective: {'... ' if len(event.objective_values) > 3 else ''}{shown}."
    names = sorted({point.name for point in event.points})
    return f"reported {', '.join(names) if names else 'nothing'}."


def _ended(event: TrainingJobEnded) -> str:
    why = f": {first_line(event.failure_reason)}" if event.failure_reason else "."
    match event.how:
        case EndedHow.STOPPED:
            return "ended after it was told to stop."
        case EndedHow.TIMED_OUT:
            return "reached its run-time limit."
        case EndedHow.LOST:
            return f"was lost{why}"
        case EndedHow.EXITED:
            return "ended." if event.exit_code == 0 else f"ended with exit code {event.exit_code}{why}"
