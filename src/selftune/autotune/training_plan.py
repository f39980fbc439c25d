"""The plan of a training job of its own: its program with its values, once, inside its own limits; nothing is tuned."""

from __future__ import annotations

from dataclasses import replace

from selftune.autotune.plan import make_plan
from selftune.model.limits import slot_seconds_of_one_job
from selftune.model.objective import Direction
from selftune.model.plan import Bound, Chooser, CompletionCriteria, Decision, EarlyStopping, Plan, PlannedObjective
from selftune.model.request import TuningJobRequest, UserSettings

LONGEST_WAIT_SECONDS = 28 * 86_400.0
"""Between creation and end, however often it is started again: the longest that the service lets a training job run."""
_SOURCE = "rule: a training job of its own"


def training_plan(request: TuningJobRequest, *, slots: int) -> Plan:
    """What one training job runs.

    Args:
        request: Of the kind `training`; of its settings only limits, values and metrics count.
        slots: How many training jobs the backend can run at once.

    Raises:
        UsageError: the program is not there, or takes no such value.
    """
    asked = request.settings
    settings = UserSettings(
        values=asked.values,
        target_column=asked.target_column,
        max_jobs=1,
        max_parallel=1,
        max_runtime_seconds=LONGEST_WAIT_SECONDS,
        job_max_runtime_seconds=asked.job_max_runtime_seconds,
        early_stopping=EarlyStopping.OFF,
        completion=CompletionCriteria(),
        retry=asked.retry,
        seed=asked.seed,
    )
    plan = make_plan(replace(request, settings=settings, autotune=False, run_baseline=True), slots=slots)
    limit = plan.job_max_runtime_seconds.value
    seconds = slot_seconds_of_one_job(max_runtime_seconds=LONGEST_WAIT_SECONDS, job_max_runtime_seconds=limit)
    return replace(
        plan,
        objective=PlannedObjective(
            name=None,
            direction=Direction.MINIMIZE,
            regex=None,
            by=Chooser.AUTOTUNE,
            reason="A training job of its own needs no objective; all metrics that it prints are kept.",
            source=_SOURCE,
        ),
        early_stopping=Decision(
            value=EarlyStopping.OFF,
            by=Chooser.AUTOTUNE,
            reason="There is no other training job to compare with.",
            source=_SOURCE,
        ),
        baseline=(),
        baseline_title="its own values",
        bound=Bound(jobs=1, seconds=LONGEST_WAIT_SECONDS, slot_seconds=seconds),
    )
