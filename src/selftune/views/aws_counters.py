"""Training jobs counted as the wire counts them: by status, and by what became of their objective."""

from __future__ import annotations

from collections.abc import Sequence

from selftune.model.jobs import OutcomeCount, TrainingJob, TrainingJobStatus, TuningState
from selftune.views.results import is_usable
from selftune.views.spent import Counters


def counted(outcomes: Sequence[OutcomeCount]) -> dict[str, dict[str, int]]:
    """Both groups of counters, of training jobs that were counted in the store."""

    def number(*statuses: TrainingJobStatus, with_objective: bool | None = None) -> int:
        wanted = {status.value for status in statuses}
        return sum(
            each.number for each in outcomes if each.status in wanted and with_objective in (None, each.has_objective)
        )

    completed, stopped, failed = TrainingJobStatus.COMPLETED, TrainingJobStatus.STOPPED, TrainingJobStatus.FAILED
    in_progress = sum(each.number for each in outcomes) - number(completed, stopped, failed)
    counters = Counters(
        completed=number(completed), stopped=number(stopped), failed=number(failed), in_progress=in_progress
    )
    succeeded = number(completed, stopped, with_objective=True)
    objectives = {
        "Succeeded": succeeded,
        "Pending": in_progress,
        "Failed": number(completed, stopped, failed) - succeeded,
    }
    return {"TrainingJobStatusCounters": status_counters(counters), "ObjectiveStatusCounters": objectives}


def status_counters(counters: Counters) -> dict[str, int]:
    """TrainingJobStatusCounters."""
    return {
        "Completed": counters.completed,
        "InProgress": counters.in_progress,
        "RetryableError": 0,
        "NonRetryableError": counters.failed,
        "Stopped": counters.stopped,
    }


def objective_counters(state: TuningState) -> dict[str, int]:
    """ObjectiveStatusCounters."""
    statuses = [objective_status(job) for job in state.training_jobs]
    return {status: statuses.count(status) for status in ("Succeeded", "Pending", "Failed")}


def objective_status(training_job: TrainingJob) -> str:
    """ObjectiveStatus of one training job."""
    if not training_job.status.is_terminal:
        return "Pending"
    return "Succeeded" if is_usable(training_job) else "Failed"
