"""What `selftune run --json` prints when a tuning job has ended."""

from __future__ import annotations

from typing import Any

from selftune.model.events import RangeMove
from selftune.model.jobs import TuningJobRecord
from selftune.model.plan import Bound
from selftune.views.expectation import Expectation
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
        **account_document(summary),
        "plan": plan_document(record.job.plan),
    }


def account_document(summary: Summary) -> dict[str, Any]:
    """What is spent, what at most can be, and what is expected now and was once the first training job had ended."""
    return {
        "spent": _amount(summary.spent),
        "bound": _amount(summary.bound),
        "expected": expectation_document(summary.expectation),
        "expected_after_first": expectation_document(summary.first_expectation),
        "range_moves": [_move(move) for move in summary.range_moves],
        "set_aside": [
            {"tuning_job": aside.tuning_job, "training_jobs": list(aside.training_jobs)} for aside in summary.set_aside
        ],
    }


def _move(move: RangeMove) -> dict[str, str]:
    return {"name": move.name, "before": str(move.before), "after": str(move.after), "reason": move.reason}


def expectation_document(expectation: Expectation | None) -> dict[str, Any] | None:
    """What a tuning job will take, each with the ends of its 80 % interval; null before a training job has ended."""
    if expectation is None:
        return None
    return {
        "seconds": _interval(expectation.seconds, expectation.low_seconds, expectation.high_seconds),
        "slot_seconds": _interval(
            expectation.slot_seconds, expectation.low_slot_seconds, expectation.high_slot_seconds
        ),
        "price": _interval(expectation.price, expectation.low_price, expectation.high_price),
        "training_jobs_ended": expectation.ended,
    }


def _interval(value: float | None, low: float | None, high: float | None) -> dict[str, float | None] | None:
    return None if value is None else {"value": value, "low": low, "high": high}


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
    priced = {} if amount.price is None else {"price": amount.price}
    return {"jobs": amount.jobs, "seconds": amount.seconds, "slot_seconds": amount.slot_seconds, **priced}
