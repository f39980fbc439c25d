"""What ends mean: of a training job its status and reason, of all of them whether more would help or fail alike."""

from __future__ import annotations

import math
from dataclasses import replace

from selftune.model.events import EndedHow, LoopFailed, TrainingJobEnded
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJob, TuningJobStatus, TuningState
from selftune.model.objective import Objective
from selftune.model.values import counted

FAILURES_OF_ONE_CAUSE = 3
"""So many training jobs in a row that fail for one reason, before any has succeeded, end the search."""
DIVERGENCES_OF_ALL = 10
"""The same for objectives that are no numbers: other values may well not diverge, so more are tried."""
TIME_LIMIT_REASON = "It reached its run-time limit."


def verdict(
    job: TuningJob, objective: Objective, training_job: TrainingJob, event: TrainingJobEnded
) -> tuple[TrainingJobStatus, str | None]:
    """Status and failure reason of a training job whose process has ended; one of its own needs no objective."""
    name, value = objective.name or "the objective", training_job.objective
    if value is not None and not math.isfinite(value):
        return TrainingJobStatus.FAILED, f"{name} became {value}."
    status, failure = _verdict_of_process(training_job, event)
    if status is not TrainingJobStatus.FAILED and event.results_failure is not None:
        return TrainingJobStatus.FAILED, event.results_failure
    if status is TrainingJobStatus.COMPLETED and value is None and not job.is_training_job:
        return TrainingJobStatus.FAILED, f"It finished (exit code 0) but never printed {name}."
    return status, failure


def _verdict_of_process(training_job: TrainingJob, event: TrainingJobEnded) -> tuple[TrainingJobStatus, str | None]:
    if event.how in (EndedHow.STOPPED, EndedHow.TIMED_OUT) or (
        event.how is EndedHow.LOST and training_job.status is TrainingJobStatus.STOPPING
    ):
        return TrainingJobStatus.STOPPED, None
    if event.how is EndedHow.LOST:
        return TrainingJobStatus.FAILED, event.failure_reason or "Its supervisor was lost."
    if event.exit_code != 0:
        return TrainingJobStatus.FAILED, event.failure_reason or f"It ended with exit code {event.exit_code}."
    return TrainingJobStatus.COMPLETED, None


def stop_reason(training_job: TrainingJob, event: TrainingJobEnded) -> str:
    """Why a training job that is now stopped was stopped."""
    if event.how is EndedHow.TIMED_OUT:
        return TIME_LIMIT_REASON
    return training_job.stop_reason or "It was stopped from outside."


def hopeless_cause(state: TuningState) -> str | None:
    """The reason that all training jobs so far have failed for, once it is clear that more would fail alike."""
    ended = [t for t in state.training_jobs if t.status.is_terminal]
    if any(has_result(t) for t in ended):
        return None
    has_diverged = any(t.objective is not None and not math.isfinite(t.objective) for t in ended)
    needed = DIVERGENCES_OF_ALL if has_diverged else FAILURES_OF_ONE_CAUSE
    last = ended[-needed:]
    causes = {_cause(t) for t in last}
    if len(last) < needed or len(causes) > 1 or None in causes:
        return None
    reason = ended[-1].failure_reason or ended[-1].stop_reason
    return f"No training job has succeeded, and the last {needed} failed for one reason: {reason}"


def _cause(training_job: TrainingJob) -> str | None:
    """What two failures must share to count as one; None where somebody stopped the training job."""
    if training_job.status is TrainingJobStatus.FAILED:
        return training_job.failure_cause
    return training_job.stop_reason if training_job.stop_reason == TIME_LIMIT_REASON else None


def has_result(training_job: TrainingJob) -> bool:
    """Whether its objective may be the search's best."""
    is_usable = training_job.status in (TrainingJobStatus.COMPLETED, TrainingJobStatus.STOPPED)
    return is_usable and training_job.objective is not None


_STATUS_OF_ONE = {
    TrainingJobStatus.COMPLETED: TuningJobStatus.COMPLETED,
    TrainingJobStatus.STOPPED: TuningJobStatus.STOPPED,
    TrainingJobStatus.FAILED: TuningJobStatus.FAILED,
}


def end_of_all(job: TuningJob, state: TuningState) -> tuple[TuningJobStatus, str]:
    """Status and reason of a tuning job that is over; a training job of its own ends as its process did."""
    if job.is_training_job and state.training_jobs:
        only = state.training_job(1)
        return _STATUS_OF_ONE[only.status], only.failure_reason or only.stop_reason or "The training job has run."
    status = state.ending or TuningJobStatus.COMPLETED
    if status is TuningJobStatus.COMPLETED and not any(has_result(t) for t in state.training_jobs):
        return TuningJobStatus.FAILED, f"No training job gave the objective. {state.status_reason}"
    return status, state.status_reason


def says_nothing(training_job: TrainingJob) -> bool:
    """Whether it ended before its values could show anything, and not because of them: stopped by a person, or lost.

    A training job that reached its run-time limit without an objective says that its values are slow.
    """
    is_stopped = training_job.status is TrainingJobStatus.STOPPED and training_job.stop_reason != TIME_LIMIT_REASON
    return training_job.is_lost or (is_stopped and training_job.objective is None)


def is_fault_from_outside(status: TrainingJobStatus, training_job: TrainingJob, event: TrainingJobEnded) -> bool:
    """Whether a training job with this verdict failed only because its machine or its supervisor was lost."""
    has_diverged = training_job.objective is not None and not math.isfinite(training_job.objective)
    return status is TrainingJobStatus.FAILED and event.how is EndedHow.LOST and not has_diverged


def was_objective_seen(state: TuningState) -> bool:
    """Whether any training job has ever printed the objective."""
    return any(t.report_count for t in state.training_jobs)


def limit_reason(job: TuningJob, state: TuningState) -> str:
    """Why a tuning job is over that has started all that it may: its limit, or nothing untried is left."""
    count = len(state.training_jobs) if state.is_exhausted else job.plan.max_jobs.value
    if state.is_exhausted and job.plan.constraints:
        kept = " and ".join(constraint.text for constraint in job.plan.constraints)
        return f"No untried combination that keeps {kept} is left after {counted(count, 'training job')}."
    if state.is_exhausted:
        return "The only combination was tried." if count == 1 else f"All {count} combinations were tried."
    return "The one training job has run." if count == 1 else f"All {count} training jobs have run."


def all_over(state: TuningState, event: LoopFailed) -> TuningState:
    """The state once the loop has broken down: nobody waits for what runs, so all that had not ended has failed."""
    return replace(
        state,
        training_jobs=tuple(t if t.status.is_terminal else _cut_off(t, event) for t in state.training_jobs),
        pending_end=None,
        suggestions_requested=0,
        status=TuningJobStatus.FAILED,
        ending=TuningJobStatus.FAILED,
        status_reason=event.reason,
        ended_at=event.at,
    )


def _cut_off(training_job: TrainingJob, event: LoopFailed) -> TrainingJob:
    failed = TrainingJobStatus.FAILED
    return replace(training_job, status=failed, ended_at=event.at, failure_reason=event.reason)
