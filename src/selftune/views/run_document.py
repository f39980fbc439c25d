"""What `selftune run --json` prints when a tuning job has ended."""

from __future__ import annotations

from typing import Any

from selftune.model.jobs import TuningJobRecord
from selftune.model.plan import Bound
from selftune.views.plan_document import plan_document
from selftune.views.results import JobResult
from selftune.views.spent import Spent
from selftune.views.summary import Summary


def run_document(record: TuningJobRecord, summary: Summary) -> dict[str, Any]:
    """The outcome of a tuning job as dicts, lists and scalars that JSON has; `summary` is that of `record`."""
    return {
        "tuning_job": summary.tuning_job,
        "status": summary.status.value,
        "status_reason": summary.status_reason,
        "objective": {"name": summary.objective_name, "type": summary.direction.value},
        "best": _result(summary.best),
        "baseline": _result(summary.baseline),
        "gain": _gain(summary),
        "counters": {
            "completed": summary.counters.completed,
            "stopped": summary.counters.stopped,
            "failed": summary.counters.failed,
            "in_progress": summary.counters.in_progress,
        },
        "spent": _amount(summary.spent),
        "bound": _amount(summary.bound),
        "plan": plan_document(record.job.plan),
    }


def _result(result: JobResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "training_job": result.name,
        "objective": result.objective,
        "hyperparameters": dict(result.values),
        "command": result.command,
        "model": result.model,
    }


def _gain(summary: Summary) -> dict[str, float | None] | None:
    gain = summary.gain
    return None if gain is None else {"value": gain.value, "low": gain.low, "high": gain.high}


def _amount(amount: Spent | Bound) -> dict[str, float]:
    return {"jobs": amount.jobs, "seconds": amount.seconds, "slot_seconds": amount.slot_seconds}
